import { separation } from './geometry.js'
import { cosOfSmall, isSmallDisc, sinOfSmall, SUM_ERROR } from './small-angle.js'

const RADIAN = Math.PI / 180
/** Degrees, and cosines, that rounding may be wrong by at most: what is nearer to the edge is decided by `separation`. */
const [ROUNDING, ROUNDING_COSINE] = [1e-9, 1e-12]

/** Discs that come so close to a pole [deg] are not limited in longitude. */
const NEAR_POLE = 0.01

/**
 * What lies in a disc has latitudes `low` … `high`, and longitudes within `widest` of the centre's [deg]; 180 where the disc holds a pole, or nearly.
 *
 * @param ra, dec centre [deg]
 * @param radius  [deg], 0 … 180
 */
export function discLimits(ra: number, dec: number, radius: number): { low: number; high: number; widest: number } {
  // A circle that holds no pole is widest where sin Δα = sin r / cos δ; close to a pole that arc sine is not exact.
  const polar = Math.abs(dec) + radius >= 90 - NEAR_POLE
  return { low: dec - radius - ROUNDING, high: dec + radius + ROUNDING, widest: polar ? 180 : Math.asin(Math.min(1, Math.sin(radius * RADIAN) / Math.cos(dec * RADIAN))) / RADIAN + ROUNDING }
}

/**
 * A test of whether directions lie in a disc: the same answer as `separation(ra, dec, lon, lat) <= radius`, but most that lie
 * outside are told by a comparison. Not a number is in no disc.
 *
 * @param ra, dec centre [deg]
 * @param radius  [deg], 0 … 180
 */
export function discTest(ra: number, dec: number, radius: number): (lon: number, lat: number) => boolean {
  const { low, high, widest } = discLimits(ra, dec, radius)
  const [sin0, cos0, edge] = [Math.sin(dec * RADIAN), Math.cos(dec * RADIAN), Math.cos(radius * RADIAN)]
  const small = isSmallDisc(radius, widest)
  const rounding = small ? SUM_ERROR : ROUNDING_COSINE
  return (lon, lat) => {
    if (!(lat >= low && lat <= high)) return false
    let step = Math.abs(lon - ra)
    // A remainder takes longer than all else here.
    if (step >= 360) step %= 360
    if (step > 180) step = 360 - step
    if (step > widest) return false
    let cosine: number
    if (small) {
      const up = (lat - dec) * RADIAN
      const s = sinOfSmall(up)
      const c = cosOfSmall(up)
      cosine = sin0 * (sin0 * c + cos0 * s) + cos0 * (cos0 * c - sin0 * s) * cosOfSmall(step * RADIAN)
    } else cosine = sin0 * Math.sin(lat * RADIAN) + cos0 * Math.cos(lat * RADIAN) * Math.cos(step * RADIAN)
    if (Math.abs(cosine - edge) > rounding) return cosine > edge
    return separation(ra, dec, lon, lat) <= radius
  }
}
