import type { ChannelBounds, EventBlock, GoodTime, InstrumentDescriptor, Item, RateBlock } from '@heavens/schemas'
import { bandOfChannels, bandOfEnergy, NO_BAND } from './energy-bands.js'
import { addGoodTime, createGoodTime, forgetGoodTime, goodSeconds, type GoodTimeList } from './good-time.js'

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
  outOfBand: number
  events: number
}

interface GroupCurves {
  goodTime: GoodTimeList
  /** true once good-time intervals are known; before that, time since the first data counts as good */
  hasGoodTime: boolean
  /** open bins of the finest width: counts per band from bin `from` on, bands × size, and events of all bands for dead time */
  from: number
  size: number
  counts: Float64Array
  all: Float64Array
  /** live seconds of native bins, else unused */
  live: Float64Array
  /** sparse curves: bin → counts per band */
  sparse: Map<number, Float64Array>
  /** next finest bin that will be closed; NaN before data */
  next: number
  levels: OpenBin[]
}

/** The open bin of a coarser width. */
interface OpenBin {
  index: number
  counts: Float64Array
  exposure: number
}

/** Bins that were closed: for one group and width, all bands. `counts[i * bands + b]`. */
export interface ClosedBins {
  group: number
  /** index into the descriptor's widths */
  level: number
  index: number[]
  counts: number[]
  exposure: number[]
}

const NEVER = Number.NEGATIVE_INFINITY

export function createLightCurves(descriptor: InstrumentDescriptor): LightCurveState {
  return {
    descriptor, channelBands: descriptor.groups.map(() => null), phase: descriptor.curves.phase === 'absolute' ? 0 : NaN,
    watermark: NEVER, outOfBand: 0, events: 0,
    groups: descriptor.groups.map(() => ({
      goodTime: createGoodTime(), hasGoodTime: false, from: 0, size: 0, counts: new Float64Array(0), all: new Float64Array(0),
      live: new Float64Array(0), sparse: new Map(), next: NaN,
      levels: descriptor.curves.widths.map(() => ({ index: NaN, counts: new Float64Array(descriptor.bands.length), exposure: 0 })),
    })),
  }
}

/**
 * Take one item. A watermark closes bins: they are handed to `closed`, finer widths first, ascending in time.
 * Late blocks are not taken here: they lie in closed bins, which the pipeline counts anew.
 */
export function stepLightCurves(state: LightCurveState, item: Item, closed: (bins: ClosedBins) => void): void {
  switch (item.kind) {
    case 'ebounds':
      return takeBounds(state, item)
    case 'gti':
      return takeGoodTime(state, item)
    case 'events':
      return item.late ? undefined : takeEvents(state, item)
    case 'rates':
      return item.late ? undefined : takeRates(state, item)
    case 'watermark':
      return closeBins(state, item.time, item.final, closed)
    default:
      return undefined
  }
}

/** Start of bin `index` of a width [TT s]. */
export function binStart(state: Pick<LightCurveState, 'phase'>, index: number, width: number): number {
  return index * width + (Number.isNaN(state.phase) ? 0 : state.phase)
}

function takeBounds(state: LightCurveState, item: ChannelBounds): void {
  state.channelBands[item.group] = bandOfChannels(item, state.descriptor.bands)
}

function takeGoodTime(state: LightCurveState, item: GoodTime): void {
  const groups = item.group < 0 ? state.groups : [state.groups[item.group]!]
  for (const group of groups) {
    group.hasGoodTime = true
    for (let i = 0; i < item.start.length; i++) addGoodTime(group.goodTime, item.start[i]!, item.stop[i]!)
  }
}

function takeEvents(state: LightCurveState, block: EventBlock): void {
  const { descriptor } = state
  const { time, channel, energy, detector } = block.columns
  const nBands = descriptor.bands.length
  const perSecond = 1 / descriptor.curves.widths[0]!
  state.events += block.count
  for (let from = 0; from < block.count; ) {
    // Blocks of one detector are the rule: find the run of equal detectors and work on it without looking again.
    const d = detector ? detector[from]! : 0
    let to = from + 1
    if (detector) while (to < block.count && detector[to] === d) to++
    else to = block.count
    const group = state.groups[d]
    if (!group) {
      state.outOfBand += to - from
      from = to
      continue
    }
    // Without good-time intervals the time that blocks cover counts as good, from their first event's second on.
    if (!group.hasGoodTime) addGoodTime(group.goodTime, Math.max(block.start, Math.floor(time[from]!)), block.stop)
    const first = Math.floor(time[from]! * perSecond)
    const last = Math.floor(time[to - 1]! * perSecond)
    const table = channel ? state.channelBands[d] : undefined
    if (descriptor.curves.sparse) {
      for (let i = from; i < to; i++) {
        const band = table ? table[channel![i]!]! : energy ? bandOfEnergy(energy[i]!, descriptor.bands) : NO_BAND
        if (band === NO_BAND) state.outOfBand++
        else sparseBin(group, Math.floor(time[i]! * perSecond), nBands)[band]!++
      }
    } else {
      reserve(group, first, last, nBands)
      const { counts, all, size } = group
      const base = group.from
      if (table && channel) {
        for (let i = from; i < to; i++) {
          const k = Math.floor(time[i]! * perSecond) - base
          const band = table[channel[i]!]!
          all[k]!++
          if (band === NO_BAND) state.outOfBand++
          else counts[band * size + k]!++
        }
      } else {
        for (let i = from; i < to; i++) {
          const k = Math.floor(time[i]! * perSecond) - base
          const band = energy ? bandOfEnergy(energy[i]!, descriptor.bands) : NO_BAND
          all[k]!++
          if (band === NO_BAND) state.outOfBand++
          else counts[band * size + k]!++
        }
      }
    }
    if (Number.isNaN(group.next)) group.next = first
    from = to
  }
}

