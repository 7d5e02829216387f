import { HeavensError, telemetryTopic, type StreamId } from '@heavens/schemas'
import { readLogged } from '../codec/logged-item.js'
import type { Log } from '../log/log.js'
import { isArchived, isPreamble, summarise, type ItemSummary, type Preamble } from './item-summary.js'

/** What the log holds of a stream beyond its archive: where each item lies in time, and the preambles themselves. */
export interface TailIndex {
  items: readonly (ItemSummary & { offset: number })[]
  preambles: readonly { offset: number; item: Preamble }[]
  /** Read on to the log's end as it is now, and forget what lies before `archived`. Answers the log's end. */
  update(archived: number): Promise<number>
}

/** Each item of the tail is decoded once. */
export function createTailIndex(log: Log, stream: StreamId): TailIndex {
  const topic = telemetryTopic(stream)
  let items: (ItemSummary & { offset: number })[] = []
  let preambles: { offset: number; item: Preamble }[] = []
  let read = 0
  let turn: Promise<unknown> = Promise.resolve()

  async function update(archived: number): Promise<number> {
    items = items.filter((entry) => entry.offset >= archived)
    preambles = preambles.filter((entry) => entry.offset >= archived)
    for (;;) {
      const { first, next } = await log.bounds(topic)
      read = Math.max(read, archived, first)
      // A log that was lost does not take with it what is archived.
      if (read >= next) return read
      try {
        for await (const batch of log.read(topic, 0, read, { follow: false })) {
          for (const { offset, value } of batch.records) {
            const item = readLogged(value)
            if (!isArchived(item)) continue
            items.push({ offset, ...summarise(item) })
            if (isPreamble(item)) preambles.push({ offset, item })
          }
          read = batch.next
        }
        return Math.max(next, read)
      } catch (error) {
        // Trimmed meanwhile: go on from what is still held.
        if (!(error instanceof HeavensError && error.code === 'log-offset')) throw error
      }
    }
  }

  return {
    get items(): readonly (ItemSummary & { offset: number })[] {
      return items
    },
    get preambles(): readonly { offset: number; item: Preamble }[] {
      return preambles
    },
    update(archived: number): Promise<number> {
      const result = turn.then(() => update(archived))
      turn = result.catch(() => undefined)
      return result
    },
  }
}
