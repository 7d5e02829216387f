import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import { pictureHdus } from './read-product.js'

/** The pictures of an image file by what they show and of which energies. */
export interface PictureSet {
  hdus: readonly FitsHdu[]
  /** as `COUNTS`, in the order of the file */
  maps: readonly string[]
  /** band ids, in the order of the file; '' is a map of all of them */
  bands: readonly string[]
}

const bandOf = (h: FitsHdu): string => h.header.string('BANDID', '')

export function pictureSet(file: FitsFile): PictureSet {
  const hdus = pictureHdus(file)
  return { hdus, maps: [...new Set(hdus.map((h) => h.name))], bands: [...new Set(hdus.map(bandOf))] }
}

/** Index of a map in a band; a map without bands stands for each of them. Undefined where the file has none. */
export function indexOfMap({ hdus }: PictureSet, map: string, band: string): number | undefined {
  const own = hdus.findIndex((h) => h.name === map && bandOf(h) === band)
  if (own >= 0) return own
  const ofAll = hdus.findIndex((h) => h.name === map && bandOf(h) === '')
  return ofAll >= 0 ? ofAll : undefined
}

/** Map and band of a picture. */
export const placeInSet = ({ hdus }: PictureSet, index: number): { map: string; band: string } => ({ map: hdus[index]?.name ?? '', band: hdus[index] ? bandOf(hdus[index]) : '' })
