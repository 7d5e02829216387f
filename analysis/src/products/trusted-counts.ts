import { lowerBound } from '../selection/intervals.js'
import type { Interval } from '../selection/intervals.js'
import type { EventColumns } from '@heavens/schemas'
import { trustedChannels } from './folded-response.js'
import type { RunPart } from './run-parts.js'

/** A stretch of time, and which channels count in it: 1 or 0 each, all where absent. */
interface Stretch {
  interval: Interval
  trusted?: Uint8Array
}

/** The parts of runs with the channels that each trusts. */
export function trustedStretches(parts: readonly RunPart[], edges: Float64Array): Stretch[] {
  return parts.map(({ interval, response }) => ({ interval, trusted: trustedChannels(response, edges) }))
}

/**
 * Counts of events in channels, each event only where its stretch of time trusts its channel. Events of no stretch are not counted.
 *
 * @param edges of the channels [keV], ascending
 */
export function trustedCounts(events: EventColumns, stretches: readonly Stretch[], edges: Float64Array): Int32Array {
  const counts = new Int32Array(edges.length - 1)
  const { time, energy } = events
  if (energy === undefined) return counts
  for (const { interval, trusted } of stretches) {
    const to = lowerBound(time, interval[1])
    for (let i = lowerBound(time, interval[0]); i < to; i++) {
      const value = energy[i]!
      if (!(value >= edges[0]! && value < edges.at(-1)!)) continue
      const c = channelOf(edges, value)
      if (trusted === undefined || trusted[c] === 1) counts[c]!++
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
