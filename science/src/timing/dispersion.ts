/**
 * How much more than Poisson a stream scatters: the mean of (x − λ)²/λ, 1 for Poisson counts. Divide a significance by its
 * root. Values beyond 3 standard deviations count as 3 (winsorised), so bursts move it little; 0.99501 is the mean of a
 * squared normal deviate cut so. Bins are joined until 10 counts are expected, where the deviates are nearly normal.
 *
 * The state is plain data.
 */
export interface DispersionState {
  /** groups of bins that the estimate remembers */
  memory: number
  /** groups taken in */
  groups: number
  /** present estimate, 1 before the first group */
  dispersion: number
  /** counts and expectation of the group being joined */
  counts: number
  expected: number
}

const CUT = 9
const MEAN_OF_CUT = 0.99501
const JOINED = 10

/** @param options.memory groups of bins that the estimate remembers, ≥ 1 (default 1000) */
export function createDispersion(options: { memory?: number } = {}): DispersionState {
  return { memory: options.memory ?? 1000, groups: 0, dispersion: 1, counts: 0, expected: 0 }
}

/**
 * Takes a bin in.
 * @param counts   counts of the bin; @param expected counts expected without it. A bin where either is negative or NaN is skipped.
 * @returns the variance in units of the Poisson variance; its relative error is about √(2/memory)
 */
export function dispersionStep(state: DispersionState, counts: number, expected: number): number {
  if (!(expected > 0 && counts >= 0)) return state.dispersion
  state.counts += counts
  state.expected += expected
  if (state.expected < JOINED) return state.dispersion
  const deviation = state.counts - state.expected
  const squared = Math.min((deviation * deviation) / state.expected, CUT * state.dispersion) / MEAN_OF_CUT
  state.groups++
  // A start of 10 groups at dispersion 1 keeps the first cut from being too tight or too wide.
  state.dispersion += (squared - state.dispersion) / Math.min(state.memory, state.groups + 10)
  state.counts = 0
  state.expected = 0
  return state.dispersion
}
