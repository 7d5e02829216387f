import { intersect, totalLength } from '../selection/intervals.js'
import type { Interval } from '../selection/intervals.js'
import type { GroupContext } from './product-context.js'
import type { Spectrum } from './spectrum.js'

/**
 * A coarse spectrum of an instrument that counts in its own bands: one channel for each of them, from 1. Native bins count
 * whole, by their middle. Undefined where the instrument has one band only: that is no spectrum.
 */
export function rateSpectrum(context: GroupContext, intervals: readonly Interval[]): Spectrum | undefined {
  const { bands } = context.whole.descriptor
  const rates = context.group.rates.toSorted((a, b) => a.width - b.width)
  const finest = rates.filter((r) => r.width === rates[0]!.width)
  if (finest.length === 0 || bands.length < 2) return undefined
  const counts = new Float64Array(bands.length)
  let exposure = 0
  let onTime = 0
  for (const { time, width, channels, counts: from, live } of finest) {
    for (let i = 0; i < time.length; i++) {
      const middle = time[i]! + width / 2
      if (!intervals.some(([start, stop]) => middle >= start && middle < stop)) continue
      for (let c = 0; c < bands.length && c < channels; c++) counts[c]! += from[i * channels + c]!
      exposure += live[i]! * width
      onTime += width
    }
  }
  const good = intersect(context.group.good, intervals)
  return {
    first: 1, eMin: Float32Array.from(bands, (band) => band.eMin), eMax: Float32Array.from(bands, (band) => band.eMax),
    counts: Int32Array.from(counts, Math.round), exposure, onTime: Math.max(onTime, totalLength(good)), good, channelType: 'PHA',
  }
}
