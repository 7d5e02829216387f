import type { InstrumentDescriptor } from '@heavens/schemas'
import { append, collectors, handOut, reserveBins, type Gathering } from './gather-bins.js'
import { intervalAt } from './good-time.js'
import { binStart, type ClosedBins, type GroupCurves, type LightCurveState, type OpenBin } from './light-curve-state.js'
import { dropBefore, fineBin, nextKnown } from './open-bins.js'

/** Close every bin whose end the watermark has passed, in all groups; at the end of a stream tell the open ones as well. */
export function closeBins(state: LightCurveState, watermark: number, final: boolean, closed: (bins: ClosedBins) => void): void {
  if (watermark > state.watermark) state.watermark = watermark
  for (let g = 0; g < state.groups.length; g++) {
    const group = state.groups[g]!
    if (state.descriptor.curves.sparse) closeSparse(state, g, group, closed)
    else if (!Number.isNaN(group.next)) closeDense(state, g, group, closed)
    if (final) tellOpen(state, g, group, closed)
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
    const exposure = Math.fround(Math.max(0, (index + 1) * width - index * width - (total + outside) * descriptor.deadTime))
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
  const exposure = Math.fround(open.exposure)
  append(coarse[level - 1]!, open.index, open.counts, exposure, open.counts.length)
  raise(levels, descriptor, level + 1, open.index, open.counts, exposure, coarse)
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

/** Tell all bins that are still open, in all groups, as they are: at the end of a stream, and when late data changed them afterwards. */
export function tellOpenBins(state: LightCurveState, tell: (bins: ClosedBins) => void): void {
  for (let g = 0; g < state.groups.length; g++) tellOpen(state, g, state.groups[g]!, tell)
}

/** The state stays as it is, should the stream go on. */
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
