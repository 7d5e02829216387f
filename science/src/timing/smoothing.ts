import { HeavensError } from '@heavens/schemas'

/**
 * Background of a stream of bins by exponential smoothing with a delay: λ̂ ← α x[t − m] + (1 − α) λ̂ (Dilillo et al. 2024).
 * The delay m keeps an excess shorter than m bins out of its own background. Counts and exposure are smoothed apart and
 * divided, so bins of unequal livetime weigh what they should. While few bins have been learnt the weight of a new one is
 * 1/n instead of α: the estimate starts as a plain mean and forgets its beginning.
 *
 * One-sided smoothing lags a background that rises: it then reads as an excess. `trend` follows a straight slope (Brown's
 * double smoothing, extrapolated over the delay) at the price of √5 or so more noise in λ̂.
 *
 * The state is plain data: it can be copied, sent and snapshot.
 */
export interface SmoothingState {
  /** weight of a new bin, 0 < α < 1 */
  alpha: number
  /** bins between the newest bin that is learnt and the present one */
  delay: number
  /** bins that must be seen before an expectation is given, > delay */
  settle: number
  /** whether a slope is followed */
  trend: boolean
  /** bins seen since the start or the last reset, held ones not counted */
  seen: number
  /** bins learnt */
  learnt: number
  /** whether present bins are kept out: see holdSmoothing */
  held: boolean
  /** smoothed counts and exposure per bin, and both smoothed twice */
  counts: number
  exposure: number
  countsTwice: number
  exposureTwice: number
  /** the delay line: counts and exposure of the last `delay` bins; an exposure of 0 marks a bin to be skipped */
  lineCounts: Float64Array
  lineExposure: Float64Array
  /** bins that went into the line */
  lineAt: number
}

export interface SmoothingOptions {
  alpha: number
  delay: number
  settle: number
  trend?: boolean
}

/** A background that has seen nothing. @throws HeavensError bad-request unless 0 < alpha < 1, delay ≥ 1 and settle > delay */
export function createSmoothing(options: SmoothingOptions): SmoothingState {
  const { alpha, delay, settle, trend = false } = options
  if (!(alpha > 0 && alpha < 1)) throw new HeavensError('bad-request', { reason: `alpha is between 0 and 1, not ${alpha}` })
  if (!(Number.isInteger(delay) && delay >= 1 && settle > delay)) throw new HeavensError('bad-request', { reason: `the delay is at least 1 bin and shorter than settle, not ${delay} and ${settle}` })
  return {
    alpha,
    delay,
    settle,
    trend,
    seen: 0,
    learnt: 0,
    held: false,
    counts: 0,
    exposure: 0,
    countsTwice: 0,
    exposureTwice: 0,
    lineCounts: new Float64Array(delay),
    lineExposure: new Float64Array(delay),
    lineAt: 0,
  }
}

/**
 * The counts expected in this bin, from bins at least `delay` earlier; then takes the bin in.
 *
 * @param counts   counts of this bin; negative or NaN: the bin is skipped
 * @param exposure livetime of this bin in any unit that stays the same, 1 where absent; 0 or NaN: the bin is skipped
 * @returns        expected counts, NaN until `settle` bins were seen and where the exposure is 0 or NaN
 */
export function smoothingStep(state: SmoothingState, counts: number, exposure = 1): number {
  const slot = state.lineAt % state.delay
  if (state.lineAt >= state.delay && state.lineExposure[slot]! > 0) learn(state, state.lineCounts[slot]!, state.lineExposure[slot]!)
  const usable = counts >= 0 && exposure > 0
  const enters = usable && !state.held
  state.lineCounts[slot] = enters ? counts : 0
  state.lineExposure[slot] = enters ? exposure : 0
  state.lineAt++
  const expected = exposure > 0 && state.seen >= state.settle && state.learnt > 0 ? rate(state) * exposure : Number.NaN
  if (enters) state.seen++
  return expected
}

function learn(state: SmoothingState, counts: number, exposure: number): void {
  state.learnt++
  const weight = Math.max(state.alpha, 1 / state.learnt)
  state.counts += weight * (counts - state.counts)
  state.exposure += weight * (exposure - state.exposure)
  if (!state.trend) return
  state.countsTwice += weight * (state.counts - state.countsTwice)
  state.exposureTwice += weight * (state.exposure - state.exposureTwice)
}

function rate(state: SmoothingState): number {
  const level = state.counts / state.exposure
  // A slope cannot be told before the memory is filled once.
  if (!state.trend || state.learnt * state.alpha < 1) return level
  const change = level - state.countsTwice / state.exposureTwice
  return level + change + (state.alpha / (1 - state.alpha)) * change * state.delay
}

/**
 * Keeps the bins from now on, and the newest `back` ones, out of the background: an excess is under way. What is older
 * than those goes on being learnt. @param back bins, at most the delay
 */
export function holdSmoothing(state: SmoothingState, back = 0): void {
  state.held = true
  for (let k = 1; k <= Math.min(back, state.delay, state.lineAt); k++) state.lineExposure[(state.lineAt - k) % state.delay] = 0
}

/** Takes bins in again. */
export function releaseSmoothing(state: SmoothingState): void {
  state.held = false
}

/** Forgets everything: after a gap or a change of mode. */
export function resetSmoothing(state: SmoothingState): void {
  Object.assign(state, createSmoothing(state))
}
