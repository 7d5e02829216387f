import type { ImageRequest } from '@heavens/schemas'
import type { CardInput } from '@heavens/science/fits'
import { makeWcs, nearTangent, TANGENT_ERROR, wcsCards } from '@heavens/science/sky'

/** Pixels of an image and their places on the sky. Pixels count from 0 at the lower left; centres are whole numbers. */
export interface ImageGrid {
  /** into the first two places of `out`; false for a place that the projection does not show */
  pixelInto(ra: number, dec: number, out: Float64Array): boolean
  /** Numbers of the pixels that the first `n` of these rows of places lie in, row by row from the bottom; -1 outside the image: those of the rounded `pixelInto`. */
  cellsOf(ra: ArrayLike<number>, dec: ArrayLike<number>, rows: Uint32Array, n: number, cells: Int32Array): void
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
  const pixelInto: ImageGrid['pixelInto'] = (ra, dec, out) => {
    if (!wcs.pixelInto(ra, dec, out)) return false
    out[0]! -= 1
    out[1]! -= 1
    return true
  }
  return {
    pixelInto,
    cellsOf: cellFinder(projection, centre, pixel, side, pixelInto),
    isSky: (x, y) => wcs.worldInto(x + 1, y + 1, place),
    skyOf: (x, y) => wcs.toWorld(x + 1, y + 1),
    cards: wcsCards(wcs).filter(([keyword]) => keyword !== 'RADESYS'),
  }
}

/** In a gnomonic image pixels are told by a quick projection, but where a place is so near to an edge that this might err. */
function cellFinder(projection: Projection, centre: { ra: number; dec: number }, pixel: number, side: number, pixelInto: ImageGrid['pixelInto']): ImageGrid['cellsOf'] {
  const last = (side - 1) / 2
  const doubt = TANGENT_ERROR / pixel
  const quick = projection === 'TAN' && doubt < 0.01 ? nearTangent(centre.ra, centre.dec) : undefined
  const at = new Float64Array(2)
  const exactly = (ra: number, dec: number): number => {
    if (!pixelInto(ra, dec, at)) return -1
    const [x, y] = [Math.round(at[0]!), Math.round(at[1]!)]
    return x >= 0 && y >= 0 && x < side && y < side ? y * side + x : -1
  }
  let [xs, ys] = [new Float64Array(0), new Float64Array(0)]
  return (ra, dec, rows, n, cells) => {
    if (quick === undefined) {
      for (let j = 0; j < n; j++) cells[j] = exactly(ra[rows[j]!]!, dec[rows[j]!]!)
      return
    }
    if (xs.length < n) [xs, ys] = [new Float64Array(n), new Float64Array(n)]
    quick(ra, dec, rows, n, xs, ys)
    for (let j = 0; j < n; j++) {
      const x = last - xs[j]! / pixel + 0.5
      const y = last + ys[j]! / pixel + 0.5
      const column = Math.floor(x)
      const row = Math.floor(y)
      // Not a number is near to all edges.
      if (Math.min(x - column, y - row) > doubt && Math.max(x - column, y - row) < 1 - doubt) cells[j] = column >= 0 && row >= 0 && column < side && row < side ? row * side + column : -1
      else cells[j] = exactly(ra[rows[j]!]!, dec[rows[j]!]!)
    }
  }
}
