import type { FitsFile, FitsHdu } from '@heavens/science/fits'

/** The first value of a keyword in the given HDU, then in the others in order, as upper-case trimmed text; '' where absent. */
export function keyword(file: FitsFile, name: string, first?: FitsHdu): string {
  for (const hdu of first === undefined ? file.hdus : [first, ...file.hdus]) {
    const value = hdu.header.get(name)
    if (typeof value === 'string' && value.trim() !== '') return value.trim().toUpperCase()
  }
  return ''
}

/** The first finite number of a keyword in the given HDU, then in the others; undefined where absent. */
export function numericKeyword(file: FitsFile, name: string, first?: FitsHdu): number | undefined {
  for (const hdu of first === undefined ? file.hdus : [first, ...file.hdus]) {
    const value = hdu.header.get(name)
    if (typeof value === 'number' && Number.isFinite(value)) return value
  }
  return undefined
}

/** TELESCOP and INSTRUME of a file, upper case, wherever they stand: some files carry them in the extensions only. */
export function identity(file: FitsFile): { telescope: string; instrument: string } {
  return { telescope: keyword(file, 'TELESCOP'), instrument: keyword(file, 'INSTRUME') }
}
