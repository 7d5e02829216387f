import type { DecodeContext } from '../instrument.js'
import type { TimeLimits } from './time-limits.js'

/**
 * Rows of a rate table that can be used, in the order of time: finite time within the limits, finite counts ≥ 0 in every channel.
 * The others are reported as undecodable.
 *
 * @param time   starts of the bins, TT s
 * @param counts rows × channels
 */
export function usableBins(time: Float64Array, counts: Float64Array, channels: number, limits: TimeLimits, context: DecodeContext): Uint32Array {
  const kept: number[] = []
  let badTime = 0
  let badCounts = 0
  for (let row = 0; row < time.length; row++) {
    const t = time[row]!
    if (!(t >= limits.earliest && t <= limits.latest)) badTime++
    else if (counts.subarray(row * channels, (row + 1) * channels).some(n => !(n >= 0 && n < Number.POSITIVE_INFINITY))) badCounts++
    else kept.push(row)
  }
  if (badTime > 0) context.undecodable(badTime, 'the time is not finite or lies outside the interval of the file')
  if (badCounts > 0) context.undecodable(badCounts, 'the counts are negative or not finite')
  const order = Uint32Array.from(kept)
  if (kept.some((row, i) => i > 0 && time[row]! < time[kept[i - 1]!]!)) order.sort((a, b) => time[a]! - time[b]! || a - b)
  return order
}
