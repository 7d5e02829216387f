import { telemetryTopic, type RequestAsUsed, type Watermark } from '@heavens/schemas'
import { readLogged, type Log, type StreamCoverage } from '@heavens/storage'

const MS = 1e3
const US = 1e6
/** Records at the log's end among which its last watermark is looked for first; then ever more. */
const NEAR = 64

/**
 * Until when the data of a request are whole [TT s]: the least last watermark on the log of its streams that have anything in the time asked
 * for, rounded down to a millisecond; of one whose last watermark is final, the end of its data, and so where the log holds no watermark any
 * more. A stream that has not come so far holds up nothing. Undefined: nothing has come yet.
 *
 * What was logged before this is asked is all that there is before that time, except what comes late.
 */
export async function dataUntil(used: RequestAsUsed, coverage: readonly StreamCoverage[], log: Log): Promise<number | undefined> {
  const start = used.intervals[0]!.start
  const ends: number[] = []
  for (const { stream, stop } of coverage) {
    if (!used.instruments.some((i) => i.id === stream.instrument && i.run === stream.run)) continue
    const mark = await lastWatermark(log, telemetryTopic(stream))
    const end = mark === undefined || mark.final ? Math.floor((mark?.time ?? stop) * US + 1) / US : Math.floor(mark.time * MS) / MS
    if (end > start) ends.push(end)
  }
  return ends.length === 0 ? undefined : Math.min(...ends)
}

async function lastWatermark(log: Log, topic: string): Promise<Watermark | undefined> {
  const { first, next } = await log.bounds(topic)
  for (let back = NEAR; ; back *= 8) {
    const from = Math.max(first, next - back)
    let found: Watermark | undefined
    for await (const { records } of log.read(topic, 0, from, { follow: false })) {
      for (const { offset, value } of records) {
        if (offset >= next) break
        const item = readLogged(value)
        if (item.kind === 'watermark') found = item
      }
    }
    if (found !== undefined || from === first) return found
  }
}
