/**
 * A frame carries typed arrays with a JSON header, for images and the wire (telemetry itself travels as Arrow IPC).
 *
 *   uint32 LE  length of the header in bytes, padded to a multiple of 8 less 4
 *   UTF-8      JSON {…header, "arrays": [{"name","type","length"}]}, padded with spaces
 *   arrays     one after the other, each starting on an 8-byte boundary, little-endian
 */
const TYPES = { f64: Float64Array, f32: Float32Array, u32: Uint32Array, i32: Int32Array, u16: Uint16Array, i16: Int16Array, u8: Uint8Array } as const

export type FrameArray = Float64Array | Float32Array | Uint32Array | Int32Array | Uint16Array | Int16Array | Uint8Array
type FrameType = keyof typeof TYPES

export interface Frame<H> {
  header: H
  arrays: Record<string, FrameArray>
}

function typeOf(array: FrameArray): FrameType {
  for (const [name, type] of Object.entries(TYPES)) if (array instanceof type) return name as FrameType
  throw new TypeError('not a frame array')
}

/** Encode a header (JSON values, no field named `arrays`) and its arrays into one buffer. The arrays are copied. */
export function encodeFrame(header: object, arrays: Record<string, FrameArray>): Uint8Array {
  if ('arrays' in header) throw new TypeError('frame: the field "arrays" of the header is taken')
  const list = Object.entries(arrays).map(([name, array]) => ({ name, type: typeOf(array), length: array.length }))
  const json = new TextEncoder().encode(JSON.stringify({ ...header, arrays: list }))
  const headerBytes = Math.ceil((json.length + 4) / 8) * 8 - 4
  let size = 4 + headerBytes
  for (const array of Object.values(arrays)) size += Math.ceil(array.byteLength / 8) * 8
  const out = new Uint8Array(size).fill(32, 4, 4 + headerBytes)
  new DataView(out.buffer).setUint32(0, headerBytes, true)
  out.set(json, 4)
  let at = 4 + headerBytes
  for (const array of Object.values(arrays)) {
    out.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at)
    at += Math.ceil(array.byteLength / 8) * 8
  }
  return out
}

/**
 * Decode a frame. Arrays are views into `bytes` where it is 8-byte aligned, else into one copy.
 * Throws RangeError where the frame is malformed, whatever the fault.
 */
export function decodeFrame<H>(bytes: Uint8Array): Frame<H> {
  // A copy by constructor: `slice()` of a Node Buffer would be another view at the same odd offset.
  const b = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
  if (b.byteLength < 8) throw new RangeError('frame: shorter than its header')
  const headerBytes = new DataView(b.buffer, b.byteOffset).getUint32(0, true)
  if (4 + headerBytes > b.byteLength) throw new RangeError('frame: header runs past the end')
  if ((4 + headerBytes) % 8 !== 0) throw new RangeError('frame: header is not padded to 8 bytes')
  const { list, header } = readHeader(b.subarray(4, 4 + headerBytes))
  const arrays: Record<string, FrameArray> = {}
  let at = 4 + headerBytes
  for (const { name, type, length } of list) {
    const Type = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined
    if (Type === undefined) throw new RangeError(`frame: array ${name} has no known type`)
    if (!Number.isSafeInteger(length) || length < 0 || at + length * Type.BYTES_PER_ELEMENT > b.byteLength) throw new RangeError(`frame: array ${name} runs past the end`)
    arrays[name] = new Type(b.buffer as ArrayBuffer, b.byteOffset + at, length)
    at += Math.ceil((length * Type.BYTES_PER_ELEMENT) / 8) * 8
  }
  return { header: header as H, arrays }
}

interface ArrayEntry {
  name: string
  type: FrameType
  length: number
}

function readHeader(bytes: Uint8Array): { list: ArrayEntry[]; header: object } {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new RangeError('frame: header is not JSON', { cause })
  }
  const { arrays: list, ...header } = Object(json) as { arrays?: unknown }
  if (!Array.isArray(list)) throw new RangeError('frame: header lists no arrays')
  for (const entry of list as unknown[]) if (typeof (entry as ArrayEntry | null)?.name !== 'string') throw new RangeError('frame: an array has no name')
  return { list: list as ArrayEntry[], header }
}
