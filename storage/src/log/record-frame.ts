import type { LogRecord } from './log.js'

/** Bytes before the key: float64 time of append [ms since 1970], uint32 length of the key (NO_KEY: none), uint32 0. */
const HEAD = 16
const NO_KEY = 0xffffffff

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const padded = (length: number): number => (length + 7) & ~7

/** A record as it is stored, little-endian: head, key padded to 8 bytes, value. Values stay aligned to 8 bytes. */
export function frameRecord(appended: number, key: string | null, value: Uint8Array): Buffer {
  const name = key === null ? undefined : encoder.encode(key)
  const frame = Buffer.allocUnsafeSlow(HEAD + padded(name?.length ?? 0) + value.length)
  frame.writeDoubleLE(appended, 0)
  frame.writeUInt32LE(name?.length ?? NO_KEY, 8)
  frame.writeUInt32LE(0, 12)
  if (name) frame.fill(0, HEAD, HEAD + padded(name.length)).set(name, HEAD)
  frame.set(value, HEAD + padded(name?.length ?? 0))
  return frame
}

/** The record of a frame; its value is a view into `frame`. */
export function readFrame(offset: number, frame: Buffer): LogRecord {
  const length = frame.readUInt32LE(8)
  const named = length !== NO_KEY
  const from = HEAD + padded(named ? length : 0)
  return {
    offset,
    appended: frame.readDoubleLE(0),
    key: named ? decoder.decode(frame.subarray(HEAD, HEAD + length)) : null,
    value: new Uint8Array(frame.buffer, frame.byteOffset + from, frame.length - from),
  }
}
