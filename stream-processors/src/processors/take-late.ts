import type { EventBlock, RateBlock } from '@heavens/schemas'
import { stepLightCurves, type LightCurveState } from './bin-light-curves.js'
import { bandOfEnergy } from './energy-bands.js'

/** Closed bins of the finest width of one group that late rows fell into; ascending. */
export interface LateBins {
  group: number
  index: number[]
}

/**
 * Take a block that came behind the watermark. Rows whose bin is still open are counted as if they had come in time. The
 * others are counted in the totals and in the open coarser bins that hold them, and their closed bins are answered, to be
 * counted anew where they are stored. Event and rate blocks with ascending times.
 */
export function takeLate(state: LightCurveState, block: EventBlock | RateBlock): LateBins[] {
  const { descriptor } = state
  const time = block.kind === 'events' ? block.columns.time : block.time
  const end = firstOpen(state)
  let behind = 0
  while (behind < block.count && fineIndex(state, time[behind]!) < end) behind++
  if (behind < block.count) stepLightCurves(state, rowsFrom(block, behind), () => {})
  const touched = new Map<number, Set<number>>()
  for (let i = 0; i < behind; i++) {
    const group = block.kind === 'rates' ? block.group : (block.columns.detector?.[i] ?? 0)
    const bands = block.kind === 'rates' ? rateRow(block, i, descriptor.bands.length) : eventRow(state, block, i, group)
    for (const n of bands) state.events += n
    if (!state.groups[group]) {
      state.outOfBand += bands.reduce((a, b) => a + b, 0)
      continue
    }
    bands.forEach((n, b) => (state.closedCounts[b]! += n))
    const index = fineIndex(state, time[i]!)
    raiseOpen(state, group, index, bands)
    const bins = touched.get(group) ?? new Set()
    touched.set(group, bins.add(index))
  }
  return [...touched].map(([group, bins]) => ({ group, index: [...bins].sort((a, b) => a - b) }))
}

/** Bin of the finest width in which a time lies. */
export function fineIndex(state: Pick<LightCurveState, 'descriptor' | 'phase'>, time: number): number {
  const { widths, phase } = state.descriptor.curves
  return phase === 'native' ? Math.round((time - state.phase) / widths[0]!) : Math.floor(time / widths[0]!)
}

/** First bin of the finest width that the watermark has not closed. */
function firstOpen(state: LightCurveState): number {
  const { widths, phase } = state.descriptor.curves
  if (phase !== 'native') return Math.floor(state.watermark / widths[0]!)
  return Number.isNaN(state.phase) ? -Infinity : Math.floor((state.watermark - state.phase) / widths[0]! + 1e-6)
}

/** Counts per band, and in no band, of one bin of a rate block. */
function rateRow(block: RateBlock, i: number, nBands: number): number[] {
  return Array.from({ length: nBands + 1 }, (_, b) => (b < block.channels && b < nBands ? block.counts[i * block.channels + b]! : 0))
}

function eventRow(state: LightCurveState, block: EventBlock, i: number, group: number): number[] {
  const { bands } = state.descriptor
  const { channel, energy } = block.columns
  const table = state.channelBands[group]
  const band = channel ? (table?.[channel[i]!] ?? bands.length) : energy ? Math.min(bandOfEnergy(energy[i]!, bands), bands.length) : bands.length
  return Array.from({ length: bands.length + 1 }, (_, b) => (b === band ? 1 : 0))
}

/** Add counts of a closed bin to the first coarser bin that is still open: its parents get them when it closes. */
function raiseOpen(state: LightCurveState, group: number, fine: number, counts: readonly number[]): void {
  const { widths } = state.descriptor.curves
  const { levels } = state.groups[group]!
  let index = fine
  for (let level = 1; level < widths.length; level++) {
    index = Math.floor(index / Math.round(widths[level]! / widths[level - 1]!))
    if ((index + 1) * widths[level]! + (Number.isNaN(state.phase) ? 0 : state.phase) <= state.watermark) continue
    const open = levels[level]!
    if (Number.isNaN(open.index)) open.index = index
    if (open.index === index) for (let b = 0; b < open.counts.length; b++) open.counts[b]! += counts[b]!
    return
  }
}

/** The rows from `from` on, in time. */
function rowsFrom(block: EventBlock | RateBlock, from: number): EventBlock | RateBlock {
  const count = block.count - from
  if (block.kind === 'rates') {
    return {
      ...block, late: false, start: block.time[from]!, count, time: block.time.subarray(from), counts: block.counts.subarray(from * block.channels),
      ...(block.live ? { live: block.live.subarray(from) } : {}),
    }
  }
  const columns = Object.fromEntries(Object.entries(block.columns).map(([name, column]) => [name, (column as Float64Array).subarray(from)]))
  return { ...block, late: false, start: block.columns.time[from]!, count, columns: columns as unknown as EventBlock['columns'] }
}