function takeRates(state: LightCurveState, block: RateBlock): void {
  const { descriptor } = state
  const width = descriptor.curves.widths[0]!
  if (block.count === 0) return
  // The native grid is where the first bin starts, to 0.1 ms: later clocks drift by less than half a bin in days.
  if (Number.isNaN(state.phase)) state.phase = Math.round((block.time[0]! - Math.floor(block.time[0]! / width) * width) * 1e4) / 1e4
  const group = state.groups[block.group]!
  const nBands = descriptor.bands.length
  const indexOf = (t: number): number => Math.round((t - state.phase) / width)
  const first = indexOf(block.time[0]!)
  reserve(group, first, indexOf(block.time[block.count - 1]!), nBands)
  const { counts, all, live, size } = group
  for (let i = 0; i < block.count; i++) {
    const k = indexOf(block.time[i]!) - group.from
    live[k]! += block.width * (block.live ? block.live[i]! : 1)
    for (let c = 0; c < block.channels && c < nBands; c++) {
      const n = block.counts[i * block.channels + c]!
      counts[c * size + k]! += n
      all[k]! += n
      state.events += n
    }
  }
  if (Number.isNaN(group.next)) group.next = first
}

function sparseBin(group: GroupCurves, index: number, nBands: number): Float64Array {
  let bin = group.sparse.get(index)
  if (!bin) group.sparse.set(index, (bin = new Float64Array(nBands)))
  return bin
}

/** Make room for bins first…last of the finest width. */
function reserve(group: GroupCurves, first: number, last: number, nBands: number): void {
  const from = group.size === 0 ? first : Math.min(group.from, first)
  const need = Math.max(last + 1, group.from + (group.size === 0 ? 0 : group.size)) - from
  if (group.size > 0 && from === group.from && last < group.from + group.size) return
  const size = Math.max(64, group.size === 0 ? need : Math.ceil(need * 1.5))
  const shift = group.size === 0 ? 0 : group.from - from
  const counts = new Float64Array(size * nBands)
  const all = new Float64Array(size)
  const live = new Float64Array(size)
  for (let b = 0; b < nBands && group.size > 0; b++) counts.set(group.counts.subarray(b * group.size, (b + 1) * group.size), b * size + shift)
  all.set(group.all, shift)
  live.set(group.live, shift)
  Object.assign(group, { from, size, counts, all, live })
}

function closeBins(state: LightCurveState, watermark: number, final: boolean, closed: (bins: ClosedBins) => void): void {
  if (watermark > state.watermark) state.watermark = watermark
  for (let g = 0; g < state.groups.length; g++) {
    const group = state.groups[g]!
    if (state.descriptor.curves.sparse) closeSparse(state, g, group, final, closed)
    else if (!Number.isNaN(group.next)) closeDense(state, g, group, final, closed)
    forgetGoodTime(group.goodTime, state.watermark - state.descriptor.curves.widths[0]!)
  }
}

function closeDense(state: LightCurveState, g: number, group: GroupCurves, final: boolean, closed: (bins: ClosedBins) => void): void {
  const { descriptor } = state
  const width = descriptor.curves.widths[0]!
  const nBands = descriptor.bands.length
  const native = descriptor.curves.phase === 'native'
  // The last bin may be cut by the end of the data: at the final watermark it is closed as far as it goes.
  const phase = native ? state.phase : 0
  const end = final ? group.from + group.size : native ? Math.floor((state.watermark - phase) / width + 1e-6) : Math.floor(state.watermark / width)
  const fine: ClosedBins = { group: g, level: 0, index: [], counts: [], exposure: [] }
  const coarse = collectors(descriptor, g)
  const bin = new Float64Array(nBands)
  const known = group.from + group.size
  for (let index = group.next; index < end; index++) {
    const k = index - group.from
    const start = index * width + phase
    let exposure = 0
    let total = 0
    bin.fill(0)
    if (k >= 0 && index < known) {
      for (let b = 0; b < nBands; b++) bin[b] = group.counts[b * group.size + k]!
      total = group.all[k]!
    }
    if (native) exposure = k >= 0 && index < known ? group.live[k]! : 0
    else exposure = Math.max(0, goodSeconds(group.goodTime, start, start + width) - total * descriptor.deadTime)
    if (exposure === 0 && total === 0) {
      // Nothing is known of this time: skip to where something is.
      const jump = nextKnown(state, group, index, native)
      if (jump > index + 1) index = Math.min(jump, end) - 1
      continue
    }
    fine.index.push(index)
    for (let b = 0; b < nBands; b++) fine.counts.push(bin[b]!)
    fine.exposure.push(exposure)
    raise(group, descriptor, index, bin, exposure, coarse)
  }
  if (end > group.next) {
    group.next = end
    dropBefore(group, end, nBands)
  }
  emit(state, g, group, fine, coarse, final, closed)
}

