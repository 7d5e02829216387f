/** Half-open interval of time [TT s]. */
export interface TimeRange {
  start: number
  stop: number
}

/**
 * Add an interval to disjoint ones in ascending order; what overlaps or touches becomes one. When there are more than `most`,
 * the two with the least between them become one: more is covered than was named, never less.
 */
export function mergeRange(ranges: readonly TimeRange[], added: TimeRange, most = 32): TimeRange[] {
  const out: TimeRange[] = []
  let { start, stop } = added
  for (const range of ranges) {
    if (range.stop < start || range.start > stop) out.push(range)
    else { start = Math.min(start, range.start); stop = Math.max(stop, range.stop) }
  }
  out.push({ start, stop })
  out.sort((a, b) => a.start - b.start)
  while (out.length > most) {
    let closest = 1
    for (let i = 2; i < out.length; i++) if (out[i]!.start - out[i - 1]!.stop < out[closest]!.start - out[closest - 1]!.stop) closest = i
    out.splice(closest - 1, 2, { start: out[closest - 1]!.start, stop: out[closest]!.stop })
  }
  return out
}
