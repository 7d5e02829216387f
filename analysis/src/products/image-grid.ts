import type { ImageRequest } from '@heavens/schemas'
import type { CardInput } from '@heavens/science/fits'
import { makeWcs, wcsCards } from '@heavens/science/sky'

/** Pixels of an image and their places on the sky. Pixels count from 0 at the lower left; centres are whole numbers. */
export interface ImageGrid {
  /** into the first two places of `out`; false for a place that the projection does not show */
  pixelInto(ra: number, dec: number, out: Float64Array): boolean
  /** whether a pixel is a place on the sky */
  isSky(x: number, y: number): boolean
  /** undefined off the sky */
  skyOf(x: number, y: number): readonly [ra: number, dec: number] | undefined
  /** WCS keywords, without RADESYS */
  cards: readonly CardInput[]
}

type Projection = NonNullable<ReturnType<(typeof ImageRequest)['parse']>['projection']>

/**
 * A square grid with a position at its middle, north up, east to the left.
 *
 * @param centre degrees ICRS
 * @param pixel  degrees
 * @param side   pixels
 */
export function imageGrid(projection: Projection, centre: { ra: number; dec: number }, pixel: number, side: number): ImageGrid {
  const middle = (side + 1) / 2
  const wcs = makeWcs({ projection, crval: [centre.ra, centre.dec], crpix: [middle, middle], cdelt: [-pixel, pixel] })
  const place = new Float64Array(2)
  return {
    pixelInto(ra, dec, out) {
      if (!wcs.pixelInto(ra, dec, out)) return false
      out[0]! -= 1
      out[1]! -= 1
      return true
    },
    isSky: (x, y) => wcs.worldInto(x + 1, y + 1, place),
    skyOf: (x, y) => wcs.toWorld(x + 1, y + 1),
    cards: wcsCards(wcs).filter(([keyword]) => keyword !== 'RADESYS'),
  }
}
