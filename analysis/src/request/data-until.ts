import type { RequestAsUsed } from '@heavens/schemas'
import type { RequestContext } from './resolve-request.js'

const MS = 1000

/**
 * Until when the data of a request are whole [TT s, a whole millisecond]: the least watermark of its streams that have anything in
 * the time asked for, or the end of a stream that has ended or that nobody processes. A stream that has not come so far holds
 * up nothing. Undefined: nothing has come yet.
 */
export function dataUntil(used: RequestAsUsed, context: RequestContext): number | undefined {
  const start = used.intervals[0]!.start
  const ends: number[] = []
  for (const { stream, stop } of context.coverage) {
    if (!used.instruments.some((i) => i.id === stream.instrument && i.run === stream.run)) continue
    const mark = context.watermark(stream)
    // Coverage ends with the last event itself, a watermark lies behind all that are whole.
    const end = mark === undefined ? Math.floor(stop * MS + 1) / MS : Math.floor(mark * MS) / MS
    if (end > start) ends.push(end)
  }
  return ends.length === 0 ? undefined : Math.min(...ends)
}
