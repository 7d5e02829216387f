import { separation } from './geometry.js'

const RADIAN = Math.PI / 180
/** Degrees, and cosines, that rounding may be wrong by at most: what is nearer to the edge is decided by `separation`. */
const [ROUNDING, ROUNDING_COSINE] = [1e-9, 1e-12]

/** Discs that come so close to a pole [deg] are not limited in longitude. */
const NEAR_POLE = 0.01

/**
 * A test of whether directions lie in a disc: the same answer as `separation(ra, dec, lon, lat) <= radius`, but most that lie
 * outside are told by a comparison. Not a number is in no disc.
 *
 * @param ra, dec centre [deg]
 * @param radius  [deg], 0 … 180
 */
export function discTest(ra: number, dec: number, radius: number): (lon: number, lat: number) => boolean {
  const [low, high] = [dec - radius - ROUNDING, dec + radius + ROUNDING]
  // A circle that holds no pole is widest where sin Δα = sin r / cos δ; close to a pole that arc sine is not exact.
  const polar = Math.abs(dec) + radius >= 90 - NEAR_POLE
  const widest = polar ? 180 : Math.asin(Math.min(1, Math.sin(radius * RADIAN) / Math.cos(dec * RADIAN))) / RADIAN + ROUNDING
  const [sin0, cos0, edge] = [Math.sin(dec * RADIAN), Math.cos(dec * RADIAN), Math.cos(radius * RADIAN)]
  return (lon, lat) => {
    if (!(lat >= low && lat <= high)) return false
    let step = Math.abs(lon - ra)
    // A remainder takes longer than all else here.
    if (step >= 360) step %= 360
    if (!polar && step > widest && step < 360 - widest) return false
    const cosine = sin0 * Math.sin(lat * RADIAN) + cos0 * Math.cos(lat * RADIAN) * Math.cos(step * RADIAN)
    if (Math.abs(cosine - edge) > ROUNDING_COSINE) return cosine > edge
    return separation(ra, dec, lon, lat) <= radius
  }
}
