import type { Interval } from './intervals.js'

/** Time in which the target could be seen, ascending and disjoint, with the live fraction of each piece. */
export interface Exposure {
  intervals: readonly Interval[]
  live: Float64Array
}

/** Good time as exposure, all of it live. */
export function wholeExposure(good: readonly Interval[]): Exposure {
  return { intervals: good, live: new Float64Array(good.length).fill(1) }
}

/** Live seconds within each bin [edges[k], edges[k + 1]); edges ascend. One pass over both. */
export function exposureInBins({ intervals, live }: Exposure, edges: Float64Array): Float64Array {
  const out = new Float64Array(Math.max(0, edges.length - 1))
  let first = 0
  intervals.forEach(([start, stop], i) => {
    while (first < out.length && edges[first + 1]! <= start) first++
    for (let k = first; k < out.length && edges[k]! < stop; k++) out[k]! += live[i]! * (Math.min(stop, edges[k + 1]!) - Math.max(start, edges[k]!))
  })
  return out
}

/** Live seconds within intervals. */
export function exposureWithin(exposure: Exposure, intervals: readonly Interval[]): number {
  let sum = 0
  for (const [start, stop] of intervals) sum += exposureInBins(exposure, Float64Array.of(start, stop))[0]!
  return sum
}
