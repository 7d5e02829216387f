import { Observable, type OperatorFunction } from 'rxjs'
import type { Candidate, Item } from '@heavens/schemas'
import { stepLightCurves, type ClosedBins } from '../processors/bin-light-curves.js'
import { keepCheckpoint } from '../processors/checkpoint-trigger.js'
import { stepSkyTransients } from '../processors/detect-sky-transients.js'
import { judgeBins, offerBins } from '../processors/detect-transients.js'
import { stepHealth } from '../processors/measure-health.js'
import { stepImages } from '../processors/roll-images.js'
import type { LateBins } from '../processors/light-curve-state.js'
import { takeLate } from '../processors/take-late.js'
import { takeOnce } from '../processors/take-once.js'
import { withinHorizon } from '../processors/within-horizon.js'
import type { StreamState } from './stream-state.js'

/** What the processors of one stream give. */
export type Output = { kind: 'too-late'; oldest: number } | { kind: 'bins'; bins: ClosedBins } | { kind: 'late'; bins: LateBins } | { kind: 'candidate'; candidate: Candidate } | { kind: 'watermark'; time: number; final: boolean }

/**
 * The processors of one run of one instrument as an operator: items in, outputs out, synchronously. Outputs depend on the
 * state and the items alone.
 */
export function processItems(state: StreamState): OperatorFunction<Item, Output> {
  return (items) =>
    new Observable<Output>((output) =>
      items.subscribe({
        next(received) {
          if (!takeOnce(state.taken, received)) {
            state.health.ledger.duplicates += 'count' in received ? received.count : 0
            return
          }
          stepHealth(state.health, received)
          const oldest = state.curves.watermark - state.curves.descriptor.lateHorizon
          const { item, dropped } = withinHorizon(received, oldest)
          if (dropped > 0) {
            state.health.ledger.tooLate += dropped
            output.next({ kind: 'too-late', oldest })
          }
          if (!item) return
          stepLightCurves(state.curves, item, (bins) => {
            if (!bins.open) offerBins(state.transients, bins)
            output.next({ kind: 'bins', bins })
          }, (bins) => output.next({ kind: 'late', bins }))
          if ((item.kind === 'events' || item.kind === 'rates') && item.late) for (const bins of takeLate(state.curves, item)) output.next({ kind: 'late', bins })
          if (state.images) stepImages(state.images, item)
          stepSkyTransients(state.skyTransients, item, (candidate) => output.next({ kind: 'candidate', candidate }))
          if (item.kind === 'watermark') {
            judgeBins(state.transients, Number.isNaN(state.curves.phase) ? 0 : state.curves.phase, item.final, (candidate) => output.next({ kind: 'candidate', candidate }))
            keepCheckpoint(state.transients, item.time)
            output.next({ kind: 'watermark', time: item.time, final: item.final })
          }
        },
        error: (error: unknown) => output.error(error),
        complete: () => output.complete(),
      }),
    )
}
