import { cosOfSmall, sinOfSmall, SMALL } from './small-angle.js'

const RADIAN = Math.PI / 180
/** Centres further from the equator [deg] are not served: there longitudes say little about how near a place is. */
const HIGHEST = 85

/** What the coordinates of `nearTangent` may be wrong by [deg]: some ten products of series of `SMALL_ERROR`, divided by the cosine of the separation. */
export const TANGENT_ERROR = 1e-8

/**
 * The plane that touches the sphere at a position (gnomonic projection: FITS WCS Paper II, TAN), for places near it: several times as fast as
 * the whole of a WCS, to `TANGENT_ERROR`.
 *
 * @param ra, dec point of contact [deg]
 * @returns a function that puts x (towards east) and y (north) [deg] into `out`, or answers false for a place further than half a radian in longitude or latitude
 */
export function nearTangent(ra: number, dec: number): (lon: number, lat: number, out: Float64Array) => boolean {
  const [sin0, cos0] = [Math.sin(dec * RADIAN), Math.cos(dec * RADIAN)]
  const served = Math.abs(dec) < HIGHEST
  return (lon, lat, out) => {
    let step = (lon - ra) * RADIAN
    if (step > Math.PI) step -= 2 * Math.PI
    else if (step < -Math.PI) step += 2 * Math.PI
    const up = (lat - dec) * RADIAN
    if (!(served && step > -SMALL && step < SMALL && up > -SMALL && up < SMALL)) return false
    const [su, cu, cs] = [sinOfSmall(up), cosOfSmall(up), cosOfSmall(step)]
    const s = sin0 * cu + cos0 * su
    const c = cos0 * cu - sin0 * su
    const ahead = (sin0 * s + cos0 * c * cs) * RADIAN
    out[0] = (c * sinOfSmall(step)) / ahead
    out[1] = (cos0 * s - sin0 * c * cs) / ahead
    return true
  }
}
