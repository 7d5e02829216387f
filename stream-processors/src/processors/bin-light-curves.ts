import type { ChannelBounds, EventBlock, Item, RateBlock } from '@heavens/schemas'
import { closeBins } from './close-bins.js'
import { bandOfChannels, bandOfEnergy } from './energy-bands.js'
import { addGoodTime } from './good-time.js'
import type { ClosedBins, LateBins, LightCurveState } from './light-curve-state.js'
import { reserve, sparseBin } from './open-bins.js'
import { takeGoodTime } from './take-good-time.js'

export { binStart, createLightCurves, type ClosedBins, type LightCurveState } from './light-curve-state.js'

/**
 * Take one item. A watermark closes bins: they are handed to `closed`, finer widths first, ascending in time.
 * Late blocks are not taken here: they lie in closed bins, which the pipeline counts anew. Closed bins whose exposure late good time
 * changes are handed to `late`.
 */
export function stepLightCurves(state: LightCurveState, item: Item, closed: (bins: ClosedBins) => void, late?: (bins: LateBins) => void): void {
  switch (item.kind) {
    case 'ebounds':
      return takeBounds(state, item)
    case 'gti':
      for (const bins of takeGoodTime(state, item)) late?.(bins)
      return undefined
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

function takeBounds(state: LightCurveState, item: ChannelBounds): void {
  state.channelBands[item.group] = bandOfChannels(item, state.descriptor.bands)
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
    if (block.start < group.goodFrom) addGoodTime(group.goodTime, Math.max(block.start, Math.floor(time[from]!)), Math.min(block.stop, group.goodFrom))
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
      if (channel && table) tallyChannels(counts, size, base, width, table, time, channel, from, to)
      else {
        const rows = rowsOf(state, block, d, from, to)
        for (let i = from; i < to; i++) counts[rows[i - from]! * size + ((time[i]! / width - base) | 0)]!++
      }
    }
    // Blocks of one stretch of time come source by source: the second of them may begin before the first.
    if (!(group.next <= first)) group.next = first
    if (!(group.begin <= first)) group.begin = first
    from = to
  }
}

/**
 * Count events from…to by channel and time: the row is the channel's, the place the bin's. In a function of its own, as the
 * compiler makes much of a small loop over arrays and little of one among other work.
 */
function tallyChannels(counts: Float64Array, size: number, base: number, width: number, table: Uint8Array, time: Float64Array, channel: Uint16Array, from: number, to: number): void {
  for (let i = from; i < to; i++) counts[table[channel[i]!]! * size + ((time[i]! / width - base) | 0)]!++
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
  if (!(group.begin <= first)) group.begin = first
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
