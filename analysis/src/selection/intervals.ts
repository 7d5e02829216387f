/** A half-open interval [start, stop) of TT seconds. Lists of them ascend and are disjoint unless said otherwise. */
export type Interval = readonly [start: number, stop: number]

/** Sort and join intervals that touch or overlap; empty ones are left out. */
export function unite(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(([a, b]) => b > a).toSorted((p, q) => p[0] - q[0] || p[1] - q[1])
  const out: [number, number][] = []
  for (const [start, stop] of sorted) {
    const last = out.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], stop)
    else out.push([start, stop])
  }
  return out
}

/** What two lists have in common. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const out: Interval[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const start = Math.max(a[i]![0], b[j]![0])
    const stop = Math.min(a[i]![1], b[j]![1])
    if (stop > start) out.push([start, stop])
    if (a[i]![1] < b[j]![1]) i++
    else j++
  }
  return out
}

/** What is in `a` and not in `b`. */
export function subtract(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const out: Interval[] = []
  for (const [start, stop] of a) {
    let at = start
    for (const [from, to] of b) {
      if (to <= at) continue
      if (from >= stop) break
      if (from > at) out.push([at, from])
      at = Math.max(at, to)
    }
    if (at < stop) out.push([at, stop])
  }
  return out
}

/** Sum of the lengths [s]. */
export function totalLength(intervals: readonly Interval[]): number {
  let sum = 0
  for (const [start, stop] of intervals) sum += stop - start
  return sum
}

/** First index i with times[i] ≥ t; times ascend. */
export function lowerBound(times: Float64Array, t: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < t) low = middle + 1
    else high = middle
  }
  return low
}
