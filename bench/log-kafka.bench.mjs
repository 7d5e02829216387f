import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { openLog, readLogSettings } from '@heavens/storage'

const { Kafka, Partitioners, logLevel } = createRequire(new URL('../storage/package.json', import.meta.url))('kafkajs')

/** Bytes of a record, records of an append, appends of a round. */
const SHAPES = [[1000, 1000, 30], [64_000, 16, 60], [1_000_000, 1, 60]]
const ROUNDS = 3
const SCRIPT = fileURLToPath(new URL('../../shared/services/kafka', import.meta.url))
const PORT = '9292'

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** A broker that the environment names, or one of our own for the time of the bench. */
function broker() {
  if (process.env.HEAVENS_KAFKA_BROKERS) return { brokers: process.env.HEAVENS_KAFKA_BROKERS, stop: () => undefined }
  if (!existsSync(SCRIPT)) throw new Error('the bench needs a broker: name one in HEAVENS_KAFKA_BROKERS')
  const env = { ...process.env, HEAVENS_KAFKA_PORT: PORT }
  execFileSync(SCRIPT, ['start', '--fresh'], { env, stdio: 'pipe' })
  return { brokers: `127.0.0.1:${PORT}`, stop: () => execFileSync(SCRIPT, ['kill'], { env, stdio: 'pipe' }) }
}

/** Bytes like those of event columns: they do not repeat. */
function values(size, count) {
  let state = 88_172_645
  return Array.from({ length: count }, () => {
    const words = new Uint32Array(size / 4)
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      words[i] = state
    }
    return new Uint8Array(words.buffer)
  })
}

/** Our log: each append awaited; then a read of all. Seconds. */
async function ourRun(log, topic, batch, appends) {
  await log.append(topic, batch.slice(0, 1).map((value) => ({ key: null, value })))
  const { next } = await log.bounds(topic)
  const t0 = performance.now()
  for (let i = 0; i < appends; i++) await log.append(topic, batch.map((value) => ({ key: null, value })))
  const t1 = performance.now()
  let bytes = 0
  for await (const { records } of log.read(topic, 0, next, { follow: false })) for (const { value } of records) bytes += value.length
  return { append: (t1 - t0) / 1000, read: (performance.now() - t1) / 1000, bytes }
}

/** Bare kafkajs: its idempotent producer, acks of all replicas, each send awaited; then its consumer, batch by batch. Seconds. */
async function peerRun(kafka, producer, topic, batch, appends) {
  const send = (values) => producer.send({ topic, acks: -1, messages: values.map((value) => ({ key: null, value: Buffer.from(value.buffer), partition: 0 })) })
  await send(batch.slice(0, 1))
  const t0 = performance.now()
  for (let i = 0; i < appends; i++) await send(batch)
  const t1 = performance.now()
  // Beside these lie the record with which our log made the topic, and the one before the clock began.
  const expected = batch.length * appends + 2
  const consumer = kafka.consumer({ groupId: randomUUID(), maxBytesPerPartition: 4 << 20, minBytes: 1, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let bytes = 0
  let count = 0
  // From the first batch on: joining a group is not part of the comparison.
  let first
  await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`the peer read ${count} of ${expected} records in a minute`)), 60_000).unref()
    consumer.run({ autoCommit: false, eachBatchAutoResolve: true, eachBatch: async ({ batch: { messages } }) => {
      first ??= performance.now()
      for (const { value } of messages) bytes += value.length
      count += messages.length
      if (count >= expected) resolve()
    } }).catch(reject)
  })
  const read = (performance.now() - first) / 1000
  await consumer.disconnect()
  return { append: (t1 - t0) / 1000, read, bytes: bytes - 2 * batch[0].length }
}

export default async function logKafka() {
  const { brokers, stop } = broker()
  const prefix = `bench-${randomUUID()}.`
  const kafka = new Kafka({ clientId: 'bench', brokers: brokers.split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner })
  const topics = []
  try {
    const log = await openLog(readLogSettings({ HEAVENS_LOG: 'kafka', HEAVENS_KAFKA_BROKERS: brokers, HEAVENS_KAFKA_PREFIX: prefix }), { clientId: 'bench', folder: '', log: (sentence) => console.error(sentence) })
    await admin.connect()
    await producer.connect()
    const parts = []
    const all = []
    for (const [size, count, appends] of SHAPES) {
      const batch = values(size, count)
      const total = (size * count * appends) / 1e6
      const runs = { ours: [], peer: [] }
      for (let round = 0; round < ROUNDS; round++) {
        // In turns, so that neither always comes first.
        for (const who of round % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours']) {
          const topic = `heavens.telemetry.${who}-${size}-${round}`
          // Our log creates the topics of both, with the same settings.
          await log.append(topic, [{ key: null, value: batch[0] }])
          topics.push(prefix + topic)
          const run = who === 'ours' ? await ourRun(log, topic, batch, appends) : await peerRun(kafka, producer, prefix + topic, batch, appends)
          if (run.bytes < size * count * appends) throw new Error(`${who} read ${run.bytes} bytes back of ${size * count * appends}`)
          runs[who].push(run)
        }
      }
      const speed = (who, what) => total / median(runs[who].map((run) => run[what]))
      all.push({ ours: speed('ours', 'append'), peer: speed('peer', 'append') })
      parts.push(`${size / 1000} kB × ${count}: append ${speed('ours', 'append').toFixed(0)} / ${speed('peer', 'append').toFixed(0)}, read ${speed('ours', 'read').toFixed(0)} / ${speed('peer', 'read').toFixed(0)} MB/s`)
    }
    await log.close()
    const { ours, peer } = all[1]
    return { ours, peer, ratio: ours / peer, unit: 'MB/s', note: `acknowledged appends of 16 records of 64 kB; peer: kafkajs itself, idempotent, acks of all. ours / peer by record and records an append: ${parts.join('; ')}` }
  } finally {
    await admin.deleteTopics({ topics }).catch(() => undefined)
    await producer.disconnect().catch(() => undefined)
    await admin.disconnect().catch(() => undefined)
    stop()
  }
}
