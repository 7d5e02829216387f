import type { EventBlock, RateBlock } from '@heavens/schemas'
import { stepLightCurves } from './bin-light-curves.js'
import { fineIndex, firstOpen } from './bin-grid.js'
import { bandOfEnergy } from './energy-bands.js'
import { addGoodTime, goodSeconds } from './good-time.js'
import type { GroupCurves, LateBins, LightCurveState } from './light-curve-state.js'
import { rowsFrom } from './within-horizon.js'

/** Bins of a gap that late data are filled up with, at most. */
const LONGEST_FILL = 1 << 20

/**
 * Take a block that came behind the watermark. Rows whose bin is still open are counted as if they had come in time. The
 * others are counted in the totals, and the closed bins are answered that they change, to be counted anew where they are
 * stored. Event and rate blocks with ascending times.
 */
export function takeLate(state: LightCurveState, block: EventBlock | RateBlock): LateBins[] {
  const { descriptor } = state
  const time = block.kind === 'events' ? block.columns.time : block.time
  const end = firstOpen(state)
  let behind = 0
  while (behind < block.count && fineIndex(state, time[behind]!) < end) behind++
  const touched = new Map<number, Set<number>>()
  for (let i = 0; i < behind; i++) {
    const g = block.kind === 'rates' ? block.group : (block.columns.detector?.[i] ?? 0)
    const bands = block.kind === 'rates' ? rateRow(block, i, descriptor.bands.length) : eventRow(state, block, i, g)
    for (const n of bands) state.events += n
    const group = state.groups[g]
    if (!group) {
      state.outOfBand += bands.reduce((a, b) => a + b, 0)
      continue
    }
    bands.forEach((n, b) => (state.closedCounts[b]! += n))
    let bins = touched.get(g)
    if (!bins) {
      touched.set(g, (bins = new Set()))
      coverTime(state, group, block, time[i]!, end, bins)
    }
    bins.add(fineIndex(state, time[i]!))
  }
  if (behind < block.count) stepLightCurves(state, { ...rowsFrom(block, behind), start: block.start, late: false }, () => {})
  return [...touched].map(([group, bins]) => ({ group, index: [...bins].sort((a, b) => a - b) }))
}

/**
 * Closed bins that come into being, or change their exposure, because a group's late rows begin at `first`: where its data
 * now begin earlier, and where the time that a block covers is the only good time that is known.
 */
function coverTime(state: LightCurveState, group: GroupCurves, block: EventBlock | RateBlock, first: number, end: number, bins: Set<number>): void {
  const { curves } = state.descriptor
  const index = fineIndex(state, first)
  const begin = Math.min(end, Number.isNaN(group.begin) ? end : group.begin)
  if (!(group.begin <= index)) group.begin = index
  if (Number.isNaN(group.next)) group.next = Math.max(index, end)
  if (curves.sparse || block.kind === 'rates') return
  const start = Math.max(block.start, Math.floor(first))
  if (start < group.goodFrom) {
    addGoodTime(group.goodTime, start, Math.min(block.stop, group.goodFrom))
    fill(state, group, fineIndex(state, start), Math.min(end, fineIndex(state, block.stop) + 1), bins)
  }
  fill(state, group, index, begin, bins)
}

/** Add bins from…to that have good time. */
function fill(state: LightCurveState, group: GroupCurves, from: number, to: number, bins: Set<number>): void {
  const width = state.descriptor.curves.widths[0]!
  for (let index = from; index < Math.min(to, from + LONGEST_FILL); index++) if (goodSeconds(group.goodTime, index * width, (index + 1) * width) > 0) bins.add(index)
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
