import { bytesSource, openFits, readImage, readTable } from '@heavens/science/fits'
import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import { wcsFromHeader, type Wcs } from '@heavens/science/sky'
import { pictureOf } from './picture-of.js'
import { readByFitsjs } from './fitsjs-reader.js'

/** One picture of an image file. Row 0 is the bottom, as in FITS. */
export interface Picture {
  name: string
  unit: string
  width: number
  height: number
  values: Float64Array
  wcs: Wcs | null
  /** who read the pixels */
  reader: 'fitsjs' | 'heavens'
  /** ICRS degrees of a pixel (centres from 1); without coordinates the pixel itself; undefined off the sky */
  worldOf(x: number, y: number): [lon: number, lat: number] | undefined
  pixelOf(lon: number, lat: number): [x: number, y: number] | undefined
  /** side of a pixel at the reference point [deg]; 1 without coordinates */
  scale: number
  /** unit vectors of all pixels, row by row, worked out once; null without coordinates */
  directions: (() => Float64Array) | null
}

/** Counts per channel with the energies of the channels. */
export interface SpectrumTable {
  eMin: Float64Array
  eMax: Float64Array
  counts: Float64Array
  /** live seconds */
  exposure: number
  /** `scale`: size of the source's region over that of the background's (BACKSCAL, AREASCAL) */
  background: { counts: Float64Array; exposure: number; scale: number } | null
}

export const numbers = (values: ArrayLike<number | bigint> | readonly string[]): Float64Array => Float64Array.from(values as ArrayLike<number>, Number)

export const openProduct = (bytes: Uint8Array, name: string): Promise<FitsFile> => openFits(bytesSource(bytes), name)

/** The two-dimensional images of a file, by name. */
export function pictureHdus(file: FitsFile): FitsHdu[] {
  return file.hdus.filter((h) => h.kind === 'image' && h.header.number('NAXIS', 0) === 2 && h.dataLength > 0)
}

/** Read a picture, by fitsjs where it reads right, else by our own reader; both must agree on the size. */
export async function readPicture(file: FitsFile, hdu: FitsHdu, bytes: Uint8Array): Promise<Picture> {
  let wcs: Wcs | null = null
  try {
    wcs = wcsFromHeader(hdu.header)
  } catch {
    // A picture without coordinates is still a picture; the read-out then gives pixels only.
  }
  const name = [hdu.name, hdu.header.string('BANDID', '')].filter(Boolean).join(' ')
  const about = { name, unit: hdu.header.string('BUNIT', '') }
  const theirs = await readByFitsjs(bytes as Uint8Array<ArrayBuffer>, hdu.index).catch(() => null)
  if (theirs) return pictureOf({ ...about, width: theirs.width, height: theirs.height, values: Float64Array.from(theirs.values), reader: 'fitsjs' }, wcs)
  const { shape, values } = await readImage(file, hdu)
  return pictureOf({ ...about, width: shape[0]!, height: shape[1]!, values: numbers(values), reader: 'heavens' }, wcs)
}

/** A spectrum, with its background where that is given. Throws when the file holds none. */
export async function readSpectrum(file: FitsFile, background: FitsFile | null): Promise<SpectrumTable> {
  const spectrum = file.hdu('SPECTRUM')
  const bounds = file.hdu('EBOUNDS')
  if (!spectrum || !bounds) throw new Error(`${file.name} holds no spectrum with energies`)
  const edges = await readTable(file, bounds, { columns: ['E_MIN', 'E_MAX'] })
  const off = background?.hdu('SPECTRUM')
  const scaleOf = (hdu: FitsHdu): number => hdu.header.number('BACKSCAL', 1) * hdu.header.number('AREASCAL', 1)
  return {
    counts: await countsOf(file, spectrum), exposure: spectrum.header.number('EXPOSURE', 0),
    eMin: numbers(edges.columns['E_MIN']!.values), eMax: numbers(edges.columns['E_MAX']!.values),
    background: background && off ? { counts: await countsOf(background, off), exposure: off.header.number('EXPOSURE', 0), scale: scaleOf(spectrum) / (scaleOf(off) || 1) } : null,
  }
}

/** Counts per channel, of a file that gives rates by its exposure. */
async function countsOf(file: FitsFile, hdu: FitsHdu): Promise<Float64Array> {
  const { columns } = await readTable(file, hdu)
  if (columns['COUNTS']) return numbers(columns['COUNTS'].values)
  if (!columns['RATE']) throw new Error(`${file.name} holds neither counts nor rates`)
  const exposure = hdu.header.number('EXPOSURE', 1)
  return numbers(columns['RATE'].values).map((v) => v * exposure)
}
