import { CHANNELS, channelBounds } from './response.js'

/** Channels laid out by probability: a uniform number times the length gives a channel in one step, to 1/4096. */
export interface ChannelTable {
  lookup: Uint8Array
  /** fraction of the counts in channels whose geometric centre lies in 50–300 keV */
  inTriggerBand: number
}

const LENGTH = 4096

/** @param shape counts per keV, relative, of an energy [keV] */
export function channelTable(detector: number, shape: (energy: number) => number): ChannelTable {
  const { eMin, eMax } = channelBounds(detector)
  const weights = new Float64Array(CHANNELS)
  let total = 0
  let inside = 0
  for (let c = 0; c < CHANNELS; c++) {
    const centre = Math.sqrt(eMin[c]! * eMax[c]!)
    weights[c] = shape(centre) * (eMax[c]! - eMin[c]!)
    total += weights[c]!
    if (centre >= 50 && centre < 300) inside += weights[c]!
  }
  const lookup = new Uint8Array(LENGTH)
  let channel = 0
  let below = weights[0]! / total
  for (let i = 0; i < LENGTH; i++) {
    while ((i + 0.5) / LENGTH > below && channel < CHANNELS - 1) below += weights[++channel]! / total
    lookup[i] = channel
  }
  return { lookup, inTriggerBand: inside / total }
}
