import type { InstrumentDescriptor } from '@heavens/schemas'
import { createGoodTime, type GoodTimeList } from './good-time.js'

/**
 * Counts of every group and band on the nested grids of the descriptor's widths. A bin is closed when the watermark has
 * passed its end. Bins of a coarser width are sums of the finer ones, so all widths agree exactly.
 *
 * Plain data, so that it can be stored and taken up again.
 */
export interface LightCurveState {
  descriptor: InstrumentDescriptor
  groups: GroupCurves[]
  /** band of each channel, per group; shared where the bounds agree */
  channelBands: (Uint8Array | null)[]
  /** phase of the native grid [s]; 0 on the absolute grid, NaN before the first rates came */
  phase: number
  watermark: number
  /** events of no known group, and late ones in no band */
  outOfBand: number
  events: number
  /** counts per band, and in no band, of all bins closed so far */
  closedCounts: number[]
}

export interface GroupCurves {
  goodTime: GoodTimeList
  /** from here on only good-time intervals tell good time [TT s]; before, the time that blocks cover counts as good. ∞ while no interval is known */
  goodFrom: number
  /** open bins of the finest width: counts from bin `from` on, one row of `size` a band and a last one for what is in no band */
  from: number
  size: number
  counts: Float64Array
  /** live seconds of native bins, else unused */
  live: Float64Array
  /** bin → counts per band, in no band, and live seconds: sparse curves, and bins left behind by a long gap */
  sparse: Map<number, Float64Array>
  /** next finest bin that will be closed; NaN before data */
  next: number
  /** the finest bin in which the group's data begin; NaN before data */
  begin: number
  levels: OpenBin[]
}

/** The open bin of a coarser width. */
export interface OpenBin {
  index: number
  counts: Float64Array
  exposure: number
}

/** Bins that were closed: for one group and width, all bands. `counts[i * bands + b]`. */
export interface ClosedBins {
  group: number
  /** index into the descriptor's widths */
  level: number
  index: Float64Array
  counts: Float64Array
  exposure: Float64Array
  /** true: the bins are told as they are at the end of a stream, and would grow if it went on */
  open: boolean
}

/** Closed bins of the finest width of one group that late rows fell into; ascending. */
export interface LateBins {
  group: number
  index: number[]
}

const NEVER = Number.NEGATIVE_INFINITY

export function createLightCurves(descriptor: InstrumentDescriptor): LightCurveState {
  return {
    descriptor, channelBands: descriptor.groups.map(() => null), phase: descriptor.curves.phase === 'absolute' ? 0 : NaN,
    watermark: NEVER, outOfBand: 0, events: 0, closedCounts: [...descriptor.bands.map(() => 0), 0],
    groups: descriptor.groups.map(() => ({
      goodTime: createGoodTime(), goodFrom: Infinity, from: 0, size: 0, counts: new Float64Array(0),
      live: new Float64Array(0), sparse: new Map(), next: NaN, begin: NaN,
      levels: descriptor.curves.widths.map(() => ({ index: NaN, counts: new Float64Array(descriptor.bands.length), exposure: 0 })),
    })),
  }
}

/** Start of bin `index` of a width [TT s]. */
export function binStart(state: Pick<LightCurveState, 'phase'>, index: number, width: number): number {
  return index * width + (Number.isNaN(state.phase) ? 0 : state.phase)
}
