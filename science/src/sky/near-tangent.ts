import { cosOfSmall, sinOfSmall, SMALL } from './small-angle.js'

const RADIAN = Math.PI / 180
/** Centres further from the equator [deg] are not served: there longitudes say little about how near a place is. */
const HIGHEST = 85

/** What the coordinates of `nearTangent` may be wrong by [deg]: some ten products of series of 2e-12, divided by the cosine of the separation. */
export const TANGENT_ERROR = 1e-8

/**
 * The plane that touches the sphere at a position (gnomonic projection: FITS WCS Paper II, TAN), for places near it: several times as fast as
 * the whole of a WCS, to `TANGENT_ERROR`.
 *
 * @param ra, dec point of contact [deg]
 * @returns a function that puts x (towards east) and y (north) [deg] of the first `n` of these rows of longitudes and latitudes [deg] into `xs` and `ys`; NaN for a place further than half a radian in longitude or latitude, and for all where none is served
 */
export function nearTangent(ra: number, dec: number): (lons: ArrayLike<number>, lats: ArrayLike<number>, rows: Uint32Array, n: number, xs: Float64Array, ys: Float64Array) => void {
  const [sin0, cos0] = [Math.sin(dec * RADIAN), Math.cos(dec * RADIAN)]
  const served = Math.abs(dec) < HIGHEST
  return (lons, lats, rows, n, xs, ys) => {
    for (let j = 0; j < n; j++) {
      const i = rows[j]!
      let step = (lons[i]! - ra) * RADIAN
      if (step > Math.PI) step -= 2 * Math.PI
      else if (step < -Math.PI) step += 2 * Math.PI
      const up = (lats[i]! - dec) * RADIAN
      if (!(served && step > -SMALL && step < SMALL && up > -SMALL && up < SMALL)) {
        xs[j] = ys[j] = NaN
        continue
      }
      const su = sinOfSmall(up)
      const cu = cosOfSmall(up)
      const cs = cosOfSmall(step)
      const s = sin0 * cu + cos0 * su
      const c = cos0 * cu - sin0 * su
      const ahead = (sin0 * s + cos0 * c * cs) * RADIAN
      xs[j] = (c * sinOfSmall(step)) / ahead
      ys[j] = (cos0 * s - sin0 * c * cs) / ahead
    }
  }
}
