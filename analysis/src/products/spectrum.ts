import type { ChannelBounds } from '@heavens/schemas'
import { exposureWithin, wholeExposure } from '../selection/exposure.js'
import { intersect, lowerBound, totalLength } from '../selection/intervals.js'
import type { Interval } from '../selection/intervals.js'
import { boundsAt } from '../selection/selection.js'
import type { GroupContext } from './product-context.js'

/** Counts per channel. Channel `first + i` covers [eMin[i], eMax[i]) keV. */
export interface Spectrum {
  first: number
  eMin: Float32Array
  eMax: Float32Array
  counts: Int32Array
  /** live seconds: good time less dead time */
  exposure: number
  /** seconds */
  onTime: number
  good: Interval[]
  /** PHA: channels of the instrument; PI: channels made here from energies */
  channelType: 'PHA' | 'PI'
}

/** Channels per decade for instruments whose events carry an energy and no channel. */
export const CHANNELS_PER_DECADE = 8

/**
 * Spectrum of a group over all its channels within the intervals; the energy selection does not cut it. Undefined where
 * events carry neither channels with bounds nor energies.
 */
export function eventSpectrum(context: GroupContext, intervals: readonly Interval[]): Spectrum | undefined {
  const { all, group } = context
  const { channel, energy, time } = group.events
  const bounds = boundsAt(all, time[lowerBound(time, intervals[0]![0])] ?? intervals[0]![0])
  const good = intersect(all.good, intervals)
  const onTime = totalLength(good)
  let inAll = 0
  for (const [start, stop] of intervals) inAll += lowerBound(all.events.time, stop) - lowerBound(all.events.time, start)
  const exposure = Math.max(0, exposureWithin(context.exposed ?? wholeExposure(good), intervals) - context.whole.descriptor.deadTime * inAll)
  const ranges = intervals.map(([start, stop]): [number, number] => [lowerBound(time, start), lowerBound(time, stop)])
  if (bounds !== undefined) return { ...channelCounts(channel, bounds, ranges), exposure, onTime, good, channelType: 'PHA' }
  if (!context.whole.descriptor.columns.includes('energy')) return undefined
  return { ...energyCounts(context, energy ?? new Float32Array(), ranges), exposure, onTime, good, channelType: 'PI' }
}

type Counted = Pick<Spectrum, 'first' | 'eMin' | 'eMax' | 'counts'>

function channelCounts(channel: Uint16Array | undefined, { first, eMin, eMax }: ChannelBounds, ranges: readonly [number, number][]): Counted {
  const counts = new Int32Array(eMin.length)
  if (channel !== undefined) {
    for (const [from, to] of ranges) {
      for (let i = from; i < to; i++) {
        const c = channel[i]! - first
        if (c >= 0 && c < counts.length) counts[c]!++
      }
    }
  }
  return { first, eMin, eMax, counts }
}

/** Channels on the absolute grid 10^(k/8) keV that cover the instrument's bands and every event. */
function energyCounts(context: GroupContext, energy: Float32Array, ranges: readonly [number, number][]): Counted {
  const { bands } = context.whole.descriptor
  let low = bands.reduce((least, band) => Math.min(least, band.eMin > 0 ? band.eMin : band.eMax / 10), Infinity)
  let high = bands.reduce((most, band) => Math.max(most, band.eMax), 0)
  for (const [from, to] of ranges) {
    for (let i = from; i < to; i++) {
      if (energy[i]! > 0) low = Math.min(low, energy[i]!)
      high = Math.max(high, energy[i]!)
    }
  }
  const k0 = Math.floor(Math.log10(low) * CHANNELS_PER_DECADE + 1e-9)
  const n = Math.max(1, Math.ceil(Math.log10(high) * CHANNELS_PER_DECADE - 1e-9) - k0 + (Number.isInteger(Math.log10(high) * CHANNELS_PER_DECADE) ? 1 : 0))
  const edges = Float32Array.from({ length: n + 1 }, (_, k) => 10 ** ((k0 + k) / CHANNELS_PER_DECADE))
  const counts = new Int32Array(n)
  for (const [from, to] of ranges) {
    for (let i = from; i < to; i++) {
      const e = energy[i]!
      if (!(e >= edges[0]! && e < edges[n]!)) continue
      let k = 0
      for (let high = n; high - k > 1; ) {
        const middle = (k + high) >> 1
        if (e >= edges[middle]!) k = middle
        else high = middle
      }
      counts[k]!++
    }
  }
  return { first: 1, eMin: edges.slice(0, n), eMax: edges.slice(1), counts }
}
