import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { ConfigResourceTypes, Kafka, logLevel, type Admin } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TOPICS } from '@heavens/schemas'
import { openLog } from '../src/open-log.js'
import { readLogSettings } from '../src/log-settings.js'
import type { Log } from '../src/log/log.js'
import { openKafkaLog } from '../src/log/kafka/open-kafka-log.js'
import { startBroker, whyNoBroker, type TestBroker } from './kafka-broker.js'

const missing = whyNoBroker(true)
if (missing) console.warn(`SKIPPED: settings of the log on Kafka: ${missing}`)

const PORT = 9392
const SASL_PORT = PORT + 2
const TOPIC = 'heavens.telemetry.settings'
/** The broker of the tests also listens for users with a password. */
const WITH_SASL = `listeners=PLAINTEXT://127.0.0.1:${PORT},CONTROLLER://127.0.0.1:${PORT + 1},USERS://127.0.0.1:${SASL_PORT}
advertised.listeners=PLAINTEXT://127.0.0.1:${PORT},USERS://127.0.0.1:${SASL_PORT}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,USERS:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.users.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_heavens="right horse";`

const value = new TextEncoder().encode('value')

describe.skipIf(missing !== undefined)('the settings of the log on Kafka', () => {
  let broker: TestBroker
  let admin: Admin
  const said: string[] = []
  const prefix = (): string => `${randomUUID()}.`
  const open = (environment: Record<string, string>): Promise<Log> =>
    openLog(readLogSettings({ HEAVENS_LOG: 'kafka', HEAVENS_KAFKA_BROKERS: `127.0.0.1:${PORT}`, ...environment }), { clientId: 'heavens-test', folder: '/nowhere', log: (sentence) => said.push(sentence) })
  beforeAll(async () => {
    broker = await startBroker(PORT, { ours: true, options: WITH_SASL })
    admin = new Kafka({ clientId: 'test', brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
  })
  afterAll(async () => {
    await admin?.disconnect()
    await broker?.stop()
  })

  it('creates topics with the settings that they need', async () => {
    const mine = prefix()
    const log = await open({ HEAVENS_KAFKA_PREFIX: mine, HEAVENS_KAFKA_RETENTION_DAYS: '2' })
    await log.append(TOPIC, [{ key: null, value }])
    await log.append(TOPICS.jobs, [{ key: 'a', value }])
    const settings = async (topic: string): Promise<Record<string, string>> => {
      const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: mine + topic }] })
      return Object.fromEntries(resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]))
    }
    expect(await settings(TOPIC)).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': '172800000', 'message.timestamp.type': 'LogAppendTime' })
    expect(await settings(TOPICS.jobs)).toMatchObject({ 'cleanup.policy': 'compact', 'segment.bytes': String(64 << 20) })
    expect((await admin.fetchTopicMetadata({ topics: [mine + TOPIC] })).topics[0]!.partitions).toHaveLength(1)
    await log.close()
  })

  it.each([
    ['the clean-up policy of a compacted topic', TOPICS.jobs, 1, 'delete', 'cleanup.policy is delete and must be compact'],
    ['the clean-up policy of telemetry', TOPIC, 1, 'compact', 'cleanup.policy is compact and must be delete'],
    ['the number of partitions', TOPIC, 4, 'delete', 'has 4 partitions and must have 1'],
  ])('refuses a topic when %s is wrong', async (_, topic, partitions, policy, words) => {
    const mine = prefix()
    await admin.createTopics({ topics: [{ topic: mine + topic, numPartitions: partitions, configEntries: [{ name: 'cleanup.policy', value: policy }] }] })
    const log = await open({ HEAVENS_KAFKA_PREFIX: mine })
    const expected = { code: 'topic-unfit', message: expect.stringContaining(words) }
    await expect(log.append(topic, [{ key: 'a', value }])).rejects.toMatchObject(expected)
    await expect(log.latest(topic)).rejects.toMatchObject(expected)
    await log.close()
  })

  it('says within 10 s that no broker answers: nobody there, or somebody who says nothing', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    for (const port of [1, (silent.address() as AddressInfo).port]) {
      const began = performance.now()
      await expect(open({ HEAVENS_KAFKA_BROKERS: `127.0.0.1:${port}` })).rejects.toMatchObject({ code: 'log-unreachable', message: expect.stringContaining(`127.0.0.1:${port}`) })
      expect(performance.now() - began).toBeLessThan(10_000)
    }
    silent.close()
  })

  it('connects with the right password, refuses a wrong one, and says what may be amiss without any', async () => {
    const users = { HEAVENS_KAFKA_BROKERS: `127.0.0.1:${SASL_PORT}`, HEAVENS_KAFKA_SASL_MECHANISM: 'plain', HEAVENS_KAFKA_SASL_USERNAME: 'heavens', HEAVENS_KAFKA_PREFIX: prefix() }
    const log = await open({ ...users, HEAVENS_KAFKA_SASL_PASSWORD: 'right horse' })
    expect(await log.append(TOPIC, [{ key: null, value }])).toEqual({ first: 0, last: 0 })
    const read: number[] = []
    for await (const { records } of log.read(TOPIC, 0, 0, { follow: false })) read.push(...records.map(({ offset }) => offset))
    expect(read).toEqual([0])
    await log.close()
    expect(said.some((sentence) => sentence.includes('unencrypted'))).toBe(true)
    await expect(open({ ...users, HEAVENS_KAFKA_SASL_PASSWORD: 'wrong horse' })).rejects.toMatchObject({ code: 'log-refused' })
    const began = performance.now()
    await expect(open({ HEAVENS_KAFKA_BROKERS: `127.0.0.1:${SASL_PORT}` })).rejects.toMatchObject({ code: 'log-unreachable', message: expect.stringContaining('SASL') })
    expect(performance.now() - began).toBeLessThan(10_000)
    await expect(open({ HEAVENS_KAFKA_TLS: 'true' })).rejects.toMatchObject({ code: 'log-unreachable', message: expect.stringContaining('no TLS') })
    expect(said.join('\n')).not.toContain('horse')
  })

  it('takes appends of many megabytes whole, and refuses what is larger than one request', async () => {
    const log = await open({ HEAVENS_KAFKA_PREFIX: prefix() })
    const megabytes = (n: number): Uint8Array => new Uint8Array(n << 20).fill(7)
    expect(await log.append(TOPIC, [...Array(5).keys()].map(() => ({ key: null, value: megabytes(5) })))).toEqual({ first: 0, last: 4 })
    await expect(log.append(TOPIC, [{ key: null, value }, { key: null, value: megabytes(33) }])).rejects.toMatchObject({ code: 'too-large' })
    expect(await log.append(TOPIC, [{ key: null, value }])).toEqual({ first: 5, last: 5 })
    const sizes: number[] = []
    for await (const { records } of log.read(TOPIC, 0, 0, { follow: false })) sizes.push(...records.map((record) => record.value.length))
    expect(sizes).toEqual([...Array(5).fill(5 << 20), value.length])
    await log.close()
  })

  it('keeps records without a key in a compacted topic beside the others', async () => {
    const log = await open({ HEAVENS_KAFKA_PREFIX: prefix(), HEAVENS_KAFKA_COMPRESSION: 'gzip' })
    await log.append(TOPICS.duty, [{ key: null, value }, { key: 'a', value }, { key: null, value }])
    const keys: (string | null)[] = []
    for await (const { records } of log.read(TOPICS.duty, 0, 0, { follow: false })) keys.push(...records.map(({ key }) => key))
    expect(keys).toEqual([null, 'a', null])
    expect((await log.latest(TOPICS.duty)).map(({ offset }) => offset)).toEqual([1])
    await log.close()
  })

  it('says so to writers and followers when a topic is deleted under them, and does not begin it anew', async () => {
    const mine = prefix()
    const log = await openKafkaLog({ brokers: broker.brokers, clientId: 'heavens-test', prefix: mine, log: (sentence) => said.push(sentence) })
    await log.append(TOPIC, [{ key: null, value }])
    const following = (async () => {
      for await (const _ of log.read(TOPIC, 0, 0));
    })()
    following.catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await admin.deleteTopics({ topics: [mine + TOPIC] })
    await expect(log.append(TOPIC, [{ key: null, value }])).rejects.toMatchObject({ code: 'topic-unfit' })
    await expect(following).rejects.toMatchObject({ code: 'topic-unfit' })
    expect(await log.topics()).toEqual([])
    await log.close()
  })

  it('says log-cut to a reader whose offset lies behind the end', async () => {
    const log = await open({ HEAVENS_KAFKA_PREFIX: prefix() })
    await log.append(TOPIC, [{ key: null, value }])
    await expect((async () => {
      for await (const _ of log.read(TOPIC, 0, 9, { follow: false }));
    })()).rejects.toMatchObject({ code: 'log-cut', fields: { topic: TOPIC, offset: 9, next: 1 } })
    await log.close()
  })
})
