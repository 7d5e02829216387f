import type { Admin } from 'kafkajs'
import { HeavensError, isCompacted } from '@heavens/schemas'
import type { Log, LogBatch, LogInput, LogRecord, ReadOptions } from '../log.js'
import { createAppendQueue, type AppendQueue } from './append-queue.js'
import { createBatchSender, type BatchSender } from './batch-sender.js'
import { cutBatches } from './cut-batches.js'
import { createFetcher } from './fetcher.js'
import { createFetcherPool, within } from './fetcher-pool.js'
import { followPartition } from './follow-partition.js'
import { asLogError, isRefused, isTopicAbsent, openingError } from './kafka-errors.js'
import { createKafkaClient, createSpeaker } from './kafka-client.js'
import type { KafkaLogOptions } from './kafka-log-options.js'
import { orAborted, pause } from './pause.js'
import { ensureTopic } from './topic-settings.js'

const MAX_BYTES = 4 << 20
/** A fetch asks for this much at least: smaller answers would only mean more of them. */
const LEAST_FETCH = 64 << 10
/** A first answer must come within this time [ms]. */
const OPEN_WITHIN = 8000

export interface KafkaLogCounters {
  /** connections for reading that the watchdog replaced because offsets stood still */
  stalledReads: number
  /** producers replaced after a failure */
  replacedProducers: number
}

export interface KafkaLog extends Log {
  counters(): KafkaLogCounters
}

interface Writer {
  queue: AppendQueue
  sender: BatchSender
}

/**
 * Have the cluster describe itself. When the request fails at every broker, as while one comes back, kafkajs keeps the reason to
 * itself and stumbles over an answer of null, a TypeError: then it is asked again.
 */
async function firstAnswer(admin: Admin, signal: AbortSignal): Promise<void> {
  await admin.connect()
  while (!signal.aborted) {
    try {
      await admin.describeCluster()
      return
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      await pause(300, signal)
    }
  }
}

