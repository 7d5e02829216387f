import type { RateBlock } from '@heavens/schemas'
import { lowerBound } from './intervals.js'
import type { Interval } from './intervals.js'
import type { RateSelection } from './selection.js'

/**
 * Join rate blocks of one group, one result for each bin width and number of channels. A bin is taken when its centre
 * lies in `good`: native bins are never split. Of bins that come twice, the first is kept.
 */
export function joinRates(blocks: readonly RateBlock[], good: readonly Interval[]): RateSelection[] {
  const kinds = new Map<string, RateBlock[]>()
  for (const block of blocks) {
    const key = `${block.width} ${block.channels}`
    kinds.set(key, [...(kinds.get(key) ?? []), block])
  }
  return [...kinds.values()].map((same) => joinKind(same, good)).filter((rates) => rates.time.length > 0)
}

function joinKind(blocks: readonly RateBlock[], good: readonly Interval[]): RateSelection {
  const { width, channels } = blocks[0]!
  const picks: { block: RateBlock; row: number; time: number }[] = []
  for (const block of blocks) {
    const centres = block.time.map((t) => t + width / 2)
    for (const [start, stop] of good) {
      for (let row = lowerBound(centres, start); row < lowerBound(centres, stop); row++) picks.push({ block, row, time: block.time[row]! })
    }
  }
  picks.sort((a, b) => a.time - b.time)
  const kept = picks.filter((pick, i) => i === 0 || pick.time - picks[i - 1]!.time > width / 2)
  const out: RateSelection = { width, channels, time: new Float64Array(kept.length), counts: new Float64Array(kept.length * channels), live: new Float32Array(kept.length).fill(1) }
  kept.forEach(({ block, row, time }, i) => {
    out.time[i] = time
    out.live[i] = block.live?.[row] ?? 1
    out.counts.set(block.counts.subarray(row * channels, (row + 1) * channels), i * channels)
  })
  return out
}
