import type { CalibrationFile, ChannelBounds, EventColumns, InstrumentDescriptor, PointingBlock, Provenance, SourceCuts } from '@heavens/schemas'
import type { Interval } from './intervals.js'

/** Bins of one width that the instrument made itself; `counts[i * channels + c]` belongs to [time[i], time[i] + width). */
export interface RateSelection {
  width: number
  channels: number
  time: Float64Array
  counts: Float64Array
  /** live fraction of each bin */
  live: Float32Array
}

/** What one group of an instrument has within the wanted time. */
export interface GroupSelection {
  index: number
  id: string
  /** good time within the wanted time, ascending and disjoint */
  good: Interval[]
  /** ascending in time, all within `good` */
  events: EventColumns
  rates: RateSelection[]
  /** channel bounds in order of validity */
  bounds: ChannelBounds[]
  calibration: CalibrationFile[]
}

/** Everything of one instrument that a request touches, read once and then cut by the products. */
export interface Selection {
  descriptor: InstrumentDescriptor
  groups: GroupSelection[]
  pointings: PointingBlock[]
  /** what sources had left out of their events before, the tightest of all */
  cuts: SourceCuts
  inputs: Provenance['inputs']
  /** names of files or feeds, ascending */
  sources: string[]
  /** events within the wanted time but outside the good time of their group */
  outsideGood: number
  /** events left out because an earlier run covers their time */
  doubled: number
}

/** Channel bounds in force at `time`: the last that start before it, else the first there are. */
export function boundsAt(group: GroupSelection, time: number): ChannelBounds | undefined {
  return group.bounds.findLast((bounds) => bounds.from <= time) ?? group.bounds[0]
}
