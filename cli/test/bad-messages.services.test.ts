import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { Kafka, logLevel, type Admin } from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { telemetryTopic, TOPICS, type RolePresence } from '@heavens/schemas'
import { openStores, readStoreSettings, type Stores } from '@heavens/storage'
import { startBroker, whyNoBroker, type TestBroker } from '../../storage/test/kafka-broker.js'
import { until } from './faults/chaos.js'
import { start, temporaryFolder, type Running } from './heavens.js'

const PORT = 9405
const SASL_PORT = PORT + 2
/** The broker also listens for users with a password. */
const WITH_SASL = `listeners=PLAINTEXT://127.0.0.1:${PORT},CONTROLLER://127.0.0.1:${PORT + 1},USERS://127.0.0.1:${SASL_PORT}
advertised.listeners=PLAINTEXT://127.0.0.1:${PORT},USERS://127.0.0.1:${SASL_PORT}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,USERS:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.users.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_heavens="right horse";`
const TOPIC = telemetryTopic({ instrument: 'fermi-gbm', run: 'main' })
const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

const missing = whyNoBroker(true)
if (missing) console.warn(`SKIPPED: roles that meet bad messages on Kafka: ${missing}`)

describe.skipIf(missing !== undefined)('a role over a real Kafka', () => {
  let folder: string
  let remove: () => Promise<void>
  let broker: TestBroker
  let admin: Admin
  const running: Running[] = []
  const opened: Stores[] = []

  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder())
    broker = await startBroker(PORT, { ours: true, options: WITH_SASL })
    admin = new Kafka({ clientId: 'test', brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
    for (const program of running) program.process.kill('SIGKILL')
    await Promise.all(running.splice(0).map((program) => program.ended))
  })
  afterAll(async () => {
    await admin?.disconnect()
    await broker?.stop()
    await remove()
  })

  function installation(): { env: Record<string, string>; prefix: string } {
    const prefix = `${randomUUID()}.`
    return { prefix, env: { HEAVENS_DATA_DIR: path.join(folder, prefix), HEAVENS_LOG: 'kafka', HEAVENS_KAFKA_BROKERS: broker.brokers.join(','), HEAVENS_KAFKA_PREFIX: prefix, HEAVENS_CURVES: 'embedded', HEAVENS_ARCHIVE: 'files', HEAVENS_PORT: '0' } }
  }
  function role(env: Record<string, string>, name = 'process'): Running {
    const program = start([name], env)
    running.push(program)
    return program
  }
  async function open(env: Record<string, string>): Promise<Stores> {
    const stores = await openStores(readStoreSettings(env), { clientId: 'heavens-test', folder: path.join(folder, `test-${randomUUID()}`), log: () => undefined })
    opened.push(stores)
    return stores
  }

  it('does not start where the broker needs a password: without any, and with a wrong one, which it never repeats', async () => {
    const { env } = installation()
    const users = { ...env, HEAVENS_KAFKA_BROKERS: `127.0.0.1:${SASL_PORT}` }
    const none = await role(users).ended
    expect(none.code).not.toBe(0)
    expect(none.stderr).toMatch(/SASL.*\[log-unreachable\]/)
    const wrong = await role({ ...users, HEAVENS_KAFKA_SASL_MECHANISM: 'plain', HEAVENS_KAFKA_SASL_USERNAME: 'heavens', HEAVENS_KAFKA_SASL_PASSWORD: 'wrong horse' }).ended
    expect(wrong.code).not.toBe(0)
    expect(wrong.stderr).toContain('[log-refused]')
    expect(wrong.stderr).not.toContain('horse')
    const right = role({ ...users, HEAVENS_KAFKA_SASL_MECHANISM: 'plain', HEAVENS_KAFKA_SASL_USERNAME: 'heavens', HEAVENS_KAFKA_SASL_PASSWORD: 'right horse' })
    await right.prints(/process 1 begins/, 30)
  }, 120_000)

  it('puts 5 MB that are no item into the dead letters and goes on; ends at an item of a later version, names it and leaves it where it is', async () => {
    const { env } = installation()
    const stores = await open(env)
    const rubbish = new Uint8Array(5 << 20).fill(123)
    await stores.log.append(TOPIC, [{ key: null, value: rubbish }])
    const program = role(env)
    await program.prints(/process 1 begins/, 30)
    const processed = async (): Promise<number> => (JSON.parse((await start(['status', '--json'], env).ended).stdout) as RolePresence[]).find((r) => r.role === 'process')?.streams[0]?.offset ?? -1
    await until(processed, (offset) => offset === 1, 40)
    const letters: number[] = []
    for await (const { records } of stores.log.read(TOPICS.deadletter, 0, 0, { follow: false })) letters.push(...records.map(({ value }) => value.length))
    expect(letters).toHaveLength(1)
    expect(letters[0]).toBeGreaterThanOrEqual(rubbish.length)
    await stores.log.append(TOPIC, [{ key: null, value: text({ kind: 'watermark', time: 1, final: false, version: 99 }) }])
    const { code, stderr } = await program.ended
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/99.*\[message-too-new\]/)
    // A newer program would find it: it is no dead letter, and nothing lies past it.
    expect((await stores.log.bounds(TOPICS.deadletter)).next).toBe(1)
    expect((await stores.log.bounds(TOPIC)).next).toBe(2)
  }, 120_000)

  it('says that a topic of telemetry was deleted under it, ends, and does not begin it anew', async () => {
    const { env, prefix } = installation()
    const stores = await open(env)
    await stores.log.append(TOPIC, [{ key: null, value: text({ kind: 'watermark', time: 1, final: false }) }])
    const program = role(env)
    await program.prints(/process 1 begins/, 30)
    await until(async () => (JSON.parse((await start(['status', '--json'], env).ended).stdout) as RolePresence[]).some((r) => r.role === 'process' && r.streams.some((s) => s.topic === TOPIC && s.offset === 1)), (there) => there, 40)
    await admin.deleteTopics({ topics: [prefix + TOPIC] })
    const { code, stderr } = await program.ended
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/heavens\.telemetry\.fermi-gbm\S*.*\[topic-unfit\]/)
    expect(await admin.listTopics()).not.toContain(prefix + TOPIC)
  }, 120_000)
})
