import type { Stage, StageLatency } from '@heavens/schemas'
import { createHistogram, mergeHistogram, observe, quantile, type Histogram } from './duration-histogram.js'

/** Percentiles are of so many steps of so many milliseconds: the last ten minutes. */
const STEP = 60_000
const STEPS = 10

/** How long one stage took, block by block: since the beginning, and lately. Plain data of bounded size. */
export interface StageLatencyState {
  total: Histogram
  /** by minute, ascending */
  recent: { minute: number; histogram: Histogram; ahead: number }[]
  /** blocks that are not measured, as their data or records are of the past */
  past: number
  /** blocks that ended the stage before they began it, by two clocks */
  skewed: number
}

/** A stage that no block has passed. */
export function createStageLatency(): StageLatencyState {
  return { total: createHistogram(), recent: [], past: 0, skewed: 0 }
}

/**
 * Count a block that took the stage `seconds`. Negative: the clocks of the two ends disagree by that much at least; it counts as 0 and is counted as skewed.
 * @param now wall clock [ms]
 */
export function noteLatency(state: StageLatencyState, seconds: number, now: number): void {
  const minute = Math.floor(now / STEP)
  let step = state.recent.at(-1)
  if (step === undefined || step.minute !== minute) {
    step = { minute, histogram: createHistogram(), ahead: 0 }
    // A clock that was put back begins anew.
    state.recent = [...state.recent.filter((r) => r.minute < minute && r.minute > minute - STEPS), step]
  }
  if (seconds < 0) {
    state.skewed++
    step.ahead = Math.max(step.ahead, -seconds)
  }
  const taken = Math.max(0, seconds)
  observe(state.total, taken)
  observe(step.histogram, taken)
}

/** What is told of a stage: all that it has counted, and percentiles of the last ten minutes before `now` [ms]. */
export function stageRecord(stage: Stage, state: StageLatencyState, now: number): StageLatency {
  const lately = createHistogram()
  let ahead = 0
  for (const { minute, histogram, ahead: most } of state.recent) {
    if (minute <= Math.floor(now / STEP) - STEPS) continue
    mergeHistogram(lately, histogram)
    ahead = Math.max(ahead, most)
  }
  const blocks = lately.counts.reduce((sum, n) => sum + n, 0)
  return {
    stage, past: state.past, skewed: state.skewed, ahead, counts: [...state.total.counts], sum: state.total.sum,
    recent: blocks === 0 ? null : { blocks, p50: quantile(lately, 0.5), p90: quantile(lately, 0.9), p99: quantile(lately, 0.99) },
  }
}
