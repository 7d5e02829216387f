import type { RateTrigger } from '@heavens/schemas'
import {
  createDispersion, createFocus, createSmoothing, dispersionStep, focusStep, resetFocus, resetSmoothing, smoothingStep,
  type DispersionState, type FocusState, type SmoothingState,
} from '@heavens/science/timing'

/** One group's stream of one rate trigger. Plain data. */
interface GroupTrigger {
  group: number
  focus: FocusState
  smoothing: SmoothingState
  dispersion: DispersionState
  /** expected counts per live second as last estimated; NaN before the background has settled */
  level: number
  spread: number
  /** bins since the statistic crossed the threshold; -1 below it */
  over: number
  significance: number
  length: number
  silent: number
}

/** Bins of one group that have not been judged, from row `at` on. */
interface WaitingBins {
  at: number
  index: number[]
  counts: number[]
  exposure: number[]
}

/** Bins waiting until every group has delivered them. */
export interface TriggerState {
  trigger: RateTrigger
  level: number
  band: number
  /** measured scatter is used instead of Poisson's */
  dispersed: boolean
  groups: GroupTrigger[]
  waiting: WaitingBins[]
  last: number
}

/** What one bin of one trigger showed. */
export interface TriggerBin {
  index: number
  start: number
  stop: number
  /** counts and expectation summed over the groups whose background is known */
  counts: number
  expected: number
  /** variance of the counts over Poisson's, largest of the groups */
  spread: number
  /** groups over threshold together, or none */
  groups: number[]
  /** start of the interval in which all `groups` are significant [TT s], where there are any */
  onset: number
  /** the same of the group that saw it longest [TT s] */
  earliest: number
  significance: number
  /** length of the most significant interval [s] */
  timescale: number
}

/** A group alone over threshold for longer than this is an artefact of that group. */
const LONGEST_WAIT = 8
/** Standard deviations above the threshold that are asked for where too few detectors deliver to agree. */
const SURER = 2
/** More missing or zero bins than this start the background anew (SAA, gap, change of mode). */
const LONGEST_SILENCE = 10

export function createTrigger(trigger: RateTrigger, level: number, band: number, groups: readonly number[], dispersed: boolean): TriggerState {
  return {
    trigger, level, band, dispersed, last: NaN,
    groups: groups.map((group) => ({
      group, focus: createFocus({ sigma: trigger.sigma, muMin: trigger.muMin }), smoothing: createSmoothing({ alpha: trigger.alpha, delay: trigger.delay, settle: trigger.settle }),
      dispersion: createDispersion(), level: NaN, spread: 1, over: -1, significance: 0, length: 0, silent: 0,
    })),
    waiting: groups.map(() => ({ at: 0, index: [], counts: [], exposure: [] })),
  }
}

/** Index of the next bin that waits, Infinity where none does. */
export function nextBin(state: TriggerState): number {
  let next = Infinity
  for (const waiting of state.waiting) if (waiting.at < waiting.index.length && waiting.index[waiting.at]! < next) next = waiting.index[waiting.at]!
  return next
}

/**
 * Evaluate one bin in all groups. `held`: a candidate is open, so the background stays as it was before it.
 * Poisson-FOCuS over all starts and lengths: Ward et al. (2023).
 */
export function stepTrigger(state: TriggerState, index: number, start: number, held: boolean): TriggerBin {
  const { trigger } = state
  const gap = index - state.last - 1
  if (gap > LONGEST_SILENCE) for (const group of state.groups) restartGroup(group)
  state.last = index
  const bin: TriggerBin = { index, start, stop: start + trigger.width, counts: 0, expected: 0, spread: 1, groups: [], onset: NaN, earliest: NaN, significance: 0, timescale: 0 }
  for (let g = 0; g < state.groups.length; g++) {
    const group = state.groups[g]!
    const waiting = state.waiting[g]!
    const here = waiting.index[waiting.at] === index
    // A detector that is off, or not in the data at all, costs nothing.
    if (!here && group.silent > LONGEST_SILENCE) continue
    const counts = here ? waiting.counts[waiting.at]! : 0
    const exposure = here ? waiting.exposure[waiting.at]! : 0
    if (here && ++waiting.at === waiting.index.length) {
      waiting.at = 0
      waiting.index.length = 0
      waiting.counts.length = 0
      waiting.exposure.length = 0
    }
    // A bin cut by a gap says nothing; many of them, or nothing but zeros, end the background.
    if (exposure < 0.5 * trigger.width || counts === 0) {
      if (++group.silent === LONGEST_SILENCE) restartGroup(group)
      // A background of nothing would be learnt from nothing: all that follows would be an excess.
      if (exposure < 0.5 * trigger.width || group.silent >= LONGEST_SILENCE) continue
    } else group.silent = 0
    stepGroup(group, counts, exposure, held, state.dispersed)
    if (Number.isNaN(group.level)) continue
    bin.counts += counts
    bin.expected += group.level * exposure
    bin.spread = Math.max(bin.spread, group.spread)
  }
  let overs = 0
  let present = 0
  for (const group of state.groups) {
    if (group.over >= 0) overs++
    if (group.silent <= LONGEST_SILENCE) present++
  }
  if (overs === 0) return bin
  // Where fewer detectors deliver than must agree, those that do must be the surer.
  const alone = present < trigger.coincidence
  const least = alone ? trigger.sigma + SURER : 0
  const over = state.groups.filter((group) => group.over >= 0 && group.significance >= least)
  if (over.length >= Math.min(trigger.coincidence, present)) {
    let most = 0
    let square = 0
    for (const group of over) {
      bin.groups.push(group.group)
      square += group.significance ** 2
      const onset = start - (group.length - 1) * trigger.width
      if (!(bin.onset >= onset)) bin.onset = onset
      if (!(bin.earliest <= onset)) bin.earliest = onset
      if (group.significance > most) {
        most = group.significance
        bin.timescale = group.length * trigger.width
      }
    }
    bin.significance = Math.sqrt(square)
    for (const group of state.groups) clearHit(group)
  } else if (!alone) {
    for (const group of over) if (++group.over > LONGEST_WAIT) clearHit(group)
  }
  return bin
}

/** The burst is over: forget its counts and learn the background anew. */
export function restartTrigger(state: TriggerState): void {
  for (const group of state.groups) restartGroup(group)
}

function stepGroup(group: GroupTrigger, counts: number, exposure: number, held: boolean, dispersed: boolean): void {
  if (!held || Number.isNaN(group.level)) {
    const expected = smoothingStep(group.smoothing, counts, exposure)
    group.level = expected > 0 ? expected / exposure : NaN
  }
  if (Number.isNaN(group.level)) return
  const expected = group.level * exposure
  if (dispersed && !held) group.spread = Math.max(1, dispersionStep(group.dispersion, counts, expected))
  const significance = focusStep(group.focus, counts / group.spread, expected / group.spread)
  if (significance > 0) {
    if (group.over < 0) group.over = 0
    group.significance = significance
    group.length = group.focus.hitLength
  }
}

function clearHit(group: GroupTrigger): void {
  resetFocus(group.focus)
  group.over = -1
  group.significance = 0
}

function restartGroup(group: GroupTrigger): void {
  clearHit(group)
  resetSmoothing(group.smoothing)
  group.level = NaN
}
