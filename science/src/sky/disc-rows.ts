import { discLimits, discTest } from './disc-test.js'
import { cosOfSmall, isSmallDisc, sinOfSmall, SUM_ERROR } from './small-angle.js'

const RADIAN = Math.PI / 180

/**
 * Picks the directions that lie in a disc: the same as `discTest` of each, for whole columns. The limits of the disc are
 * compared without a branch, as which direction passes is not to be foreseen; only those between them are looked at closely.
 *
 * @param ra, dec centre [deg]
 * @param radius  [deg], 0 … 180
 * @returns a function of longitudes and latitudes [deg] that writes the rows in the disc, ascending, into `rows` and answers how many; `rows` must hold one more than there are directions
 */
export function discRows(ra: number, dec: number, radius: number): (lons: Float32Array, lats: Float32Array, rows: Uint32Array) => number {
  const inside = discTest(ra, dec, radius)
  const { low, high, widest } = discLimits(ra, dec, radius)
  const other = 360 - widest
  const small = isSmallDisc(radius, widest)
  const [sin0, cos0, edge] = [Math.sin(dec * RADIAN), Math.cos(dec * RADIAN), Math.cos(radius * RADIAN)]

  /** Those of the first `near` rows that lie in the disc. All in one loop: a call for each would put its numbers on the heap. */
  function closely(lons: Float32Array, lats: Float32Array, rows: Uint32Array, near: number): number {
    let n = 0
    for (let j = 0; j < near; j++) {
      const i = rows[j]!
      const up = (lats[i]! - dec) * RADIAN
      let step = Math.abs(lons[i]! - ra)
      if (step > widest) step = Math.abs(step - 360)
      const s = sinOfSmall(up)
      const c = cosOfSmall(up)
      const cosine = sin0 * (sin0 * c + cos0 * s) + cos0 * (cos0 * c - sin0 * s) * cosOfSmall(step * RADIAN)
      rows[n] = i
      if (step <= widest && Math.abs(cosine - edge) > SUM_ERROR) n += Number(cosine > edge)
      else if (inside(lons[i]!, lats[i]!)) n++
    }
    return n
  }

  return (lons, lats, rows) => {
    let between = 0
    for (let i = 0; i < lats.length; i++) {
      const lat = lats[i]!
      rows[between] = i
      between += Number(lat >= low) & Number(lat <= high)
    }
    let near = 0
    for (let j = 0; j < between; j++) {
      const i = rows[j]!
      const step = Math.abs(lons[i]! - ra)
      rows[near] = i
      near += Number(step <= widest) | Number(step >= other)
    }
    if (small) return closely(lons, lats, rows, near)
    let n = 0
    for (let j = 0; j < near; j++) {
      const i = rows[j]!
      if (inside(lons[i]!, lats[i]!)) rows[n++] = i
    }
    return n
  }
}
