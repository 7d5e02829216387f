/** A part of a file, both ends included. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * The part that a Range header asks for (RFC 9110, section 14): `bytes=0-99`, `bytes=100-`, `bytes=-50`.
 *
 * @returns null where the header is to be passed over (absent, another unit, several parts, not understood); `outside` where nothing of the file is in it
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'outside' | null {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!parts || (parts[1] === '' && parts[2] === '')) return null
  const [first, last] = [parts[1] === '' ? null : Number(parts[1]), parts[2] === '' ? null : Number(parts[2])]
  if (first === null) return last! > 0 && size > 0 ? { start: Math.max(0, size - last!), end: size - 1 } : 'outside'
  if (last !== null && last < first) return null
  return first < size ? { start: first, end: Math.min(last ?? Infinity, size - 1) } : 'outside'
}
