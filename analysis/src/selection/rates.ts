import type { RateBlock } from '@heavens/schemas'
import { rowsWhere } from './columns.js'
import type { Interval } from './intervals.js'
import type { RateSelection } from './selection.js'

/**
 * Join rate blocks of one group, one result for each bin width and number of channels. A bin is taken when its middle
 * lies in `good`: native bins are never split. Of bins that come twice, the first is kept.
 */
export function joinRates(blocks: readonly RateBlock[], good: readonly Interval[]): RateSelection[] {
  const kinds = new Map<string, RateBlock[]>()
  for (const block of blocks) {
    const key = `${block.width} ${block.channels}`
    const held = kinds.get(key)
    if (held === undefined) kinds.set(key, [block])
    else held.push(block)
  }
  return [...kinds.values()].map((same) => joinKind(same, good)).filter((rates) => rates.time.length > 0)
}

function joinKind(blocks: readonly RateBlock[], good: readonly Interval[]): RateSelection {
  const { width, channels } = blocks[0]!
  const total = blocks.reduce((sum, block) => sum + block.count, 0)
  const time = new Float64Array(total)
  const live = new Float32Array(total).fill(1)
  const counts = new Float64Array(total * channels)
  let at = 0
  for (const block of blocks) {
    time.set(block.time, at)
    counts.set(block.counts, at * channels)
    if (block.live !== undefined) live.set(block.live, at)
    at += block.count
  }
  const order = new Uint32Array(total)
  for (let i = 0; i < total; i++) order[i] = i
  order.sort((a, b) => time[a]! - time[b]! || a - b)
  let k = 0
  let last = -Infinity
  const picks = rowsWhere(total, (i) => {
    const start = time[order[i]!]!
    const middle = start + width / 2
    while (k < good.length && good[k]![1] <= middle) k++
    if (k >= good.length || middle < good[k]![0] || start - last <= width / 2) return false
    last = start
    return true
  }).map((i) => order[i]!)
  const out: RateSelection = { width, channels, time: new Float64Array(picks.length), counts: new Float64Array(picks.length * channels), live: new Float32Array(picks.length) }
  picks.forEach((row, i) => {
    out.time[i] = time[row]!
    out.live[i] = live[row]!
    for (let c = 0; c < channels; c++) out.counts[i * channels + c] = counts[row * channels + c]!
  })
  return out
}
