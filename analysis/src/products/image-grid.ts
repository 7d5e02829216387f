import type { ImageRequest } from '@heavens/schemas'
import type { CardInput } from '@heavens/science/fits'
import { makeWcs, nearTangent, TANGENT_ERROR, wcsCards } from '@heavens/science/sky'

/** Pixels of an image and their places on the sky. Pixels count from 0 at the lower left; centres are whole numbers. */
export interface ImageGrid {
  /** into the first two places of `out`; false for a place that the projection does not show */
  pixelInto(ra: number, dec: number, out: Float64Array): boolean
  /** number of the pixel that a place lies in, row by row from the bottom; -1 outside the image: that of the rounded `pixelInto` */
  cellOf(ra: number, dec: number): number
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
  // In a gnomonic image the pixel is told by a quick projection, unless the place is so near to an edge that this might err.
  const doubt = TANGENT_ERROR / pixel
  const quick = projection === 'TAN' && doubt < 0.01 ? nearTangent(centre.ra, centre.dec) : undefined
  const [plane, last] = [new Float64Array(2), middle - 1]
  const wcs = makeWcs({ projection, crval: [centre.ra, centre.dec], crpix: [middle, middle], cdelt: [-pixel, pixel] })
  const place = new Float64Array(2)
  const pixelInto: ImageGrid['pixelInto'] = (ra, dec, out) => {
    if (!wcs.pixelInto(ra, dec, out)) return false
    out[0]! -= 1
    out[1]! -= 1
    return true
  }
  return {
    pixelInto,
    cellOf(ra, dec) {
      if (quick?.(ra, dec, plane) === true) {
        const [x, y] = [last - plane[0]! / pixel + 0.5, last + plane[1]! / pixel + 0.5]
        const [column, row] = [Math.floor(x), Math.floor(y)]
        if (Math.min(x - column, y - row) > doubt && Math.max(x - column, y - row) < 1 - doubt) return column >= 0 && row >= 0 && column < side && row < side ? row * side + column : -1
      }
      if (!pixelInto(ra, dec, plane)) return -1
      const [x, y] = [Math.round(plane[0]!), Math.round(plane[1]!)]
      return x >= 0 && y >= 0 && x < side && y < side ? y * side + x : -1
    },
    isSky: (x, y) => wcs.worldInto(x + 1, y + 1, place),
    skyOf: (x, y) => wcs.toWorld(x + 1, y + 1),
    cards: wcsCards(wcs).filter(([keyword]) => keyword !== 'RADESYS'),
  }
}
