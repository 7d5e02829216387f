import { lowerBound } from '../selection/intervals.js'
import type { EventColumns } from '@heavens/schemas'
import { trustedChannels } from './folded-response.js'
import type { RunPart } from './run-parts.js'

/**
 * Counts of events in channels, each event only where its run trusts its channel. Events of no part are not counted.
 *
 * @param edges of the channels [keV], ascending
 */
export function trustedCounts(events: EventColumns, parts: readonly RunPart[], edges: Float64Array): Int32Array {
  const counts = new Int32Array(edges.length - 1)
  const { time, energy } = events
  if (energy === undefined) return counts
  for (const { interval, response } of parts) {
    const trusted = trustedChannels(response, edges)
    const to = lowerBound(time, interval[1])
    for (let i = lowerBound(time, interval[0]); i < to; i++) {
      const value = energy[i]!
      if (!(value >= edges[0]! && value < edges.at(-1)!)) continue
      const c = channelOf(edges, value)
      if (trusted[c] === 1) counts[c]!++
    }
  }
  return counts
}

/** The channel [edges[c], edges[c + 1]) of a value within the edges. */
function channelOf(edges: Float64Array, value: number): number {
  let low = 0
  let high = edges.length - 1
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (edges[middle]! <= value) low = middle
    else high = middle
  }
  return low
}
