/** Where the elements of one column lie: `rows` rows of `stride` bytes, `perRow` elements from byte `offset` of each. */
export interface Layout {
  rows: number
  stride: number
  offset: number
  perRow: number
}

/**
 * Big-endian elements of 1, 2, 4 or 8 bytes, gathered from rows into an array in the machine's own order.
 *
 * Bits are moved, never numbers: a signalling NaN stays one. A DataView compiles to a load and a byte swap, which
 * was faster here than copying and swapping in bulk, and than single bytes.
 *
 * @param out   rows · perRow elements and more, from index `at` on; for 8 bytes an Int32Array of halves
 */
export function gather1(bytes: Uint8Array, { rows, stride, offset, perRow }: Layout, out: Uint8Array | Int8Array, at: number): void {
  let o = at
  for (let r = 0, p = offset; r < rows; r++, p += stride) for (let k = 0; k < perRow; k++) out[o++] = bytes[p + k]!
}

export function gather2(bytes: Uint8Array, { rows, stride, offset, perRow }: Layout, out: Int16Array, at: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let o = at
  for (let r = 0, p = offset; r < rows; r++, p += stride) for (let k = 0; k < perRow; k++) out[o++] = view.getInt16(p + 2 * k)
}

export function gather4(bytes: Uint8Array, { rows, stride, offset, perRow }: Layout, out: Int32Array, at: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let o = at
  for (let r = 0, p = offset; r < rows; r++, p += stride) for (let k = 0; k < perRow; k++) out[o++] = view.getInt32(p + 4 * k)
}

export function gather8(bytes: Uint8Array, { rows, stride, offset, perRow }: Layout, out: Int32Array, at: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let o = 2 * at
  for (let r = 0, p = offset; r < rows; r++, p += stride) {
    for (let k = 0; k < perRow; k++, o += 2) {
      out[o + HIGH] = view.getInt32(p + 8 * k)
      out[o + LOW] = view.getInt32(p + 8 * k + 4)
    }
  }
}

/** Which half of 8 bytes stands first in this machine. */
const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1
const HIGH = 1 - LOW
