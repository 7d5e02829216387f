import type { InstrumentDescriptor, RequestAsUsed } from '@heavens/schemas'
import type { ProductBand } from './product-context.js'

/** One curve that is asked for: its name and ends, and the bands whose counts it adds up. */
export interface BandSet {
  band: ProductBand
  bands: readonly ProductBand[]
}

/** A curve for each band, or one for all together. */
export function bandSets(used: RequestAsUsed, bands: readonly ProductBand[]): BandSet[] {
  if (used.request.products?.lightCurve?.bands !== 'sum' || bands.length < 2) return bands.map((band) => ({ band, bands: [band] }))
  const eMin = Math.min(...bands.map((band) => band.eMin))
  const eMax = Math.max(...bands.map((band) => band.eMax))
  return [{ band: { id: 'sum', eMin, eMax }, bands }]
}

/**
 * Channels of an instrument that counts in its own bands and which a set takes: those with √(eMin·eMax) in any of the
 * bands. Channel c is band c of the descriptor.
 */
export function rateChannels(descriptor: InstrumentDescriptor, { bands }: BandSet): number[] {
  const centre = (c: number): number => Math.sqrt(descriptor.bands[c]!.eMin * descriptor.bands[c]!.eMax)
  return descriptor.bands.map((_, c) => c).filter((c) => bands.some((band) => (centre(c) >= band.eMin && centre(c) < band.eMax) || (band.eMin === descriptor.bands[c]!.eMin && band.eMax === descriptor.bands[c]!.eMax)))
}
