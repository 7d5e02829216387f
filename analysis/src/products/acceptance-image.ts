import { acceptance } from '@heavens/science/gadf'
import { unitVector } from '@heavens/science/sky'
import type { ImageGrid } from './image-grid.js'
import type { ProductBand } from './product-context.js'
import type { RunPart } from './run-parts.js'

const DEGREE = Math.PI / 180

/** Places of the pixels of a grid as unit vectors, three numbers each; NaN off the sky. */
export function pixelVectors(grid: ImageGrid, side: number): Float64Array {
  const out = new Float64Array(3 * side * side).fill(NaN)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const place = grid.skyOf(x, y)
      if (place !== undefined) out.set(unitVector(place[0], place[1]), 3 * (y * side + x))
    }
  }
  return out
}

/**
 * Background that a run expects of each pixel, live time included, for each set of bands; 0 outside the field of view.
 * Undefined where the run has no table of its background.
 *
 * @param places      of the pixels (pixelVectors)
 * @param fieldOfView radius [deg]
 */
export function acceptanceImages(part: RunPart, places: Float64Array, sets: readonly { bands: readonly ProductBand[] }[], fieldOfView: number): Float64Array[] | undefined {
  const { background } = part.response
  if (background === undefined) return undefined
  const { ra, dec } = part.boresight
  const [fx, fy, fz] = unitVector(ra, dec)
  const [ex, ey] = [-Math.sin(ra * DEGREE), Math.cos(ra * DEGREE)]
  const [nx, ny, nz] = unitVector(dec > 0 ? ra + 180 : ra, 90 - Math.abs(dec))
  const least = Math.cos(fieldOfView * DEGREE)
  const of = sets.map(({ bands }) => acceptance(background, bands))
  const out = sets.map(() => new Float64Array(places.length / 3))
  for (let i = 0, k = 0; k < places.length; i++, k += 3) {
    const [x, y, z] = [places[k]!, places[k + 1]!, places[k + 2]!]
    const forward = x * fx + y * fy + z * fz
    if (!(forward >= least)) continue
    const west = -Math.atan2(x * ex + y * ey, forward) / DEGREE
    const north = Math.asin(x * nx + y * ny + z * nz) / DEGREE
    for (let s = 0; s < of.length; s++) out[s]![i] = part.live * of[s]!(west, north)
  }
  return out
}
