import type { Candidate } from '@heavens/schemas'
import type { TransientState } from './detect-transients.js'

/** The search as it was when the watermark stood at `at`: from there it can be run again. Plain data. */
export interface Checkpoint {
  /** TT s; −Infinity before data */
  at: number
  search: Search
}

/** The part of the state that a search over bins changes. */
export type Search = Pick<TransientState, 'triggers' | 'event' | 'recent'> & { found: Candidate[] }

/** Checkpoints lie this part of the horizon of late data apart, and at least a minute. */
const PER_HORIZON = 12
const LEAST_APART = 60

/** Keep the search as it is at this watermark, where the last time it was kept is long enough ago. All bins before it are judged. */
export function keepCheckpoint(state: TransientState, watermark: number): void {
  const last = state.checkpoints.at(-1)
  const apart = Math.max(LEAST_APART, state.descriptor.lateHorizon / PER_HORIZON)
  if (state.triggers.length === 0 || (last && watermark - last.at < apart)) return
  state.checkpoints.push({ at: watermark, search: structuredClone(searchOf(state)) })
}

/**
 * Put the search back to where it was before `time`, as near as it was kept. Answers where that is and the watermarks of the
 * checkpoints that have lost their truth: they are dropped, and kept again on the way forward.
 */
export function restoreCheckpoint(state: TransientState, time: number): { at: number; later: number[] } {
  const i = Math.max(0, state.checkpoints.findLastIndex((c) => c.at <= time))
  const { at, search } = state.checkpoints[i]!
  const later = state.checkpoints.splice(i + 1).map((c) => c.at)
  Object.assign(state, structuredClone(search))
  return { at, later }
}

/** Forget checkpoints that nothing can make necessary any more: the last one before `time` stays. */
export function forgetCheckpoints(state: TransientState, time: number): void {
  const first = state.checkpoints.findLastIndex((c) => c.at <= time)
  if (first > 0) state.checkpoints.splice(0, first)
}

function searchOf({ triggers, event, recent, found }: TransientState): Search {
  return { triggers, event, recent, found }
}
