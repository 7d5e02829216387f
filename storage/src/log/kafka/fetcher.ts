import { createRequire } from 'node:module'
import type { Kafka, logCreator } from 'kafkajs'
import { HeavensError } from '@heavens/schemas'
import { isTopicAbsent } from './kafka-errors.js'
import { createKafkaClient } from './kafka-client.js'
import type { KafkaLogOptions } from './kafka-log-options.js'
import { decodeBatches, type DecodedBatches } from './record-batches.js'

/*
 * Reads by offset, without a consumer group. The consumer of kafkajs always joins a group: a join takes seconds on a broker with
 * default settings, a rejoin forgets offsets that were never committed, and records come when it likes. What we need
 * is one request of the protocol, sent when somebody asks for the next batch. kafkajs connects, authenticates and finds the
 * leader; these are parts of it that its types do not show, which is why its version is pinned.
 */
interface Broker {
  connectionPool: { send(request: unknown): Promise<unknown> }
  listOffsets(request: unknown): Promise<{ responses: { partitions: { offset: string }[] }[] }>
}

interface Cluster {
  connect(): Promise<void>
  addTargetTopic(topic: string): Promise<void>
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>
  findBroker(which: { nodeId: string }): Promise<Broker>
}

const encodeFetch = createRequire(import.meta.url)('kafkajs/src/protocol/requests/fetch/v11/request.js') as (fields: unknown) => object

const READ_UNCOMMITTED = 0
const EARLIEST = '-2'
const LATEST = '-1'
const NO_TIMEOUT = 3_600_000
const OUT_OF_RANGE = 1
const UNKNOWN_TOPIC = 3

/** `end`: offset of the next record to be appended, as the leader knew it. */
export type Fetched = ({ state: 'read'; end: number } & DecodedBatches) | { state: 'absent' } | { state: 'out-of-range' }

export interface FetchLimits {
  /** of values, roughly; one batch at least [bytes] */
  maxBytes: number
  /** how long the broker may wait for a first byte [ms] */
  wait: number
}

/** One connection for reading. Any error leaves it unusable: destroy it and take another. */
export interface Fetcher {
  fetch(topic: string, partition: number, offset: number, limits: FetchLimits): Promise<Fetched>
  /** undefined: there is no such topic */
  bounds(topic: string, partition: number): Promise<{ first: number; next: number } | undefined>
  destroy(): void
}

function rawCluster(kafka: Kafka): Cluster {
  const create = Object.getOwnPropertySymbols(kafka).find((symbol) => symbol.description === 'private:Kafka:createCluster')
  if (create === undefined) throw new HeavensError('internal', { reason: 'this version of kafkajs is not 2.2.4: it has no createCluster' })
  const make = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[create]!
  return make({ metadataMaxAge: 300_000, allowAutoTopicCreation: false, isolationLevel: READ_UNCOMMITTED })
}

interface Answer {
  error: number
  end: number
  records: Buffer
}

/** The answer to a fetch of one partition (version 11 of the protocol). */
function decodeAnswer(bytes: Buffer): Answer {
  const sessionError = bytes.readInt16BE(4)
  if (sessionError !== 0) return { error: sessionError, end: 0, records: bytes.subarray(0, 0) }
  let at = 4 + 2 + 4 + 4
  at += 2 + bytes.readInt16BE(at) + 4 + 4
  const error = bytes.readInt16BE(at)
  const end = Number(bytes.readBigInt64BE(at + 2))
  at += 2 + 3 * 8
  at += 4 + 16 * Math.max(bytes.readInt32BE(at), 0) + 4
  const size = Math.max(bytes.readInt32BE(at), 0)
  return { error, end, records: bytes.subarray(at + 4, at + 4 + size) }
}

/** Connects at the first use. */
export function createFetcher(options: KafkaLogOptions, speaker: logCreator): Fetcher {
  const client = createKafkaClient(options, speaker)
  const cluster = rawCluster(client.kafka)
  let connected: Promise<void> | undefined

  /** The broker that leads the partition; undefined when there is no such topic. */
  async function leaderOf(topic: string, partition: number): Promise<Broker | undefined> {
    connected ??= cluster.connect()
    await connected
    try {
      await cluster.addTargetTopic(topic)
    } catch (error) {
      if (isTopicAbsent(error)) return undefined
      throw error
    }
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
    return nodeId === undefined ? undefined : cluster.findBroker({ nodeId })
  }

  async function offsetAt(broker: Broker, topic: string, partition: number, timestamp: string): Promise<number> {
    const { responses } = await broker.listOffsets({ replicaId: -1, isolationLevel: READ_UNCOMMITTED, topics: [{ topic, partitions: [{ partition, timestamp }] }] })
    return Number(responses[0]!.partitions[0]!.offset)
  }

  return {
    async fetch(topic: string, partition: number, offset: number, limits: FetchLimits): Promise<Fetched> {
      const leader = await leaderOf(topic, partition)
      if (leader === undefined) return { state: 'absent' }
      const { maxBytes, wait } = limits
      const answer = (await leader.connectionPool.send({
        request: encodeFetch({ replicaId: -1, isolationLevel: READ_UNCOMMITTED, maxWaitTime: wait, minBytes: 1, maxBytes, topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }] }),
        // The watchdog is faster; kafkajs is not to be first with an error that says less.
        requestTimeout: NO_TIMEOUT,
        response: { decode: async (bytes: Buffer) => decodeAnswer(bytes), parse: async (decoded: Answer) => decoded },
      })) as Answer
      if (answer.error === OUT_OF_RANGE) return { state: 'out-of-range' }
      if (answer.error === UNKNOWN_TOPIC) throw new Error(`the broker does not know ${topic} (any more)`)
      if (answer.error !== 0) throw new Error(`the broker answers with error ${answer.error}`)
      return { state: 'read', end: answer.end, ...(await decodeBatches(topic, answer.records, offset)) }
    },
    async bounds(topic: string, partition: number): Promise<{ first: number; next: number } | undefined> {
      const leader = await leaderOf(topic, partition)
      if (leader === undefined) return undefined
      return { first: await offsetAt(leader, topic, partition, EARLIEST), next: await offsetAt(leader, topic, partition, LATEST) }
    },
    destroy: client.destroy,
  }
}
