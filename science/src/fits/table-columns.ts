import { damaged, unsupported } from './damage.js'
import type { FitsHdu } from './types.js'

/** TFORM letters of elements in a binary table. */
export type ElementCode = 'L' | 'X' | 'B' | 'I' | 'J' | 'K' | 'A' | 'E' | 'D' | 'C' | 'M'

/** One column of a binary table as its header describes it. */
export interface ColumnFormat {
  /** from 1, the n of TTYPEn */
  index: number
  /** TTYPEn, or `col<n>` where it is absent */
  name: string
  unit: string
  /** TFORMn as written */
  format: string
  /** elements per row; of variable-length columns: of descriptors, 0 or 1 */
  repeat: number
  /** of the elements, in the heap where the column is variable-length */
  code: ElementCode
  /** the descriptors of a variable-length column: P 2 × 32 bit, Q 2 × 64 bit */
  descriptor: 'P' | 'Q' | undefined
  /** byte offset in the row, bytes in the row */
  offset: number
  width: number
  dims: number[] | undefined
  scale: number
  zero: number
  tnull: number | undefined
}

/** Bytes of one element; of bits: of 8. A complex number has two parts. */
export const ELEMENT_BYTES: Readonly<Record<ElementCode, number>> = { L: 1, X: 1, B: 1, I: 2, J: 4, K: 8, A: 1, E: 4, D: 8, C: 8, M: 16 }

/** Rows of a table; 0 for anything else. */
export function tableRows(hdu: FitsHdu): number {
  return hdu.kind === 'bintable' || hdu.kind === 'ascii-table' ? hdu.header.number('NAXIS2') : 0
}

/**
 * The columns of a binary table (FITS 4.0, section 7.3), in order.
 *
 * @param file name for the sentence of an error
 * Throws fits-damaged for a bad TFORM or widths that do not add up to NAXIS1, fits-unsupported for anything but plain binary tables.
 */
export function tableColumns(hdu: FitsHdu, file: string = `HDU ${hdu.index} (${hdu.name})`): ColumnFormat[] {
  const { header } = hdu
  if (hdu.kind !== 'bintable') throw unsupported(file, `it is not a binary table but ${hdu.kind}`)
  if (header.get('ZIMAGE') === true || header.get('ZTABLE') === true) throw unsupported(file, 'it is tile-compressed')
  const fields = header.number('TFIELDS')
  if (!Number.isInteger(fields) || fields < 0 || fields > 999) throw damaged(file, `TFIELDS = ${fields}`)
  const columns: ColumnFormat[] = []
  let offset = 0
  for (let n = 1; n <= fields; n++) {
    const format = header.string(`TFORM${n}`).trim()
    const parsed = parseFormat(format)
    if (parsed === undefined) throw damaged(file, `TFORM${n} = ${JSON.stringify(format)} is not a format of a binary table`)
    const tnull = header.has(`TNULL${n}`) ? header.number(`TNULL${n}`) : undefined
    columns.push({
      index: n, name: header.string(`TTYPE${n}`, '').trim() || `col${n}`, unit: header.string(`TUNIT${n}`, '').trim(), format,
      ...parsed, offset, dims: parseDims(header.string(`TDIM${n}`, '')), tnull,
      scale: header.number(`TSCAL${n}`, 1), zero: header.number(`TZERO${n}`, 0),
    })
    offset += parsed.width
  }
  if (offset !== header.number('NAXIS1')) throw damaged(file, `its columns take ${offset} bytes of a row, NAXIS1 is ${header.number('NAXIS1')}`)
  return columns
}

/** rT, rPt(max) or rQt(max): repeat (1 where absent), letter, and for A anything behind it. */
export function parseFormat(format: string): Pick<ColumnFormat, 'repeat' | 'code' | 'descriptor' | 'width'> | undefined {
  const match = /^(\d*)([PQ]?)([LXBIJKAEDCM])(.*)$/.exec(format)
  if (match === null) return undefined
  const repeat = match[1] === '' ? 1 : Number(match[1])
  const code = match[3] as ElementCode
  const descriptor = match[2] === '' ? undefined : (match[2] as 'P' | 'Q')
  if (!Number.isSafeInteger(repeat) || (descriptor !== undefined && repeat > 1)) return undefined
  if (descriptor === undefined && code !== 'A' && match[4]!.trim() !== '') return undefined
  if (descriptor !== undefined) return { repeat, code, descriptor, width: repeat * (descriptor === 'P' ? 8 : 16) }
  return { repeat, code, descriptor, width: code === 'X' ? Math.ceil(repeat / 8) : repeat * ELEMENT_BYTES[code] }
}

function parseDims(text: string): number[] | undefined {
  const match = /^\(([\d, ]+)\)$/.exec(text.trim())
  return match === null ? undefined : match[1]!.split(',').map(Number)
}