/** The next bin of the finest width with counts or good time; Infinity where there is none. */
function nextKnown(state: LightCurveState, group: GroupCurves, index: number, native: boolean): number {
  const width = state.descriptor.curves.widths[0]!
  let next = Infinity
  for (let k = Math.max(0, index + 1 - group.from); k < group.size; k++) {
    if (group.all[k]! > 0 || group.live[k]! > 0) {
      next = group.from + k
      break
    }
  }
  if (!native) {
    const start = (index + 1) * width
    for (let i = 0; i < group.goodTime.start.length; i++) {
      if (group.goodTime.stop[i]! > start) {
        next = Math.min(next, Math.max(index + 1, Math.floor(group.goodTime.start[i]! / width)))
        break
      }
    }
  }
  return next
}

function closeSparse(state: LightCurveState, g: number, group: GroupCurves, final: boolean, closed: (bins: ClosedBins) => void): void {
  const { descriptor } = state
  const width = descriptor.curves.widths[0]!
  const end = final ? Infinity : Math.floor(state.watermark / width)
  const ready = [...group.sparse.keys()].filter((index) => index < end).sort((a, b) => a - b)
  const fine: ClosedBins = { group: g, level: 0, index: [], counts: [], exposure: [] }
  const coarse = collectors(descriptor, g)
  for (const index of ready) {
    const counts = group.sparse.get(index)!
    const exposure = goodSeconds(group.goodTime, index * width, (index + 1) * width)
    fine.index.push(index)
    for (const n of counts) fine.counts.push(n)
    fine.exposure.push(exposure)
    raise(group, descriptor, index, counts, exposure, coarse)
    group.sparse.delete(index)
  }
  emit(state, g, group, fine, coarse, final, closed)
}

function collectors(descriptor: InstrumentDescriptor, group: number): ClosedBins[] {
  return descriptor.curves.widths.map((_, level) => ({ group, level, index: [], counts: [], exposure: [] }))
}

/** Add a closed bin of the finest width to the open bins above it, closing those that it has left behind. */
function raise(group: GroupCurves, descriptor: InstrumentDescriptor, index: number, counts: Float64Array, exposure: number, coarse: ClosedBins[]): void {
  for (let level = 1; level < group.levels.length; level++) {
    const open = group.levels[level]!
    const parent = Math.floor(index / Math.round(descriptor.curves.widths[level]! / descriptor.curves.widths[0]!))
    if (parent !== open.index) {
      if (!Number.isNaN(open.index)) push(coarse[level]!, open)
      open.index = parent
      open.counts.fill(0)
      open.exposure = 0
    }
    for (let b = 0; b < counts.length; b++) open.counts[b]! += counts[b]!
    open.exposure += exposure
  }
}

function push(to: ClosedBins, open: OpenBin): void {
  to.index.push(open.index)
  for (const n of open.counts) to.counts.push(n)
  to.exposure.push(open.exposure)
}

/** Hand out what was closed; open bins above whose end the watermark has passed are closed as well. */
function emit(state: LightCurveState, g: number, group: GroupCurves, fine: ClosedBins, coarse: ClosedBins[], final: boolean, closed: (bins: ClosedBins) => void): void {
  const { widths } = state.descriptor.curves
  if (fine.index.length) closed(fine)
  for (let level = 1; level < widths.length; level++) {
    const open = group.levels[level]!
    if (!Number.isNaN(open.index) && (final || binStart(state, open.index + 1, widths[level]!) <= state.watermark)) {
      push(coarse[level]!, open)
      open.index = NaN
    }
    if (coarse[level]!.index.length) closed(coarse[level]!)
  }
}

/** Forget bins before `index`; what lies behind it moves to the front. */
function dropBefore(group: GroupCurves, index: number, nBands: number): void {
  const shift = Math.min(index - group.from, group.size)
  if (shift <= 0) return
  if (shift === group.size) {
    group.size = 0
    return
  }
  for (let b = 0; b < nBands; b++) {
    const at = b * group.size
    group.counts.copyWithin(at, at + shift, at + group.size)
    group.counts.fill(0, at + group.size - shift, at + group.size)
  }
  for (const column of [group.all, group.live]) {
    column.copyWithin(0, shift)
    column.fill(0, group.size - shift)
  }
  group.from = index
}
