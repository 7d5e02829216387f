import { discLimits, discTest } from './disc-test.js'

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
    let n = 0
    for (let j = 0; j < near; j++) {
      const i = rows[j]!
      if (inside(lons[i]!, lats[i]!)) rows[n++] = i
    }
    return n
  }
}
