import { rowsWhere } from '../selection/columns.js'
import { binEdges, binIndices } from './time-bins.js'
import { bandSets, rateChannels } from './band-sets.js'
import type { BandSet } from './band-sets.js'
import type { LightCurve } from './light-curve.js'
import type { GroupContext } from './product-context.js'
import type { RateSelection } from '../selection/selection.js'

/**
 * Light curves of counts that the instrument binned itself. Its bins are never split: a width that is asked for and is
 * larger than theirs adds up those whose middle lies in each bin; anything else gives the native bins. Only the finest
 * native bins are used where there are several kinds.
 */
export function rateLightCurves(context: GroupContext, width: number | undefined): LightCurve[] {
  const rates = context.group.rates.toSorted((a, b) => a.width - b.width)
  const finest = rates.filter((r) => r.width === rates[0]?.width)
  const sets = bandSets(context.used, context.bands).map((set) => ({ set, channels: rateChannels(context.whole.descriptor, set) }))
  return sets.filter(({ channels }) => channels.length > 0).map(({ set, channels }) => {
    const parts = finest.map((rate) => (width !== undefined && width > rate.width * 1.5 ? added(context, rate, set, channels, width) : native(rate, set, channels, context)))
    return joined(context, set, parts)
  })
}

/** Counts of the chosen channels in each native bin. */
function countsOf(rate: RateSelection, channels: readonly number[]): Float64Array {
  const out = new Float64Array(rate.time.length)
  for (let i = 0; i < out.length; i++) for (const c of channels) if (c < rate.channels) out[i]! += rate.counts[i * rate.channels + c]!
  return out
}

function native(rate: RateSelection, { band }: BandSet, channels: readonly number[], context: GroupContext): LightCurve {
  const inside = (t: number): boolean => context.intervals.some(([start, stop]) => t + rate.width / 2 >= start && t + rate.width / 2 < stop)
  const rows = rowsWhere(rate.time.length, (i) => inside(rate.time[i]!))
  const counts = countsOf(rate, channels)
  return {
    band,
    start: Float64Array.from(rows, (i) => rate.time[i]!), width: new Float64Array(rows.length).fill(rate.width),
    counts: wholeUnlessFlux(context, Float64Array.from(rows, (i) => counts[i]!)), live: Float64Array.from(rows, (i) => rate.live[i]! * rate.width),
  }
}

function added(context: GroupContext, rate: RateSelection, { band }: BandSet, channels: readonly number[], width: number): LightCurve {
  const all = countsOf(rate, channels)
  const middles = rate.time.map((t) => t + rate.width / 2)
  const parts = context.intervals.map((interval): LightCurve => {
    const edges = binEdges(interval, width, [middles[0]!, middles.at(-1)!])
    const n = edges.length - 1
    const counts = new Float64Array(n)
    const live = new Float64Array(n)
    binIndices(middles, edges, width).forEach((k, i) => {
      if (k < 0) return
      counts[k]! += all[i]!
      live[k]! += rate.live[i]! * rate.width
    })
    const rows = rowsWhere(n, (k) => live[k]! > 0)
    return {
      band, start: Float64Array.from(rows, (k) => edges[k]!), width: Float64Array.from(rows, (k) => edges[k + 1]! - edges[k]!),
      counts: wholeUnlessFlux(context, Float64Array.from(rows, (k) => counts[k]!)), live: Float64Array.from(rows, (k) => live[k]!),
    }
  })
  return joined(context, { band, bands: [] }, parts)
}

function joined(context: GroupContext, { band }: BandSet, parts: readonly LightCurve[]): LightCurve {
  const float = (pick: (part: LightCurve) => Float64Array): Float64Array => Float64Array.from(parts.flatMap((part) => Array.from(pick(part))))
  return { band, start: float((p) => p.start), width: float((p) => p.width), live: float((p) => p.live), counts: wholeUnlessFlux(context, Float64Array.from(parts.flatMap((p) => Array.from(p.counts)))) }
}

/** Counts are whole; those that stand for a flux and its error are not. */
function wholeUnlessFlux(context: GroupContext, counts: Float64Array): Int32Array | Float64Array {
  return context.whole.descriptor.rateUnit === undefined ? Int32Array.from(counts, Math.round) : counts
}
