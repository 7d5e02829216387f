import type { Candidate, StreamId } from '@heavens/schemas'
import type { Stores } from '@heavens/storage'
import { keepCheckpoint, restoreCheckpoint } from '../processors/checkpoint-trigger.js'
import { searchBins } from '../processors/detect-transients.js'
import { reconcile } from '../processors/publish-candidates.js'
import { firstOpenOf, type ClosedUntil } from '../processors/bin-grid.js'
import type { StreamState } from './stream-state.js'

export interface RerunRequest {
  stores: Stores
  stream: StreamId
  state: StreamState
  /** start of the earliest bin that was revised [TT s] */
  from: number
}

/**
 * Run the search over the rates again, from the nearest checkpoint before what was revised up to the watermark, over the bins
 * as they are stored. The state is then what it would be had all data come in time. Answers the versions of candidates that
 * are to be told: new, changed, or retracted.
 */
export async function rerunTrigger({ stores, stream, state, from }: RerunRequest): Promise<Candidate[]> {
  const { curves, transients } = state
  if (transients.triggers.length === 0) return []
  const phase = Number.isNaN(curves.phase) ? 0 : curves.phase
  const { at, later } = restoreCheckpoint(transients, from)
  const ended = state.health.ended
  let before = at
  for (const watermark of [...later, curves.watermark]) {
    await offerStored(stores, stream, state, { ...curves, watermark: before }, { ...curves, watermark })
    searchBins(transients, phase, ended && watermark === curves.watermark, () => {})
    keepCheckpoint(transients, watermark)
    before = watermark
  }
  return reconcile(transients.published, transients.found, at)
}

/** Offer the stored bins that were closed between two watermarks. */
async function offerStored(stores: Stores, stream: StreamId, { transients, curves }: StreamState, before: ClosedUntil, until: ClosedUntil): Promise<void> {
  const { descriptor } = curves
  for (const trigger of transients.triggers) {
    const from = Number.isFinite(before.watermark) ? firstOpenOf(before, trigger.level) : -Infinity
    const to = firstOpenOf(until, trigger.level)
    for (const [g, { group }] of trigger.groups.entries()) {
      const key = { ...stream, group: descriptor.groups[group]!.id, band: descriptor.bands[trigger.band]!.id, width: trigger.trigger.width }
      const { index, counts, exposure } = await stores.curves.read(key, from, to)
      const waiting = trigger.waiting[g]!
      for (let i = 0; i < index.length; i++) {
        waiting.index.push(index[i]!)
        waiting.counts.push(counts[i]!)
        waiting.exposure.push(exposure[i]!)
      }
    }
  }
}
