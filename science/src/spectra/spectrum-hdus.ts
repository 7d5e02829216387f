import { HeavensError } from '@heavens/schemas'
import type { FitsFile, FitsHdu } from '../fits/index.js'

const text = (hdu: FitsHdu, keyword: string): string => {
  const value = hdu.header.get(keyword)
  return typeof value === 'string' ? value.trim().toUpperCase() : ''
}

/**
 * Tables are told by their HDUCLAS keywords first and by their names second: the extensions of INTEGRAL's spectra are
 * named after the instrument.
 */
export function spectrumHdu(file: FitsFile): FitsHdu | undefined {
  const tables = file.hdus.filter((hdu) => hdu.kind === 'bintable')
  return tables.find((hdu) => text(hdu, 'HDUCLAS1') === 'SPECTRUM') ?? tables.find((hdu) => hdu.name.toUpperCase() === 'SPECTRUM')
}

/** Every redistribution matrix of a file: one, or those of an RSP2 in the order of the file. */
export function matrixHdus(file: FitsFile): FitsHdu[] {
  return file.hdus.filter((hdu) => hdu.kind === 'bintable' && (text(hdu, 'HDUCLAS2') === 'RSP_MATRIX' || /MATRIX/i.test(hdu.name)))
}

/** The nominal energies of the channels. */
export function eboundsHdu(file: FitsFile): FitsHdu | undefined {
  return file.hdus.find((hdu) => hdu.kind === 'bintable' && (text(hdu, 'HDUCLAS2') === 'EBOUNDS' || hdu.name.toUpperCase() === 'EBOUNDS'))
}

/** An effective area of its own; a matrix that holds the area is none. */
export function areaHdu(file: FitsFile): FitsHdu | undefined {
  return file.hdus.find((hdu) => hdu.kind === 'bintable' && (text(hdu, 'HDUCLAS2') === 'SPECRESP' || hdu.name.toUpperCase() === 'SPECRESP'))
}

/** @throws file-unusable, always */
export function unusable(file: FitsFile, reason: string): never {
  throw new HeavensError('file-unusable', { file: file.name, reason })
}
