import { lowerBound } from '../selection/intervals.js'
import { boundsAt } from '../selection/selection.js'
import { eventMask } from './band-mask.js'
import type { BandSet } from './band-sets.js'
import type { LightCurve } from './light-curve.js'
import type { GroupContext } from './product-context.js'
import type { Reflected } from './reflected-context.js'

/** Counts of the region in each stretch of one pointing: what a run saw, one curve for each set of bands. */
export function runCurves(context: GroupContext, { looks }: Reflected, sets: readonly BandSet[]): LightCurve[] {
  const { events } = context.group
  return sets.map(({ band, bands }) => {
    const mask = eventMask(events, bands, boundsAt(context.all, events.time[0] ?? 0))
    const counts = looks.map(({ interval: [start, stop] }) => mask.subarray(lowerBound(events.time, start), lowerBound(events.time, stop)).reduce((sum, one) => sum + one, 0))
    return {
      band, counts: Int32Array.from(counts), live: Float64Array.from(looks, ({ live }) => live),
      start: Float64Array.from(looks, ({ interval }) => interval[0]), width: Float64Array.from(looks, ({ interval }) => interval[1] - interval[0]),
    }
  })
}
