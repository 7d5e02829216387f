import { bayesianBlocksBinned } from '@heavens/science/timing'
import type { CurveBins } from './rebin-curve.js'

/** Most cells that are divided: the time rises with their square (4,000 take about 50 ms). */
export const MOST_CELLS = 4000

/** A stretch of constant rate, seconds as in the bins. */
export interface CurveBlock {
  start: number
  stop: number
  /** counts/s */
  rate: number
  error: number
}

/**
 * Bayesian blocks of binned counts, with live time as exposure. Gaps belong to the block around them.
 *
 * @param p0  chance of a false change
 * @returns   blocks in order; none for a curve without counts or with more than `MOST_CELLS` bins
 */
export function curveBlocks(bins: CurveBins, p0: number): CurveBlock[] {
  const { counts, live, start, stop } = bins
  const n = start.length
  if (!counts || n === 0 || n > MOST_CELLS) return []
  const edges = Float64Array.from({ length: n + 1 }, (_, i) => (i === n ? stop[n - 1]! : start[i]!))
  const changes = bayesianBlocksBinned(edges, counts, { p0, exposure: live })
  const blocks: CurveBlock[] = []
  let at = 0
  for (let k = 1; k < changes.length; k++) {
    let [sum, seconds] = [0, 0]
    for (; at < n && start[at]! < changes[k]! - 1e-9; at++) {
      sum += counts[at]!
      seconds += live[at]!
    }
    if (seconds > 0) blocks.push({ start: changes[k - 1]!, stop: changes[k]!, rate: sum / seconds, error: Math.sqrt(sum) / seconds })
  }
  return blocks
}
