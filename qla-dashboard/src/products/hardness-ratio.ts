import type { CurveBins } from './rebin-curve.js'

/** Hardness (hard − soft) / (hard + soft) in each bin, with the ends of its 68 % interval; NaN where nothing was counted. */
export interface Hardness {
  start: Float64Array
  stop: Float64Array
  value: Float64Array
  low: Float64Array
  high: Float64Array
}

/**
 * Hardness of two bands of one file. Of counts, the share of hard ones is binomial: its interval is Wilson's (1927, JASA 22, 209) with
 * z = 1, which stays within ±1 and is right for few counts as well. Where rates are less a background, errors are propagated instead.
 * Bins are matched by their starts: both curves come from one file and one rebinning.
 */
export function hardnessRatio(soft: CurveBins, hard: CurveBins, subtracted: boolean): Hardness {
  const byStart = new Map<number, number>()
  hard.start.forEach((s, i) => byStart.set(Math.round((s + hard.zero) * 1e6), i))
  const pairs = [...soft.start].map((s, i): [number, number | undefined] => [i, byStart.get(Math.round((s + soft.zero) * 1e6))]).filter((p): p is [number, number] => p[1] !== undefined)
  const values = pairs.map(([i, k]) => (subtracted || !soft.counts || !hard.counts
    ? propagated(soft.rate[i]!, soft.error[i]!, hard.rate[k]!, hard.error[k]!)
    : wilson(soft.counts[i]!, hard.counts[k]!)))
  return {
    start: Float64Array.from(pairs, ([i]) => soft.start[i]!), stop: Float64Array.from(pairs, ([i]) => soft.stop[i]!),
    value: Float64Array.from(values, (v) => v[0]), low: Float64Array.from(values, (v) => v[1]), high: Float64Array.from(values, (v) => v[2]),
  }
}

function wilson(soft: number, hard: number): [number, number, number] {
  const n = soft + hard
  if (!(n > 0)) return [NaN, NaN, NaN]
  const share = hard / n
  const middle = (share + 0.5 / n) / (1 + 1 / n)
  const half = Math.sqrt((share * (1 - share)) / n + 0.25 / n ** 2) / (1 + 1 / n)
  return [2 * share - 1, 2 * (middle - half) - 1, 2 * (middle + half) - 1]
}

function propagated(soft: number, softError: number, hard: number, hardError: number): [number, number, number] {
  const sum = soft + hard
  if (!(sum > 0)) return [NaN, NaN, NaN]
  const value = (hard - soft) / sum
  const error = (2 * Math.hypot(hard * softError, soft * hardError)) / sum ** 2
  return [value, value - error, value + error]
}
