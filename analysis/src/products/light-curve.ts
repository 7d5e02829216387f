import { HeavensError } from '@heavens/schemas'
import { rowsWhere, sliceColumns } from '../selection/columns.js'
import { intersect, lowerBound } from '../selection/intervals.js'
import { exposureInBins, wholeExposure } from '../selection/exposure.js'
import type { Interval } from '../selection/intervals.js'
import { boundsAt } from '../selection/selection.js'
import { eventMask } from './band-mask.js'
import { binEdges, binIndices } from './time-bins.js'
import type { GroupContext, ProductBand } from './product-context.js'

/** Bins of one band, all arrays of equal length. Bins without good time are left out. */
export interface LightCurve {
  band: ProductBand
  /** starts of the bins, TT s */
  start: Float64Array
  /** seconds */
  width: Float64Array
  /** whole numbers; not so where the instrument gives fluxes (rateUnit of its descriptor) */
  counts: Int32Array | Float64Array
  /** live seconds; of fluxes the exposure that goes with such counts */
  live: Float64Array
  /** where the response is known: cm² s of each bin, and the share (0…1) of a point's photons within the region */
  area?: {
    exposure: Float64Array
    containment: number
    /** what fluxes rest on where that is not what the curve counts: energies that the runs trust */
    trusted?: { counts: Int32Array; off: Int32Array; alpha: Float64Array }
    /** Γ of the power law that is assumed, where the instrument's response does not say it */
    index?: number
  }
  /** counted beside the source, where the instrument takes its background so */
  background?: { off: Int32Array; /** expected of the source's region / counted; NaN where part of a bin has no background */ alpha: Float64Array }
}

/** One piece of a light curve: the bins of one interval. */
interface Piece {
  edges: Float64Array
  live: Float64Array
  /** counts per band */
  counts: Int32Array[]
}

/**
 * Light curves of a group's events in bins of `width` [s] from the start of each interval, one for each set of bands.
 * Live time is the good time of a bin (or that in which the target was seen, where the attitude is known) less `deadTime` for every event of the group in it, whatever its energy.
 */
export function eventLightCurves(context: GroupContext, width: number, sets: readonly { band: ProductBand; bands: readonly ProductBand[] }[]): LightCurve[] {
  const pieces = context.intervals.map((interval) => curvePiece(context, interval, width, sets))
  return sets.map(({ band }, s) => {
    const keep = pieces.map(({ live, counts }) => rowsWhere(live.length, (k) => live[k]! > 0 || counts.some((c) => c[k]! > 0)))
    const n = keep.reduce((sum, list) => sum + list.length, 0)
    const out: LightCurve = { band, start: new Float64Array(n), width: new Float64Array(n), counts: new Int32Array(n), live: new Float64Array(n) }
    let at = 0
    pieces.forEach(({ edges, live, counts }, p) => {
      for (const k of keep[p]!) {
        out.start[at] = edges[k]!
        out.width[at] = edges[k + 1]! - edges[k]!
        out.counts[at] = counts[s]![k]!
        out.live[at] = live[k]!
        at++
      }
    })
    return out
  })
}

function curvePiece(context: GroupContext, interval: Interval, width: number, sets: readonly { bands: readonly ProductBand[] }[]): Piece {
  const { all, group } = context
  const good = intersect(all.good, [interval])
  const edges = binEdges(interval, width, good.length > 0 ? [good[0]![0], good.at(-1)![1]] : [interval[0], interval[0]])
  if (edges.length > 1.02 * context.most.bins) throw new HeavensError('too-much', { reason: `products.lightCurve.bin: ${width} s gives ${edges.length} bins, more than ${context.most.bins}` }, { path: 'products.lightCurve.bin' })
  const live = exposureInBins(context.exposed ?? wholeExposure(all.good), edges)
  const { deadTime } = context.whole.descriptor
  if (deadTime > 0) {
    const [from, to] = rows(all.events.time, interval)
    const indices = binIndices(all.events.time.subarray(from, to), edges, width)
    for (const k of indices) if (k >= 0) live[k] = Math.max(0, live[k]! - deadTime)
  }
  const [from, to] = rows(group.events.time, interval)
  const events = sliceColumns(group.events, from, to)
  const indices = binIndices(events.time, edges, width)
  const bounds = boundsAt(all, events.time[0] ?? interval[0])
  const counts = sets.map(({ bands }) => {
    const mask = eventMask(events, bands, bounds)
    const out = new Int32Array(edges.length - 1)
    for (let i = 0; i < indices.length; i++) if (mask[i] === 1 && indices[i]! >= 0) out[indices[i]!]!++
    return out
  })
  return { edges, live, counts }
}

function rows(times: Float64Array, [start, stop]: Interval): [number, number] {
  return [lowerBound(times, start), lowerBound(times, stop)]
}
