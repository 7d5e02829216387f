import kafkajs, { type logCreator, type Message, type Producer } from 'kafkajs'
import { HeavensError } from '@heavens/schemas'
import type { LogInput } from '../log.js'
import { asLogError, isProducerLost, isRefused, isTooLarge, isTopicAbsent } from './kafka-errors.js'
import { createKafkaClient, requestTimeout, type KafkaClient } from './kafka-client.js'
import { LARGEST_APPEND, type KafkaLogOptions } from './kafka-log-options.js'
import { pause } from './pause.js'
import { kafkaKey, RECEIVED } from './record-keys.js'

const RETRY_PAUSE = 200
/** A topic that is gone must stay so for this long before it is believed [ms]: brokers that start do not know all topics at once. */
const CONFIRM = 3000
/** Tries within kafkajs: few, so that a send ends within seconds of being given up. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 500, retries: 1 }

export interface BatchSender {
  /** One batch, acknowledged by all replicas in sync; answers its first offset. */
  send(inputs: readonly LogInput[]): Promise<number>
  /** 1 for each producer that had to be replaced */
  replaced(): number
  close(): void
}

/**
 * Sends batches to one partition through an idempotent producer of its own: a batch that is sent again because its answer got
 * lost carries the same sequence number, and the broker writes it once. kafkajs takes a batch's sequence number back when
 * the send fails for good, and would give it to the next batch; had the failed one been written after all, the broker would take
 * the next for its repetition and acknowledge it unwritten. So a producer is never used again after a failure.
 */
export function createBatchSender(name: string, topic: string, partition: number, compacted: boolean, options: KafkaLogOptions, speaker: logCreator): BatchSender {
  const patience = (options.patience ?? 60) * 1000
  const compression = options.compression === 'gzip' ? kafkajs.CompressionTypes.GZIP : kafkajs.CompressionTypes.None
  const closing = new AbortController()
  let current: { client: KafkaClient; producer: Producer; ready: Promise<void> } | undefined
  let replacements = 0

  function producer(): { producer: Producer; ready: Promise<void> } {
    if (current === undefined) {
      const client = createKafkaClient(options, speaker)
      const made = client.kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, createPartitioner: kafkajs.Partitioners.DefaultPartitioner, retry: RETRY })
      current = { client, producer: made, ready: made.connect() }
    }
    return current
  }

  function replace(): void {
    if (current === undefined) return
    replacements++
    current.ready.catch(() => undefined)
    current.client.destroy()
    current = undefined
  }

  async function attempt(messages: Message[]): Promise<number> {
    const { producer: open, ready } = producer()
    try {
      await ready
    } catch (error) {
      // Nothing was sent through it.
      replace()
      throw error
    }
    const [answer] = await open.send({ topic, acks: -1, timeout: requestTimeout(options), compression, messages })
    return Number(answer!.baseOffset)
  }

  return {
    async send(inputs: readonly LogInput[]): Promise<number> {
      const messages = inputs.map(({ key, value, received }) => ({
        key: kafkaKey(key, compacted),
        // To Kafka a record without a value deletes its key; an empty value would be kept.
        value: compacted && value.length === 0 ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
        partition,
        ...(received === undefined ? {} : { headers: { [RECEIVED]: String(received) } }),
      }))
      const until = performance.now() + patience
      let absentSince: number | undefined
      for (;;) {
        if (closing.signal.aborted) throw new HeavensError('log-unreachable', { reason: 'it is closed' })
        try {
          return await attempt(messages)
        } catch (error) {
          if (closing.signal.aborted) continue
          if (isTooLarge(error)) {
            replace()
            throw new HeavensError('too-large', { what: `An append to ${name}`, size: inputs.reduce((sum, { value }) => sum + value.length, 0), limit: `the topic’s max.message.bytes (${LARGEST_APPEND} where we created it)` }, { cause: error })
          }
          if (isTopicAbsent(error) && performance.now() - (absentSince ??= performance.now()) > CONFIRM) {
            replace()
            throw new HeavensError('topic-unfit', { topic: name, reason: 'it is not there any more: it was deleted while in use' }, { cause: error })
          }
          if (isProducerLost(error)) {
            options.log(`The broker has lost track of our producer of ${name}; the batch, which it did not take, is sent by a new one.`)
            replace()
          }
          if (isRefused(error) || performance.now() > until) {
            replace()
            throw asLogError(`an append to ${name}`, error)
          }
          await pause(RETRY_PAUSE, closing.signal)
        }
      }
    },
    replaced: () => replacements,
    close(): void {
      closing.abort()
      replace()
    },
  }
}
