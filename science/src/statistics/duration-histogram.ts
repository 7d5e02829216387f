/** Durations counted in buckets that are always the same, so that two histograms add to the one of both. Plain data. */
export interface Histogram {
  /** shape (HISTOGRAM_BOUNDS.length + 1): values above the bound before and up to the bound with the same index; the last: above all bounds */
  counts: number[]
  /** of all values [s] */
  sum: number
}

/** Upper ends of the buckets [s], included: four in a decade, from 1 ms to 10⁶ s (eleven days). */
export const HISTOGRAM_BOUNDS: readonly number[] = Array.from({ length: 37 }, (_, i) => Number((10 ** (i / 4 - 3)).toPrecision(2)))

/** A histogram that has counted nothing. */
export function createHistogram(): Histogram {
  return { counts: new Array<number>(HISTOGRAM_BOUNDS.length + 1).fill(0), sum: 0 }
}

/** Count a duration [s], not negative. */
export function observe(histogram: Histogram, seconds: number): void {
  let low = 0
  let high = HISTOGRAM_BOUNDS.length
  while (low < high) {
    const mid = (low + high) >>> 1
    if (HISTOGRAM_BOUNDS[mid]! < seconds) low = mid + 1
    else high = mid
  }
  histogram.counts[low]!++
  histogram.sum += seconds
}

/** Add what `other` has counted. */
export function mergeHistogram(into: Histogram, other: Histogram): void {
  for (let i = 0; i < into.counts.length; i++) into.counts[i]! += other.counts[i]!
  into.sum += other.sum
}

/**
 * The duration [s] below which the fraction `q` of all lies, straight within its bucket: off by less than a factor 1.8 (a bucket's width), by less
 * than 1 ms below that. Above the last bound: that bound. NaN of an empty histogram.
 */
export function quantile(histogram: Histogram, q: number): number {
  const all = histogram.counts.reduce((sum, n) => sum + n, 0)
  if (all === 0) return NaN
  let rest = q * all
  for (let i = 0; i < HISTOGRAM_BOUNDS.length; i++) {
    const n = histogram.counts[i]!
    if (n > 0 && rest <= n) {
      const from = i === 0 ? 0 : HISTOGRAM_BOUNDS[i - 1]!
      return from + (Math.max(rest, 0) / n) * (HISTOGRAM_BOUNDS[i]! - from)
    }
    rest -= n
  }
  return HISTOGRAM_BOUNDS.at(-1)!
}
