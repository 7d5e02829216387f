import kafkajs, { type Admin } from 'kafkajs'
import { HeavensError, isCompacted, streamOfTopic } from '@heavens/schemas'
import { isTopicAbsent, isTopicThere } from './kafka-errors.js'
import { LARGEST_APPEND, type KafkaLogOptions } from './kafka-log-options.js'
import { pause } from './pause.js'

const WEEK = 7 * 86_400
const [KNOWN_POLL, KNOWN_POLLS] = [50, 100]

/** Settings of a topic that is not there yet. `name` is ours, without the prefix. */
export function topicSettings(name: string, options: KafkaLogOptions): Record<string, string> {
  const { telemetrySeconds = WEEK, telemetryBytes = Infinity } = options.retention ?? {}
  const always = {
    'max.message.bytes': String(LARGEST_APPEND + (1 << 20)),
    // The broker's clock, so that retention and `appended` do not depend on the clocks of many machines.
    'message.timestamp.type': 'LogAppendTime',
  }
  if (isCompacted(name)) {
    // Small segments and a limit on the lag: only closed segments are compacted, and state must stay quick to read from the start.
    return { ...always, 'cleanup.policy': 'compact', 'segment.bytes': String(64 << 20), 'segment.ms': '600000', 'min.cleanable.dirty.ratio': '0.1', 'max.compaction.lag.ms': '3600000' }
  }
  const finite = (value: number): string => (Number.isFinite(value) ? String(Math.round(value)) : '-1')
  // Telemetry that is kept for ever is trimmed when it is archived; nobody trims the raw records and dead letters.
  const seconds = Number.isFinite(telemetrySeconds) || streamOfTopic(name) ? telemetrySeconds : WEEK
  return { ...always, 'cleanup.policy': 'delete', 'retention.ms': finite(seconds * 1000), 'retention.bytes': finite(telemetryBytes), 'segment.bytes': String(256 << 20) }
}

export const partitionsOf = (name: string, options: KafkaLogOptions): number => options.partitions?.[name] ?? 1

/** Why a topic that is there cannot be used, or undefined. */
export function unfitReason(name: string, partitions: number, policy: string, options: KafkaLogOptions): string | undefined {
  const wanted = partitionsOf(name, options)
  if (partitions !== wanted) return `it has ${partitions} partitions and must have ${wanted}, because records of one partition only have one order`
  const expected = isCompacted(name) ? 'compact' : 'delete'
  if (policy !== expected) return `its cleanup.policy is ${policy} and must be ${expected}, ${expected === 'compact' ? 'or its last record of a key could be lost' : 'or records that have a key could be lost'}`
  return undefined
}

/** Make sure that a topic fits, creating it if need be. Answers whether it is there (false only with `create` false). Throws topic-unfit. */
export async function ensureTopic(admin: Admin, name: string, options: KafkaLogOptions, create: boolean): Promise<boolean> {
  const topic = (options.prefix ?? '') + name
  const partitions = await partitionCount(admin, topic)
  if (partitions !== undefined) {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['cleanup.policy'] }] })
    const policy = resources[0]?.configEntries.find(({ configName }) => configName === 'cleanup.policy')?.configValue ?? 'unknown'
    const reason = unfitReason(name, partitions, policy, options)
    if (reason !== undefined) throw new HeavensError('topic-unfit', { topic, reason })
    return true
  }
  if (!create) return false
  const brokers = (await admin.describeCluster()).brokers.length
  const replication = options.replication ?? Math.min(3, brokers)
  const settings: Record<string, string> = { ...topicSettings(name, options), ...(replication >= 3 ? { 'min.insync.replicas': '2' } : {}) }
  try {
    await admin.createTopics({
      // kafkajs would ask once, and fail where the new topic has not got round yet.
      waitForLeaders: false,
      topics: [{ topic, numPartitions: partitionsOf(name, options), replicationFactor: replication, configEntries: Object.entries(settings).map(([key, value]) => ({ name: key, value })) }],
    })
  } catch (error) {
    // Another process may have been first.
    if (!isTopicThere(error)) throw error
    await untilKnown(admin, topic)
    return ensureTopic(admin, name, options, false)
  }
  await untilKnown(admin, topic)
  return true
}

/** Brokers hear of a new topic one after the other. */
async function untilKnown(admin: Admin, topic: string): Promise<void> {
  for (let i = 0; i < KNOWN_POLLS && (await partitionCount(admin, topic)) === undefined; i++) await pause(KNOWN_POLL)
}

async function partitionCount(admin: Admin, topic: string): Promise<number | undefined> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return topics[0]?.partitions.length
  } catch (error) {
    if (isTopicAbsent(error)) return undefined
    throw error
  }
}
