import { intersect, lowerBound } from '../selection/intervals.js'
import { boundsAt } from '../selection/selection.js'
import { eventMask } from './band-mask.js'
import type { BandSet } from './band-sets.js'
import type { LightCurve } from './light-curve.js'
import { meanRegions } from './reflected-context.js'
import type { Reflected } from './reflected-context.js'

/**
 * The background of each bin of light curves, counted in reflected regions. Where looks of different numbers of regions share
 * a bin, α is what makes α · off the background expected of both.
 *
 * @param curves one for each set, bins ascending
 */
export function withBackground(reflected: Reflected, curves: readonly LightCurve[], sets: readonly BandSet[]): LightCurve[] {
  const { events } = reflected.context.group
  return curves.map((curve, s) => {
    const bins = curve.start.length
    const mask = eventMask(events, sets[s]!.bands, boundsAt(reflected.context.all, events.time[0] ?? 0))
    const off = new Int32Array(bins)
    const expected = new Float64Array(bins)
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] !== 1) continue
      const bin = binOf(curve, events.time[i]!)
      if (bin < 0) continue
      off[bin]!++
      expected[bin]! += reflected.weights[i]!
    }
    const alpha = Float64Array.from(off, (n, bin) => alphaOf(reflected, [curve.start[bin]!, curve.start[bin]! + curve.width[bin]!], n, expected[bin]!))
    return { ...curve, background: { off, alpha } }
  })
}

/** The bin that holds a time; -1 where none does. */
export function binOf({ start, width }: LightCurve, time: number): number {
  let bin = lowerBound(start, time)
  if (bin === start.length || start[bin]! > time) bin--
  return bin >= 0 && time < start[bin]! + width[bin]! ? bin : -1
}

/** What makes the events counted in reflected regions the background expected of a bin; NaN where part of it has no such regions. */
export function alphaOf({ looks }: Reflected, bin: readonly [number, number], off: number, expected: number): number {
  const inBin = looks.flatMap((look) => intersect([look.interval], [bin]).map(([start, stop]) => ({ regions: look.regions, live: ((stop - start) / (look.interval[1] - look.interval[0])) * look.live })))
  if (inBin.some(({ regions }) => regions === 0)) return NaN
  return 1 / meanRegions(off, expected, inBin)
}
