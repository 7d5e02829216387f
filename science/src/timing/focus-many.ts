import { type FocusOptions, createFocus, leastRatio, longer } from './focus.js'

/** The hull between its candidate starts: each segment's counts, expectation, first bin, and a bound of llr of all that ends before it. */
interface Hull {
  counts: Float64Array
  expected: Float64Array
  start: Float64Array
  before: Float64Array
  size: number
  /** bound of llr of all intervals that end where the hull ends */
  bound: number
}

/**
 * Poisson-FOCuS over a whole series: what `focusStep` returns for every bin, several times faster. The search goes on after
 * a hit, so a bright burst hits in many bins. Masked bins (expectation ≤ 0 or NaN, counts < 0 or NaN) empty the stack.
 *
 * The hull is built late. Since llr of an interval is at most the sum of those of its parts, and that of one bin with
 * the excess e = x − λ > 0 at most e² (3λ + e)/(λ (6λ + 4e)) (since ln(1 + u) ≤ u (6 + u)/(6 + 4u)), the sum of these since the stack was last empty bounds every interval; and the stack is empty
 * exactly when Σ (x − λ (μ − 1)/ln μ) comes to a new minimum. Only when the bound reaches the threshold are the bins put on
 * the hull, which gives a tighter bound and, at the threshold, the hit.
 *
 * @param counts   counts per bin
 * @param expected background expected per bin, as many
 * @param onHit    told of each bin at or over the threshold: its index, the significance of the best interval that ends with
 *                 it, and the length of that interval [bins]
 * @returns        number of hits
 * @throws HeavensError bad-request for sigma ≤ 0 or muMin < 1
 */
export function focusMany(counts: Float64Array, expected: Float64Array, options: FocusOptions, onHit?: (bin: number, significance: number, length: number) => void): number {
  const { sigma, muMin } = createFocus(options)
  const limit = (sigma * sigma) / 2
  const least = leastRatio(muMin)
  const hull: Hull = { counts: new Float64Array(64), expected: new Float64Array(64), start: new Float64Array(64), before: new Float64Array(64), size: 0, bound: 0 }
  const bins = Math.min(counts.length, expected.length)
  let hits = 0
  let above = 0
  let bound = 0
  let built = 0
  for (let i = 0; i < bins; i++) {
    const x = counts[i]!
    const b = expected[i]!
    above += x - b * least
    // The test is false for NaN and for an infinite expectation too.
    if (!(above > 0 && b > 0 && x >= 0)) {
      above = 0
      bound = 0
      built = i + 1
      hull.size = 0
      hull.bound = 0
      continue
    }
    // Twice the excess or 0, without a branch that cannot be foreseen.
    const excess = x - b + Math.abs(x - b)
    bound += (excess * excess * (6 * b + excess)) / (16 * b * (3 * b + excess))
    if (bound < limit) continue
    if (x === Infinity) {
      above = Number.NEGATIVE_INFINITY
      i--
      continue
    }
    for (; built <= i; built++) extend(hull, counts[built]!, expected[built]!, built)
    if (hull.bound >= limit) {
      const best = search(hull, limit)
      if (best !== undefined) {
        hits++
        if (onHit) onHit(i, best.significance, i + 1 - best.start)
      }
    }
    bound = hull.bound
  }
  return hits
}

/** A bin is a new segment, and merges with the one before as long as it is not steeper. */
function extend(hull: Hull, x: number, b: number, bin: number): void {
  const { counts, expected } = hull
  let size = hull.size
  let before = hull.bound
  let start = bin
  if (size > 0 && x * expected[size - 1]! <= counts[size - 1]! * b) {
    do {
      size--
      x += counts[size]!
      b += expected[size]!
    } while (size > 0 && x * expected[size - 1]! <= counts[size - 1]! * b)
    start = hull.start[size]!
    before = hull.before[size]!
  }
  if (size === counts.length) {
    hull.counts = longer(hull.counts)
    hull.expected = longer(hull.expected)
    hull.start = longer(hull.start)
    hull.before = longer(hull.before)
  }
  hull.counts[size] = x
  hull.expected[size] = b
  hull.start[size] = start
  hull.before[size] = before
  hull.size = size + 1
  const excess = Math.max(0, x - b)
  hull.bound = before + (excess * excess * (3 * b + excess)) / (b * (6 * b + 4 * excess))
}

/** Walks from the newest start to older ones while an interval can be over the limit; if one is, returns the best of all. Tightens the bound. */
function search(hull: Hull, limit: number): { significance: number; start: number } | undefined {
  let x = 0
  let b = 0
  let best = 0
  let start = 0
  let over = false
  for (let k = hull.size - 1; k >= 0; k--) {
    x += hull.counts[k]!
    b += hull.expected[k]!
    const llr = x > b ? x * Math.log(x / b) - (x - b) : 0
    if (k === hull.size - 1) hull.bound = llr + hull.before[k]!
    if (llr >= best) {
      best = llr
      start = hull.start[k]!
    }
    over ||= llr >= limit
    if (!over && llr + hull.before[k]! < limit) return undefined
  }
  return over ? { significance: Math.sqrt(2 * best), start } : undefined
}
