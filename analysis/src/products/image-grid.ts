import type { CardInput } from '@heavens/science/fits'
import { makeWcs, pixelFromSky, skyFromPixel, wcsCards } from '@heavens/science/sky'
import type { Projection } from '@heavens/science/sky'

/** Pixels of an image and their places on the sky. Pixels count from 0 at the lower left; centres are whole numbers. */
export interface ImageGrid {
  /** undefined for a place that the projection does not show */
  pixelOf(ra: number, dec: number): readonly [x: number, y: number] | undefined
  /** undefined off the sky */
  skyOf(x: number, y: number): readonly [ra: number, dec: number] | undefined
  /** WCS keywords */
  cards: readonly CardInput[]
}

/** A square grid with a position at its middle, north up, east to the left. */
export function imageGrid(projection: Projection, centre: { ra: number; dec: number }, pixel: number, side: number): ImageGrid {
  const middle = (side + 1) / 2
  const wcs = makeWcs({ projection, crval: [centre.ra, centre.dec], crpix: [middle, middle], cdelt: [-pixel, pixel] })
  return {
    pixelOf(ra, dec) {
      const at = pixelFromSky(wcs, ra, dec)
      return at === undefined ? undefined : [at[0] - 1, at[1] - 1]
    },
    skyOf: (x, y) => skyFromPixel(wcs, x + 1, y + 1),
    cards: wcsCards(wcs),
  }
}
