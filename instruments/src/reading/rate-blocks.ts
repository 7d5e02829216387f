import { HeavensError } from '@heavens/schemas'
import type { FitsFile } from '@heavens/science/fits'
import type { DecodeContext, DecodedItem } from '../instrument.js'

/** Bins of one instrument in the order of time. `counts[i * channels + c]`, `live` as in a rate block. */
export interface RateRows {
  group: number
  /** nominal width of a bin [s] */
  width: number
  channels: number
  /** starts of the bins, TT s, ascending */
  time: Float64Array
  counts: Float64Array
  live?: Float32Array
}

/**
 * Rows → rate blocks of at most `context.rows` bins. A block ends early where bins are missing for longer than half a
 * bin, so that [start, stop) of a block never covers a gap.
 */
export function* rateBlocks(file: FitsFile, rows: RateRows, context: DecodeContext): Iterable<DecodedItem> {
  const { group, width, channels, time, counts, live } = rows
  if (time.length === 0) throw new HeavensError('file-unusable', { file: file.name, reason: 'no bin has a usable time' })
  const endOf = (row: number): number => time[row]! + width * Math.max(1, live?.[row] ?? 1)
  for (let from = 0; from < time.length;) {
    let to = from + 1
    while (to < time.length && to - from < context.rows && time[to]! - endOf(to - 1) < width / 2) to++
    const joined = to < time.length && time[to]! - endOf(to - 1) < width / 2
    yield {
      kind: 'rates', group, width, channels, count: to - from,
      // Where the next bin follows at once, its start is the end: clocks drift by microseconds against the nominal width.
      start: time[from]!, stop: joined ? time[to]! : endOf(to - 1),
      time: time.subarray(from, to), counts: counts.subarray(from * channels, to * channels),
      ...(live === undefined ? {} : { live: live.subarray(from, to) }),
    }
    from = to
  }
}
