import type { Layout } from './swap-bytes.js'

/**
 * Text of `perRow` bytes in each row: up to the first NUL, without trailing blanks. Equal neighbours share one string,
 * since columns of names mostly repeat.
 */
export function readTexts(bytes: Uint8Array, { rows, stride, offset, perRow }: Layout, out: string[], at: number): void {
  let last = ''
  for (let r = 0, p = offset; r < rows; r++, p += stride) {
    let length = 0
    while (length < perRow && bytes[p + length] !== 0) length++
    while (length > 0 && bytes[p + length - 1] === 32) length--
    if (!same(bytes, p, length, last)) {
      last = ''
      for (let i = 0; i < length; i++) last += String.fromCharCode(bytes[p + i]!)
    }
    out[at + r] = last
  }
}

function same(bytes: Uint8Array, from: number, length: number, text: string): boolean {
  if (length !== text.length) return false
  for (let i = 0; i < length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return false
  return true
}
