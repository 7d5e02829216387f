import type { ChannelBounds, EventColumns } from '@heavens/schemas'
import type { ProductBand } from './product-context.js'

/**
 * Which channels belong to any of the bands: 1 where eMin ≤ √(E_MIN·E_MAX) < eMax. Indexed by channel number, from 0.
 * The bounds come as float32; the product and its root are taken in float64.
 */
export function channelMask(bounds: ChannelBounds, bands: readonly ProductBand[]): Uint8Array {
  const mask = new Uint8Array(bounds.first + bounds.eMin.length)
  for (let i = 0; i < bounds.eMin.length; i++) {
    const centre = Math.sqrt(bounds.eMin[i]! * bounds.eMax[i]!)
    if (bands.some((band) => centre >= band.eMin && centre < band.eMax)) mask[bounds.first + i] = 1
  }
  return mask
}

/**
 * Which events belong to any of the bands (1 or 0 each): by channel where there are channels, by energy where events carry
 * it, and all of them where they carry neither.
 */
export function eventMask(events: EventColumns, bands: readonly ProductBand[], bounds: ChannelBounds | undefined): Uint8Array {
  const out = new Uint8Array(events.time.length)
  const { channel, energy } = events
  if (channel !== undefined && bounds !== undefined) {
    const mask = channelMask(bounds, bands)
    for (let i = 0; i < out.length; i++) out[i] = mask[channel[i]!] ?? 0
  } else if (energy !== undefined) {
    for (const { eMin, eMax } of bands) for (let i = 0; i < out.length; i++) if (energy[i]! >= eMin && energy[i]! < eMax) out[i] = 1
  } else out.fill(1)
  return out
}
