import { setTimeout as sleep } from 'node:timers/promises'
import type { Log, LogRecord } from './log/log.js'

export interface FollowTopicOptions {
  log: Log
  topic: string
  signal: AbortSignal
  /** each record once, in the order of the log; a record with an empty value ends its key */
  apply(record: LogRecord): void
  /** the log could not be read; it is tried again after a second */
  failed(error: unknown): void
}

/** A compacted topic that is being followed. */
export interface FollowedTopic {
  /** Resolves when every record before `offset` has been applied; rejects when the following has ended. */
  reached(offset: number): Promise<void>
  /** Resolves when all that is on the log at the call has been applied. */
  caughtUp(): Promise<void>
}

/** Apply all records of a compacted topic, then those that come, until `signal` aborts. */
export function followTopic(options: FollowTopicOptions): FollowedTopic {
  const { log, topic, signal } = options
  let next = 0
  let ended = false
  let waiting: { offset: number; resolve(): void; reject(error: Error): void }[] = []

  function move(to: number): void {
    next = Math.max(next, to)
    for (const one of waiting) if (one.offset <= next) one.resolve()
    waiting = waiting.filter((one) => one.offset > next)
  }

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      try {
        const bounds = await log.bounds(topic)
        for (const record of await log.latest(topic)) {
          if (record.offset < next) continue
          options.apply(record)
          next = record.offset + 1
        }
        move(bounds.next)
        for await (const batch of log.read(topic, 0, next, { signal })) {
          for (const record of batch.records) options.apply(record)
          move(batch.next)
        }
      } catch (error) {
        if (signal.aborted) break
        options.failed(error)
        await sleep(1000, undefined, { signal }).catch(() => undefined)
      }
    }
    ended = true
    for (const one of waiting) one.reject(new Error(`${topic} is not followed any more`))
    waiting = []
  }
  void follow()

  const reached = (offset: number): Promise<void> =>
    new Promise((resolve, reject) => {
      if (offset <= next) resolve()
      else if (ended || signal.aborted) reject(new Error(`${topic} is not followed any more`))
      else waiting.push({ offset, resolve, reject })
    })
  return { reached, caughtUp: async () => reached((await log.bounds(topic)).next) }
}
