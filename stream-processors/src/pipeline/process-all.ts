import { HeavensError, streamOfTopic, type StreamId } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { Claim, Claims, Stores } from '@heavens/storage'
import { runStream } from './run-stream.js'

export interface ProcessAllOptions {
  stores: Stores
  instruments: readonly Instrument[]
  signal: AbortSignal
  clock(): number
  log(sentence: string): void
  /** Streams are shared with other processes: each is claimed first. Absent: all streams are ours. */
  share?: {
    claims: Claims
    /** how many of so many streams this process should have */
    portion(streams: number): number
  }
  /** called after each batch of a stream, and with `end` −1 when it is not ours any more */
  onBatch?(stream: StreamId, offset: number, end: number): void
}

/** How often new streams are looked for [ms]. */
const LOOK = 200

interface Running {
  giveUp: AbortController
  done: Promise<unknown>
}

/**
 * Process every stream on the log, also those that begin later, until `signal` aborts. The first failure ends them all, but a
 * stream that passes to another process only ends here.
 */
export async function processAll(options: ProcessAllOptions): Promise<void> {
  const { stores, signal, share } = options
  const running = new Map<string, Running>()
  const unknown = new Set<string>()
  const failures: unknown[] = []
  const stop = new AbortController()
  const ended = AbortSignal.any([signal, stop.signal])
  while (!ended.aborted) {
    const topics = (await stores.log.topics()).filter((topic) => streamOfTopic(topic) && !unknown.has(topic))
    // A topic that was deleted under us is no other's by that: its reader says what is the matter.
    const portion = share ? share.portion(new Set([...topics, ...running.keys()]).size) : Infinity
    for (const topic of topics) {
      if (running.has(topic) || running.size >= portion || ended.aborted) continue
      const stream = streamOfTopic(topic)!
      const instrument = options.instruments.find((i) => i.descriptor.id === stream.instrument)
      if (!instrument) {
        options.log(`${topic}: no instrument ${stream.instrument} is known; left alone`)
        unknown.add(topic)
        continue
      }
      const claim = await share?.claims.take(`process/${topic}`)
      if (share && !claim) continue
      const giveUp = new AbortController()
      const done = start(options, instrument, stream, AbortSignal.any([ended, giveUp.signal, ...(claim ? [claim.lost] : [])]), claim)
        .catch((error: unknown) => {
          if (error instanceof HeavensError && error.code === 'claim-lost') return options.log(error.message)
          if (error instanceof HeavensError) options.log(`${topic}: ${error.message} [${error.code}]`)
          failures.push(error)
          stop.abort()
        })
        .finally(() => running.delete(topic))
      running.set(topic, { giveUp, done })
    }
    // Another process has come: one stream is handed over, with a snapshot from which it goes on at once.
    if (running.size > portion) [...running.values()].at(-1)!.giveUp.abort()
    await new Promise((resolve) => setTimeout(resolve, LOOK))
  }
  await Promise.all([...running.values()].map(({ done }) => done))
  if (failures.length > 0) throw failures[0]
}

async function start(options: ProcessAllOptions, instrument: Instrument, stream: StreamId, signal: AbortSignal, claim: Claim | undefined): Promise<void> {
  const guard = (): void => {
    if (claim && !claim.holds()) throw new HeavensError('claim-lost', { unit: claim.unit, reason: 'the claim was not renewed in time' })
  }
  if (claim) options.stores.curves.hold?.(stream, () => claim.holds())
  try {
    await runStream({
      stores: options.stores, instrument, stream, signal, follow: true, clock: options.clock, log: options.log, guard,
      onBatch: (offset, end) => options.onBatch?.(stream, offset, end),
    })
  } finally {
    if (claim) {
      await options.stores.archive.forget(stream)
      await options.stores.curves.forget?.(stream)
      options.onBatch?.(stream, 0, -1)
      await claim.release()
    }
  }
}
