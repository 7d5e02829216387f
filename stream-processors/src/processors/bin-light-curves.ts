import type { ChannelBounds, EventBlock, GoodTime, InstrumentDescriptor, Item, RateBlock } from '@heavens/schemas'
import { bandOfChannels, bandOfEnergy } from './energy-bands.js'
import { addGoodTime, createGoodTime, forgetGoodTime, goodSeconds, intervalAt, type GoodTimeList } from './good-time.js'

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

interface GroupCurves {
  goodTime: GoodTimeList
  /** true once good-time intervals are known; before that, time since the first data counts as good */
  hasGoodTime: boolean
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
  index: Float64Array
  counts: Float64Array
  exposure: Float64Array
  /** true: the bins are told as they are at the end of a stream, and would grow if it went on */
  open: boolean
}

const NEVER = Number.NEGATIVE_INFINITY

export function createLightCurves(descriptor: InstrumentDescriptor): LightCurveState {
  return {
    descriptor, channelBands: descriptor.groups.map(() => null), phase: descriptor.curves.phase === 'absolute' ? 0 : NaN,
    watermark: NEVER, outOfBand: 0, events: 0, closedCounts: [...descriptor.bands.map(() => 0), 0],
    groups: descriptor.groups.map(() => ({
      goodTime: createGoodTime(), hasGoodTime: false, from: 0, size: 0, counts: new Float64Array(0),
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
  const { time, channel, detector } = block.columns
  const nBands = descriptor.bands.length
  // Divided, not multiplied by 1 / width: t · 62.5 rounds up to the next bin what lies within 60 ns before it.
  const width = descriptor.curves.widths[0]!
  state.events += block.count
  for (let from = 0; from < block.count; ) {
    // Blocks of one detector are the rule: find the run of equal detectors and work on it without looking again.
    const d = detector ? detector[from]! : 0
    const to = detector ? endOfRun(detector, from) : block.count
    const group = state.groups[d]
    if (!group) {
      state.outOfBand += to - from
      from = to
      continue
    }
    // Without good-time intervals the time that blocks cover counts as good, from their first event's second on.
    if (!group.hasGoodTime) addGoodTime(group.goodTime, Math.max(block.start, Math.floor(time[from]!)), block.stop)
    const first = Math.floor(time[from]! / width)
    const last = Math.floor(time[to - 1]! / width)
    const table = channel ? state.channelBands[d] : undefined
    if (descriptor.curves.sparse) {
      const rows = rowsOf(state, block, d, from, to)
      for (let i = from; i < to; i++) sparseBin(group, Math.floor(time[i]! / width), nBands)[rows[i - from]!]!++
    } else {
      reserve(group, first, last, nBands)
      const { counts, size } = group
      const base = group.from
      // The difference is exact and not negative: cutting it to an integer is the floor.
      if (channel && table) for (let i = from; i < to; i++) counts[table[channel[i]!]! * size + ((time[i]! / width - base) | 0)]!++
      else {
        const rows = rowsOf(state, block, d, from, to)
        for (let i = from; i < to; i++) counts[rows[i - from]! * size + ((time[i]! / width - base) | 0)]!++
      }
    }
    // Blocks of one stretch of time come source by source: the second of them may begin before the first.
    if (!(group.next <= first)) group.next = first
    from = to
  }
}

/** Where the run of equal elements that begins at `from` ends. */
function endOfRun(detector: Uint8Array, from: number): number {
  // All are equal when the array is equal to itself moved by one: a comparison of memory, not of elements.
  if (detector.at(-1) === detector[from] && Buffer.compare(detector.subarray(from + 1), detector.subarray(from, -1)) === 0) return detector.length
  let to = from + 1
  while (to < detector.length && detector[to] === detector[from]) to++
  return to
}

/** Row of the counts of each event from…to of a detector: its band, or the row behind the last. */
function rowsOf(state: LightCurveState, block: EventBlock, detector: number, from: number, to: number): Uint8Array {
  const { channel, energy } = block.columns
  const { bands } = state.descriptor
  const rows = new Uint8Array(to - from)
  const table = channel ? state.channelBands[detector] : undefined
  if (channel && table) for (let i = from; i < to; i++) rows[i - from] = table[channel[i]!]!
  else if (energy && !channel) for (let i = from; i < to; i++) rows[i - from] = Math.min(bandOfEnergy(energy[i]!, bands), bands.length)
  else rows.fill(bands.length)
  return rows
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
  const { counts, live, size } = group
  for (let i = 0; i < block.count; i++) {
    const k = indexOf(block.time[i]!) - group.from
    live[k]! += block.width * (block.live ? block.live[i]! : 1)
    for (let c = 0; c < block.channels && c < nBands; c++) {
      const n = block.counts[i * block.channels + c]!
      counts[c * size + k]! += n
      state.events += n
    }
  }
  if (!(group.next <= first)) group.next = first
}

function sparseBin(group: GroupCurves, index: number, nBands: number): Float64Array {
  let bin = group.sparse.get(index)
  if (!bin) group.sparse.set(index, (bin = new Float64Array(nBands + 2)))
  return bin
}

/** A gap of more bins than this is not filled with zeros. */
const LONGEST_FILL = 1 << 16

/** Make room for bins first…last of the finest width. */
function reserve(group: GroupCurves, first: number, last: number, nBands: number): void {
  if (group.size > 0 && (first - (group.from + group.size) > LONGEST_FILL || group.from - last > LONGEST_FILL)) spill(group, nBands)
  const from = group.size === 0 ? first : Math.min(group.from, first)
  const need = Math.max(last + 1, group.from + (group.size === 0 ? 0 : group.size)) - from
  if (group.size > 0 && from === group.from && last < group.from + group.size) return
  const size = Math.max(64, group.size === 0 ? need : Math.ceil(need * 1.5))
  const shift = group.size === 0 ? 0 : group.from - from
  const counts = new Float64Array(size * (nBands + 1))
  const live = new Float64Array(size)
  if (group.size > 0) {
    for (let b = 0; b <= nBands; b++) counts.set(group.counts.subarray(b * group.size, (b + 1) * group.size), b * size + shift)
    live.set(group.live, shift)
  }
  Object.assign(group, { from, size, counts, live })
}

/** Whether an open bin holds anything. */
function isKnown(group: GroupCurves, k: number, nBands: number): boolean {
  if (group.live[k]! > 0) return true
  for (let b = 0; b <= nBands; b++) if (group.counts[b * group.size + k]! > 0) return true
  return false
}

/** Move the open bins out of the way of data that lie far from them. */
function spill(group: GroupCurves, nBands: number): void {
  for (let k = 0; k < group.size; k++) {
    if (!isKnown(group, k, nBands)) continue
    const bin = sparseBin(group, group.from + k, nBands)
    for (let b = 0; b <= nBands; b++) bin[b]! += group.counts[b * group.size + k]!
    bin[nBands + 1]! += group.live[k]!
  }
  group.size = 0
}

function closeBins(state: LightCurveState, watermark: number, final: boolean, closed: (bins: ClosedBins) => void): void {
  if (watermark > state.watermark) state.watermark = watermark
  for (let g = 0; g < state.groups.length; g++) {
    const group = state.groups[g]!
    if (state.descriptor.curves.sparse) closeSparse(state, g, group, closed)
    else if (!Number.isNaN(group.next)) closeDense(state, g, group, closed)
    if (final) tellOpen(state, g, group, closed)
    forgetGoodTime(group.goodTime, state.watermark - state.descriptor.curves.widths[0]!)
  }
}

function closeDense(state: LightCurveState, g: number, group: GroupCurves, closed: (bins: ClosedBins) => void): void {
  const { descriptor } = state
  const width = descriptor.curves.widths[0]!
  const nBands = descriptor.bands.length
  const native = descriptor.curves.phase === 'native'
  const phase = native ? state.phase : 0
  const end = native ? Math.floor((state.watermark - phase) / width + 1e-6) : Math.floor(state.watermark / width)
  const [fine, ...coarse] = collectors(descriptor, g, false)
  const bin = new Float64Array(nBands + 1)
  for (let index = group.next; index < end; index++) {
    index = closeStretch(state, group, index, end, fine!, coarse)
    if (index >= end) break
    const { exposure, total } = fineBin(state, group, index, bin)
    if (exposure === 0 && total === 0) {
      // Nothing is known of this time: skip to where something is.
      const jump = nextKnown(state, group, index, native)
      if (jump > index + 1) index = Math.min(jump, end) - 1
      continue
    }
    close(state, fine!, index, bin, exposure)
    raise(group.levels, descriptor, 1, index, bin, exposure, coarse)
    if (group.sparse.size > 0) group.sparse.delete(index)
  }
  if (end > group.next) {
    group.next = end
    dropBefore(group, end, nBands)
  }
  emit(state, group, fine!, coarse, closed)
}

/**
 * Close a stretch of bins that lie wholly within one good-time interval and in the buffer, without looking at each anew.
 * The same numbers as bin by bin. Answers the first bin that was not closed.
 */
function closeStretch(state: LightCurveState, group: GroupCurves, from: number, end: number, fine: Gathering, coarse: Gathering[]): number {
  const { descriptor } = state
  const { widths, phase } = descriptor.curves
  const width = widths[0]!
  if (phase === 'native' || group.sparse.size > 0 || group.size === 0 || from < group.from) return from
  const start = from * width
  const i = intervalAt(group.goodTime, start)
  if (i < 0) return from
  const to = Math.min(end, group.from + group.size, Math.floor(group.goodTime.stop[i]! / width))
  if (to <= from) return from
  const nBands = descriptor.bands.length
  const { counts, size, levels } = group
  reserveBins(fine, to - from, nBands)
  const factor = levels.length > 1 ? Math.round(widths[1]! / width) : 0
  let n = fine.n
  for (let index = from; index < to; index++, n++) {
    let total = 0
    for (let b = 0, at = index - group.from; b < nBands; b++, at += size) {
      const count = counts[at]!
      fine.counts[n * nBands + b] = count
      state.closedCounts[b]! += count
      total += count
    }
    const outside = counts[nBands * size + index - group.from]!
    state.closedCounts[nBands]! += outside
    const exposure = Math.max(0, (index + 1) * width - index * width - (total + outside) * descriptor.deadTime)
    fine.index[n] = index
    fine.exposure[n] = exposure
    if (factor === 0) continue
    const parent = Math.floor(index / factor)
    const open = levels[1]!
    if (parent !== open.index) {
      closeOpen(levels, descriptor, 1, coarse)
      open.index = parent
    }
    for (let b = 0; b < nBands; b++) open.counts[b]! += fine.counts[n * nBands + b]!
    open.exposure += exposure
  }
  fine.n = n
  return to
}

/** The next bin of the finest width with counts or good time; Infinity where there is none. */
function nextKnown(state: LightCurveState, group: GroupCurves, index: number, native: boolean): number {
  const width = state.descriptor.curves.widths[0]!
  let next = Infinity
  for (const aside of group.sparse.keys()) if (aside > index) next = Math.min(next, aside)
  for (let k = Math.max(0, index + 1 - group.from); k < group.size; k++) {
    if (isKnown(group, k, state.descriptor.bands.length)) {
      next = Math.min(next, group.from + k)
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

function closeSparse(state: LightCurveState, g: number, group: GroupCurves, closed: (bins: ClosedBins) => void): void {
  const { descriptor } = state
  const width = descriptor.curves.widths[0]!
  const end = Math.floor(state.watermark / width)
  const ready = [...group.sparse.keys()].filter((index) => index < end).sort((a, b) => a - b)
  const [fine, ...coarse] = collectors(descriptor, g, false)
  const counts = new Float64Array(descriptor.bands.length + 1)
  for (const index of ready) {
    const { exposure } = fineBin(state, group, index, counts)
    close(state, fine!, index, counts, exposure)
    raise(group.levels, descriptor, 1, index, counts, exposure, coarse)
    group.sparse.delete(index)
  }
  emit(state, group, fine!, coarse, closed)
}

/** Counts per band and in no band (into `bin`), their sum, and live seconds of one bin of the finest width. */
function fineBin(state: LightCurveState, group: GroupCurves, index: number, bin: Float64Array): { exposure: number; total: number } {
  const { descriptor } = state
  const width = descriptor.curves.widths[0]!
  const k = index - group.from
  const known = k >= 0 && k < group.size
  const aside = group.sparse.get(index)
  let total = 0
  for (let b = 0; b < bin.length; b++) {
    const n = (known ? group.counts[b * group.size + k]! : 0) + (aside ? aside[b]! : 0)
    bin[b] = n
    total += n
  }
  if (descriptor.curves.phase === 'native') return { exposure: (known ? group.live[k]! : 0) + (aside ? aside[bin.length]! : 0), total }
  return { exposure: Math.max(0, goodSeconds(group.goodTime, index * width, (index + 1) * width) - total * descriptor.deadTime), total }
}

/** Bins being gathered: arrays with room, of which the first `n` bins are filled. */
interface Gathering extends ClosedBins {
  n: number
}

function collectors(descriptor: InstrumentDescriptor, group: number, open: boolean): Gathering[] {
  return descriptor.curves.widths.map((_, level) => ({ group, level, index: NONE, counts: NONE, exposure: NONE, open, n: 0 }))
}

const NONE = new Float64Array(0)

/** Add one bin; of `counts` the bands' part is taken. */
function append(to: Gathering, index: number, counts: Float64Array, exposure: number, nBands: number): void {
  if (to.n === to.index.length) reserveBins(to, Math.max(16, to.n), nBands)
  to.index[to.n] = index
  to.exposure[to.n] = exposure
  for (let b = 0; b < nBands; b++) to.counts[to.n * nBands + b] = counts[b]!
  to.n++
}

/** Make room for `more` bins. */
function reserveBins(to: Gathering, more: number, nBands: number): void {
  const room = to.n + more
  if (room <= to.index.length) return
  to.index = grown(to.index, room)
  to.counts = grown(to.counts, room * nBands)
  to.exposure = grown(to.exposure, room)
}

function grown(array: Float64Array, length: number): Float64Array {
  const out = new Float64Array(length)
  out.set(array)
  return out
}

function handOut(bins: Gathering, nBands: number, closed: (bins: ClosedBins) => void): void {
  const { n, group, level, open } = bins
  if (n > 0) closed({ group, level, open, index: bins.index.subarray(0, n), counts: bins.counts.subarray(0, n * nBands), exposure: bins.exposure.subarray(0, n) })
}

function close(state: LightCurveState, fine: Gathering, index: number, counts: Float64Array, exposure: number): void {
  append(fine, index, counts, exposure, counts.length - 1)
  for (let b = 0; b < counts.length; b++) state.closedCounts[b]! += counts[b]!
}

/**
 * Add a closed bin to the open bin above it (of `level`). Where that one is left behind it is closed, handed to `coarse`, and
 * raised in its turn: a bin holds what its closed children held.
 */
function raise(levels: OpenBin[], descriptor: InstrumentDescriptor, level: number, index: number, counts: Float64Array, exposure: number, coarse: Gathering[]): void {
  if (level >= levels.length) return
  const open = levels[level]!
  const parent = Math.floor(index / Math.round(descriptor.curves.widths[level]! / descriptor.curves.widths[level - 1]!))
  if (parent !== open.index) {
    closeOpen(levels, descriptor, level, coarse)
    open.index = parent
  }
  for (let b = 0; b < open.counts.length; b++) open.counts[b]! += counts[b]!
  open.exposure += exposure
}

/** Close the open bin of a level, if there is one. */
function closeOpen(levels: OpenBin[], descriptor: InstrumentDescriptor, level: number, coarse: Gathering[]): void {
  const open = levels[level]!
  if (Number.isNaN(open.index)) return
  append(coarse[level - 1]!, open.index, open.counts, open.exposure, open.counts.length)
  raise(levels, descriptor, level + 1, open.index, open.counts, open.exposure, coarse)
  open.index = NaN
  open.counts.fill(0)
  open.exposure = 0
}

/** Hand out what was closed; open bins whose end the watermark has passed are closed as well. */
function emit(state: LightCurveState, group: GroupCurves, fine: Gathering, coarse: Gathering[], closed: (bins: ClosedBins) => void): void {
  const { widths } = state.descriptor.curves
  handOut(fine, state.descriptor.bands.length, closed)
  for (let level = 1; level < widths.length; level++) {
    const open = group.levels[level]!
    if (!Number.isNaN(open.index) && binStart(state, open.index + 1, widths[level]!) <= state.watermark) closeOpen(group.levels, state.descriptor, level, coarse)
    handOut(coarse[level - 1]!, state.descriptor.bands.length, closed)
  }
}

/** At the end of a stream: tell all bins that are still open, as they are. The state stays as it is, should the stream go on. */
function tellOpen(state: LightCurveState, g: number, group: GroupCurves, closed: (bins: ClosedBins) => void): void {
  const { descriptor } = state
  const rest: { index: number; counts: Float64Array; exposure: number }[] = []
  const indices = new Set(group.sparse.keys())
  if (!descriptor.curves.sparse) for (let k = 0; k < group.size; k++) indices.add(group.from + k)
  for (const index of [...indices].sort((a, b) => a - b)) {
    const counts = new Float64Array(descriptor.bands.length + 1)
    const { exposure, total } = fineBin(state, group, index, counts)
    if (total > 0 || (exposure > 0 && binStart(state, index, descriptor.curves.widths[0]!) < state.watermark)) rest.push({ index, counts, exposure })
  }
  const levels = group.levels.map((open) => ({ index: open.index, counts: open.counts.slice(), exposure: open.exposure }))
  const [fine, ...coarse] = collectors(descriptor, g, true)
  for (const { index, counts, exposure } of rest) {
    append(fine!, index, counts, exposure, descriptor.bands.length)
    raise(levels, descriptor, 1, index, counts, exposure, coarse)
  }
  for (let level = 1; level < levels.length; level++) closeOpen(levels, descriptor, level, coarse)
  for (const bins of [fine!, ...coarse]) handOut(bins, descriptor.bands.length, closed)
}

/** Counts per band in all bins, closed and open, and how many events are in no band or group. */
export function bandTotals(state: LightCurveState): { bands: number[]; outOfBand: number } {
  const totals = [...state.closedCounts]
  for (const group of state.groups) {
    for (const counts of group.sparse.values()) for (let b = 0; b < totals.length; b++) totals[b]! += counts[b]!
    for (let b = 0; b < totals.length; b++) for (let k = 0; k < group.size; k++) totals[b]! += group.counts[b * group.size + k]!
  }
  return { bands: totals.slice(0, -1), outOfBand: totals.at(-1)! + state.outOfBand }
}

/** Forget bins before `index`; what lies behind it moves to the front. */
function dropBefore(group: GroupCurves, index: number, nBands: number): void {
  const shift = Math.min(index - group.from, group.size)
  if (shift <= 0) return
  if (shift === group.size) {
    group.size = 0
    return
  }
  for (let b = 0; b <= nBands; b++) {
    const at = b * group.size
    group.counts.copyWithin(at, at + shift, at + group.size)
    group.counts.fill(0, at + group.size - shift, at + group.size)
  }
  group.live.copyWithin(0, shift)
  group.live.fill(0, group.size - shift)
  group.from = index
}
