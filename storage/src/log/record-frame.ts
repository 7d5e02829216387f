import type { LogInput, LogRecord } from './log.js'

/** Bytes before the key: float64 time of append [ms since 1970], uint32 length of the key (NO_KEY: none), uint32 what follows the head. */
const HEAD = 16
const NO_KEY = 0xffffffff
/** The head goes on with the time of reception, float64 [ms since 1970]. */
const RECEIVED = 1

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const padded = (length: number): number => (length + 7) & ~7

/** A record as it is stored, little-endian: head, time of reception where there is one, key padded to 8 bytes, value. Values stay aligned to 8 bytes. */
export function frameRecord(appended: number, { key, value, received }: LogInput): Buffer {
  const name = key === null ? undefined : encoder.encode(key)
  const head = received === undefined ? HEAD : HEAD + 8
  const from = head + padded(name?.length ?? 0)
  const frame = Buffer.allocUnsafeSlow(from + value.length)
  frame.writeDoubleLE(appended, 0)
  frame.writeUInt32LE(name?.length ?? NO_KEY, 8)
  frame.writeUInt32LE(received === undefined ? 0 : RECEIVED, 12)
  if (received !== undefined) frame.writeDoubleLE(received, HEAD)
  if (name) frame.fill(0, head, from).set(name, head)
  frame.set(value, from)
  return frame
}

/** The record of a frame; its value is a view into `frame`. */
export function readFrame(offset: number, frame: Buffer): LogRecord {
  const length = frame.readUInt32LE(8)
  const named = length !== NO_KEY
  const told = frame.readUInt32LE(12) === RECEIVED
  const head = told ? HEAD + 8 : HEAD
  const from = head + padded(named ? length : 0)
  return {
    offset,
    appended: frame.readDoubleLE(0),
    key: named ? decoder.decode(frame.subarray(head, head + length)) : null,
    value: new Uint8Array(frame.buffer, frame.byteOffset + from, frame.length - from),
    ...(told ? { received: frame.readDoubleLE(HEAD) } : {}),
  }
}
