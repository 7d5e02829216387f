import type { Band, ChannelBounds } from '@heavens/schemas'

/** Stands for "in no band". */
export const NO_BAND = 255

/**
 * Band index of each channel number 0…65535 that the bounds describe: the band in which √(E_MIN·E_MAX) lies, lower edge
 * included; `bands.length` where there is none.
 */
export function bandOfChannels(bounds: Pick<ChannelBounds, 'first' | 'eMin' | 'eMax'>, bands: readonly Band[]): Uint8Array {
  const table = new Uint8Array(65536).fill(bands.length)
  for (let i = 0; i < bounds.eMin.length; i++) table[bounds.first + i] = Math.min(bands.length, bandOfEnergy(Math.sqrt(bounds.eMin[i]! * bounds.eMax[i]!), bands))
  return table
}

/** Index of the band that holds an energy [keV], NO_BAND where none does. */
export function bandOfEnergy(energy: number, bands: readonly Band[]): number {
  for (let b = 0; b < bands.length; b++) if (energy >= bands[b]!.eMin && energy < bands[b]!.eMax) return b
  return NO_BAND
}
