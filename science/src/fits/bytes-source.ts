import type { ByteSource } from './types.js'

/** A source over bytes that are in memory already. Reads are views: nothing is copied. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, Math.min(bytes.length, offset + length))),
  }
}
