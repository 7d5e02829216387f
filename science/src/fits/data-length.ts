import { damaged } from './damage.js'
import type { FitsHdu, FitsHeader } from './types.js'

/**
 * What a header says of its data: |BITPIX|/8 · GCOUNT · (PCOUNT + NAXIS1 · … · NAXISn) bytes (FITS 4.0, eq. 1 and 2).
 * Throws fits-damaged where a mandatory keyword is missing or impossible.
 */
export function dataLength(header: FitsHeader, file: string, where: string): number {
  const whole = (keyword: string, least: number, otherwise?: number): number => {
    const value = header.number(keyword, otherwise)
    if (!Number.isSafeInteger(value) || value < least) throw damaged(file, `${keyword} = ${value} of ${where} is not possible`)
    return value
  }
  const bitpix = header.number('BITPIX')
  if (![8, 16, 32, 64, -32, -64].includes(bitpix)) throw damaged(file, `BITPIX = ${bitpix} of ${where} is not possible`)
  const naxis = whole('NAXIS', 0)
  if (naxis > 999) throw damaged(file, `NAXIS = ${naxis} of ${where} is not possible`)
  const axes = Array.from({ length: naxis }, (_, i) => whole(`NAXIS${i + 1}`, 0))
  // Random groups: NAXIS1 = 0 says so and does not count.
  if (header.get('GROUPS') === true && axes[0] === 0) axes[0] = 1
  const elements = naxis === 0 ? 0 : axes.reduce((product, length) => product * length, 1)
  // A primary image has neither PCOUNT nor GCOUNT, or 0 and 1.
  const length = (Math.abs(bitpix) / 8) * whole('GCOUNT', 0, 1) * (whole('PCOUNT', 0, 0) + elements)
  if (!Number.isSafeInteger(length)) throw damaged(file, `${where} announces ${length} bytes of data`)
  return length
}

/** The kind of an HDU from its first card. */
export function hduKind(header: FitsHeader, index: number): FitsHdu['kind'] {
  if (index === 0) return header.get('GROUPS') === true && header.number('NAXIS1', 1) === 0 ? 'other' : 'image'
  const extension = header.string('XTENSION', '').trim()
  if (extension === 'IMAGE' || extension === 'IUEIMAGE') return 'image'
  if (extension === 'BINTABLE' || extension === 'A3DTABLE') return 'bintable'
  return extension === 'TABLE' ? 'ascii-table' : 'other'
}
