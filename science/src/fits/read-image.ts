import { unsupported } from './damage.js'
import { elementReader } from './element-reader.js'
import { readExactly } from './read-exactly.js'
import { viewOf } from './swap-bytes.js'
import { ELEMENT_BYTES, type ElementCode } from './table-columns.js'
import type { FitsFile, FitsHdu, ImageData } from './types.js'

const CODES: Readonly<Record<number, ElementCode>> = { 8: 'B', 16: 'I', 32: 'J', 64: 'K', [-32]: 'E', [-64]: 'D' }

/** Bytes read at once; a multiple of every element. */
const PIECE = 2 ** 20

/**
 * The pixels of an image HDU, any BITPIX. BSCALE and BZERO are applied: the unsigned conventions give unsigned types,
 * other scaling float64 with NaN for BLANK. An HDU without data has shape [].
 *
 * Throws fits-unsupported (a tile-compressed image, a table), fits-truncated.
 */
export async function readImage(file: FitsFile, hdu: FitsHdu): Promise<ImageData> {
  const { header } = hdu
  if (header.get('ZIMAGE') === true) throw unsupported(file.name, `${hdu.name} is a tile-compressed image`)
  if (hdu.kind !== 'image') throw unsupported(file.name, `${hdu.name} is not an image but ${hdu.kind}`)
  const shape = Array.from({ length: header.number('NAXIS') }, (_, i) => header.number(`NAXIS${i + 1}`))
  const code = CODES[header.number('BITPIX')]!
  const size = ELEMENT_BYTES[code]
  const count = shape.length === 0 ? 0 : shape.reduce((product, length) => product * length, 1)
  const tnull = header.has('BLANK') ? header.number('BLANK') : undefined
  const reader = elementReader({ code, scale: header.number('BSCALE', 1), zero: header.number('BZERO', 0), tnull }, count)
  const atOnce = PIECE / size
  for (let at = 0; at < count; at += atOnce) {
    const perRow = Math.min(atOnce, count - at)
    const bytes = await readExactly(file, hdu.dataOffset + at * size, perRow * size, `the pixels of ${hdu.name}`)
    reader.gather(viewOf(bytes), { rows: 1, stride: 0, offset: 0, perRow }, at)
  }
  return { shape, values: reader.values }
}
