import { HeavensError } from '@heavens/schemas'

/**
 * Poisson-FOCuS: the brightest excess among every start and every length, at a constant mean cost per bin.
 * Ward et al. 2023 (JASA), bounds of Ward et al. 2024 (Stat. Comput.), Dilillo et al. 2024 (ApJ 962, 137).
 *
 * For an interval with X counts over an expectation of B the statistic is llr = X ln(X/B) − (X − B) where X > B, and its
 * significance is √(2 llr). Only starts on the lower convex hull of (cumulative expectation, cumulative counts) can ever be
 * the best; they are kept on a stack whose mean excess grows from the oldest to the newest.
 *
 * The state is plain data (numbers and typed arrays): it can be copied, sent and snapshot.
 */
export interface FocusState {
  /** threshold [standard deviations] */
  sigma: number
  /** smallest ratio of counts to expectation that is looked for, ≥ 1 */
  muMin: number
  /** bins since the state was made or reset, masked ones included */
  bins: number
  /** counts and expectation since the stack was last empty */
  counts: number
  expected: number
  /** candidates on the stack; at least 1, the bin after the last emptying */
  size: number
  /** cumulative counts and expectation before each candidate's first bin */
  stackCounts: Float64Array
  stackExpected: Float64Array
  /** number of bins before each candidate's first bin */
  stackBins: Float64Array
  /** for each candidate, a bound of llr of all intervals that end where it starts */
  stackBound: Float64Array
  /** the interval of the last step that returned more than 0 [bins], it ends with that step's bin */
  hitLength: number
  /** counts and expectation in that interval */
  hitCounts: number
  hitExpected: number
}

export interface FocusOptions {
  /** threshold [standard deviations], > 0 */
  sigma: number
  /**
   * smallest ratio of counts to expectation that is looked for, ≥ 1 (the default). Above 1 the search forgets a small steady
   * bias of the background: intervals with X ≤ B (μ − 1)/ln μ are dropped.
   */
  muMin?: number
}

/** A search that has seen nothing. @throws HeavensError bad-request for sigma ≤ 0 or muMin < 1 */
export function createFocus(options: FocusOptions): FocusState {
  const { sigma, muMin = 1 } = options
  if (!(sigma > 0)) throw new HeavensError('bad-request', { reason: `the threshold is positive, not ${sigma}` })
  if (!(muMin >= 1)) throw new HeavensError('bad-request', { reason: `muMin is at least 1, not ${muMin}` })
  // Mostly 3–7 are needed; it grows where they are more.
  const room = 8
  return {
    sigma,
    muMin,
    bins: 0,
    counts: 0,
    expected: 0,
    size: 1,
    stackCounts: new Float64Array(room),
    stackExpected: new Float64Array(room),
    stackBins: new Float64Array(room),
    stackBound: new Float64Array(room),
    hitLength: 0,
    hitCounts: 0,
    hitExpected: 0,
  }
}

/** Forgets everything that was seen: after a gap, a change of mode, a trigger that is dealt with. */
export function resetFocus(state: FocusState): void {
  state.bins = 0
  state.hitLength = 0
  state.hitCounts = 0
  state.hitExpected = 0
  empty(state)
}

/** Ratio of counts to expectation up to which an interval speaks against an excess of at least muMin. */
export function leastRatio(muMin: number): number {
  return muMin > 1 ? (muMin - 1) / Math.log(muMin) : 1
}

function empty(state: FocusState): void {
  state.counts = 0
  state.expected = 0
  state.size = 1
  state.stackCounts[0] = 0
  state.stackExpected[0] = 0
  state.stackBins[0] = state.bins
  state.stackBound[0] = 0
}

/**
 * Adds one bin.
 *
 * @param counts   counts of the bin, ≥ 0
 * @param expected background expected in the bin, > 0, livetime included. A bin whose counts or expectation are not such
 *                 numbers (NaN before a background has settled) masks itself: the search starts anew after it.
 * @returns 0 where no interval that ends here reaches the threshold, else the significance [standard deviations] of the
 *          best of all of them, whose length is then in `state.hitLength`
 */
export function focusStep(state: FocusState, counts: number, expected: number): number {
  state.bins++
  if (!(expected > 0 && counts >= 0 && counts < Infinity && expected < Infinity)) {
    empty(state)
    return 0
  }
  const { stackCounts, stackExpected, stackBound } = state
  const allCounts = (state.counts += counts)
  const allExpected = (state.expected += expected)
  let top = state.size - 1
  let x = allCounts - stackCounts[top]!
  let b = allExpected - stackExpected[top]!
  while (top > 0) {
    const olderX = allCounts - stackCounts[top - 1]!
    const olderB = allExpected - stackExpected[top - 1]!
    // The newer start stays only while its mean excess beats that of the older one.
    if (x * olderB > olderX * b) break
    top--
    x = olderX
    b = olderB
  }
  state.size = top + 1
  if (x <= b * leastRatio(state.muMin)) {
    empty(state)
    return 0
  }
  const limit = (state.sigma * state.sigma) / 2
  // B u²/2 bounds llr from above (u = X/B − 1): mostly no logarithm is needed to know that nothing can be over the threshold.
  let bound = ((x - b) * (x - b)) / (2 * b) + stackBound[top]!
  let significance = 0
  if (bound >= limit) {
    bound = x * Math.log(x / b) - (x - b) + stackBound[top]!
    if (bound >= limit) significance = searchStack(state, limit)
  }
  push(state, bound)
  return significance
}

/** Walks from the newest candidate to older ones while one of them can still be over the limit; then takes the best of all. */
function searchStack(state: FocusState, limit: number): number {
  for (let k = state.size - 1; k >= 0; k--) {
    const llr = candidateLlr(state, k)
    if (llr >= limit) return takeBest(state)
    // llr of an interval is at most the sum of those of its two parts.
    if (llr + state.stackBound[k]! < limit) return 0
  }
  return 0
}

function candidateLlr(state: FocusState, k: number): number {
  const x = state.counts - state.stackCounts[k]!
  const b = state.expected - state.stackExpected[k]!
  return x * Math.log(x / b) - (x - b)
}

function takeBest(state: FocusState): number {
  let best = 0
  let at = 0
  for (let k = 0; k < state.size; k++) {
    const llr = candidateLlr(state, k)
    if (llr > best) {
      best = llr
      at = k
    }
  }
  state.hitLength = state.bins - state.stackBins[at]!
  state.hitCounts = state.counts - state.stackCounts[at]!
  state.hitExpected = state.expected - state.stackExpected[at]!
  return Math.sqrt(2 * best)
}

/** The next bin is a candidate start. */
function push(state: FocusState, bound: number): void {
  const k = state.size++
  if (k === state.stackCounts.length) {
    state.stackCounts = longer(state.stackCounts)
    state.stackExpected = longer(state.stackExpected)
    state.stackBins = longer(state.stackBins)
    state.stackBound = longer(state.stackBound)
  }
  state.stackCounts[k] = state.counts
  state.stackExpected[k] = state.expected
  state.stackBins[k] = state.bins
  state.stackBound[k] = bound
}

/** The same values with room for twice as many. */
export function longer(values: Float64Array): Float64Array {
  const grown = new Float64Array(values.length * 2)
  grown.set(values)
  return grown
}
