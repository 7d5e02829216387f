import { streamOfTopic, type StreamId } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { Stores } from '@heavens/storage'
import { runStream } from './run-stream.js'

export interface ProcessAllOptions {
  stores: Stores
  instruments: readonly Instrument[]
  signal: AbortSignal
  clock(): number
  log(sentence: string): void
}

/** How often new streams are looked for [ms]. */
const LOOK = 200

/** Process every stream on the log, also those that begin later, until `signal` aborts. The first failure ends them all. */
export async function processAll(options: ProcessAllOptions): Promise<void> {
  const { stores, signal } = options
  const running = new Map<string, Promise<unknown>>()
  const failures: unknown[] = []
  const stop = new AbortController()
  const ended = AbortSignal.any([signal, stop.signal])
  while (!ended.aborted) {
    for (const topic of await stores.log.topics()) {
      const stream = streamOfTopic(topic)
      if (!stream || running.has(topic)) continue
      const instrument = options.instruments.find((i) => i.descriptor.id === stream.instrument)
      if (!instrument) {
        options.log(`${topic}: no instrument ${stream.instrument} is known; left alone`)
        running.set(topic, Promise.resolve())
        continue
      }
      running.set(topic, start(options, instrument, stream, ended).catch((error: unknown) => {
        failures.push(error)
        stop.abort()
      }))
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK))
  }
  await Promise.all(running.values())
  if (failures.length > 0) throw failures[0]
}

function start(options: ProcessAllOptions, instrument: Instrument, stream: StreamId, signal: AbortSignal): Promise<unknown> {
  return runStream({ stores: options.stores, instrument, stream, signal, follow: true, clock: options.clock, log: options.log })
}