/**
 * The log on Apache Kafka. One append is one batch of one produce request: all its records or none, up to 32 MiB (too-large
 * beyond). Throws log-unreachable when no broker answers within 8 s, log-refused for wrong credentials or certificates.
 * An append that ends with log-unreachable may still be on the log later: whoever repeats it marks its records so that readers
 * can tell (items carry source and sequence; keys of results are deterministic).
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<KafkaLog> {
  const speaker = createSpeaker(options.log)
  const prefix = options.prefix ?? ''
  const stallAfter = (options.stallAfter ?? 10) * 1000
  const patience = (options.patience ?? 60) * 1000
  const control = createKafkaClient(options, speaker)
  const admin = control.kafka.admin()
  const pool = createFetcherPool(() => createFetcher(options, speaker))
  const closing = new AbortController()
  const writers = new Map<string, Writer>()
  const known = new Map<string, Promise<boolean>>()
  let stalledReads = 0

  try {
    await within(OPEN_WITHIN, firstAnswer(admin, closing.signal), 'a first answer')
  } catch (error) {
    closing.abort()
    control.destroy()
    throw openingError(options, error)
  }

  const assertOpen = (): void => {
    if (closing.signal.aborted) throw new HeavensError('log-unreachable', { reason: 'it is closed' })
  }

  /** Repeats what is harmless to repeat while brokers restart. */
  async function patiently<T>(what: string, work: () => Promise<T>): Promise<T> {
    const until = performance.now() + patience
    for (;;) {
      assertOpen()
      try {
        return await work()
      } catch (error) {
        if (error instanceof HeavensError && error.code !== 'log-unreachable') throw error
        if (isRefused(error) || isTopicAbsent(error) || performance.now() > until) throw asLogError(what, error)
        await pause(300, closing.signal)
      }
    }
  }

  /** Whether the topic is there; it is looked at once, and created if `create`. */
  async function ensure(topic: string, create: boolean): Promise<boolean> {
    const held = known.get(topic)
    if (held !== undefined) return held
    const looking = patiently(`the settings of ${topic}`, () => ensureTopic(admin, topic, options, create))
    known.set(topic, looking)
    const forget = (): void => {
      if (known.get(topic) === looking) known.delete(topic)
    }
    looking.then((there) => there || forget(), forget)
    return looking
  }

  function writerOf(topic: string, partition: number): Writer {
    const name = `${topic} ${partition}`
    let writer = writers.get(name)
    if (writer === undefined) {
      const sender = createBatchSender(topic, prefix + topic, partition, isCompacted(topic), options, speaker)
      writer = { sender, queue: createAppendQueue(topic, async (inputs) => {
        for (let there = false; !there; ) there = await ensure(topic, true)
        return sender.send(inputs)
      }) }
      writers.set(name, writer)
    }
    return writer
  }

  async function* read(topic: string, partition: number, from: number, { signal, follow = true, maxBytes = MAX_BYTES }: ReadOptions = {}): AsyncGenerator<LogBatch, void, void> {
    if (signal?.aborted || closing.signal.aborted) return
    const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal
    await orAborted(ensure(topic, false), either)
    if (either.aborted) return
    const rebuilt = (reason: string): void => {
      stalledReads++
      options.log(`A read of the log stood still and got a new connection: ${reason}.`)
    }
    for await (const piece of followPartition(prefix + topic, partition, from, { name: topic, pool, signal: either, follow, maxBytes: Math.max(maxBytes, LEAST_FETCH), stallAfter, patience, rebuilt })) {
      for (const batch of cutBatches(topic, partition, piece, maxBytes)) {
        if (either.aborted) return
        yield batch
      }
    }
  }

  async function bounds(topic: string, partition = 0): Promise<{ first: number; next: number }> {
    return (await patiently(`the bounds of ${topic}`, () => pool.with(stallAfter, (fetcher) => fetcher.bounds(prefix + topic, partition)))) ?? { first: 0, next: 0 }
  }

  return {
    async append(topic: string, inputs: readonly LogInput[], partition = 0): Promise<{ first: number; last: number }> {
      assertOpen()
      if (inputs.length > 0) return writerOf(topic, partition).queue.append(inputs)
      const { next } = await bounds(topic, partition)
      return { first: next, last: next - 1 }
    },
    read,
    async latest(topic: string): Promise<LogRecord[]> {
      const last = new Map<string, LogRecord>()
      const { first } = await bounds(topic)
      for await (const { records } of read(topic, 0, first, { follow: false })) for (const record of records) if (record.key !== null) last.set(record.key, record)
      assertOpen()
      return [...last.values()].filter(({ value }) => value.length > 0).sort((a, b) => a.offset - b.offset)
    },
    bounds,
    async topics(): Promise<string[]> {
      const all = await patiently('the list of topics', () => admin.listTopics())
      return all.filter((topic) => topic.startsWith(prefix) && !topic.startsWith('__')).map((topic) => topic.slice(prefix.length)).sort()
    },
    async trim(topic: string, before: number, partition = 0): Promise<void> {
      if (isCompacted(topic)) throw new HeavensError('topic-unfit', { topic, reason: 'a compacted topic is not trimmed on Kafka; delete its keys instead' })
      const { first, next } = await bounds(topic, partition)
      const to = Math.min(before, next)
      if (to <= first) return
      await patiently(`trimming ${topic}`, () => admin.deleteTopicRecords({ topic: prefix + topic, partitions: [{ partition, offset: String(to) }] }))
    },
    async close(): Promise<void> {
      closing.abort()
      for (const { sender } of writers.values()) sender.close()
      pool.close()
      control.destroy()
    },
    counters: () => ({ stalledReads, replacedProducers: [...writers.values()].reduce((sum, { sender }) => sum + sender.replaced(), 0) }),
  }
}

/** Delete topics of ours with all their records: for tests, and for taking an installation down. */
export async function deleteKafkaTopics(options: KafkaLogOptions, names: readonly string[]): Promise<void> {
  const client = createKafkaClient(options, createSpeaker(options.log))
  const admin: Admin = client.kafka.admin()
  try {
    await admin.connect()
    if (names.length > 0) await admin.deleteTopics({ topics: names.map((name) => (options.prefix ?? '') + name) })
  } finally {
    client.destroy()
  }
}
