import { createServer, connect, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { randomUUID } from 'node:crypto'
import { Kafka, ConfigResourceTypes, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TOPICS } from '@heavens/schemas'
import type { LogRecord } from '../src/log/log.js'
import { openKafkaLog, type KafkaLog } from '../src/log/kafka/open-kafka-log.js'
import type { KafkaLogOptions } from '../src/log/kafka/kafka-log-options.js'
import { startBroker, whyNoBroker, type TestBroker } from './kafka-broker.js'

const missing = whyNoBroker(true)
if (missing) console.warn(`SKIPPED: faults of the log on Kafka: ${missing}`)

const PORT = 9392
const TOPIC = 'heavens.telemetry.faults'
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function numbered(sequence: number): Uint8Array {
  const value = new Uint8Array(2000)
  new DataView(value.buffer).setUint32(0, sequence)
  return value
}
const numberOf = (record: LogRecord): number => new DataView(record.value.buffer, record.value.byteOffset).getUint32(0)

interface Traffic {
  /** what append answered for each number, in order */
  acknowledged: number[]
  /** each record as the follower got it */
  seen: LogRecord[]
  /** longest time between two acknowledgements [s] */
  longestStop(): number
  /** stop appending, wait for the follower, end it */
  finish(): Promise<void>
}

/** Appends numbered records one after the other, three at a time, and follows them. */
function startTraffic(log: KafkaLog): Traffic {
  const acknowledged: number[] = []
  const seen: LogRecord[] = []
  const stop = new AbortController()
  let running = true
  let longest = 0
  const writing = (async () => {
    let last = performance.now()
    while (running) {
      const from = acknowledged.length
      const { first } = await log.append(TOPIC, [0, 1, 2].map((i) => ({ key: null, value: numbered(from + i) })))
      acknowledged.push(first, first + 1, first + 2)
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }
  })()
  const reading = (async () => {
    for await (const batch of log.read(TOPIC, 0, 0, { signal: stop.signal })) seen.push(...batch.records)
  })()
  return {
    acknowledged, seen,
    longestStop: () => longest / 1000,
    async finish() {
      running = false
      await writing
      for (let i = 0; i < 100 && (seen.at(-1)?.offset ?? -1) < acknowledged.at(-1)!; i++) await sleep(100)
      stop.abort()
      await reading
    },
  }
}

/** Every acknowledged record once, where its append said, in order, and nothing else. */
const expected = ({ acknowledged }: Traffic): string[] => acknowledged.map((offset, i) => `${i} at ${offset}`)
const got = ({ seen }: Traffic): string[] => seen.map((record) => `${numberOf(record)} at ${record.offset}`)

describe.skipIf(missing !== undefined)('the log on Kafka under faults', () => {
  let broker: TestBroker
  const said: string[] = []
  const options = (more: Partial<KafkaLogOptions> = {}): KafkaLogOptions => ({ brokers: broker.brokers, clientId: 'heavens-test', prefix: `${randomUUID()}.`, log: (sentence) => said.push(sentence), ...more })
  beforeAll(async () => {
    broker = await startBroker(PORT, { ours: true })
  })
  afterAll(async () => {
    await broker?.stop()
  })

  it('loses, doubles and reorders nothing when the broker is killed and restarted', async () => {
    const log = await openKafkaLog(options())
    const traffic = startTraffic(log)
    let own = 0
    let ours = 0
    for (let round = 0; round < 2; round++) {
      await sleep(1500)
      const before = traffic.acknowledged.length
      expect(before).toBeGreaterThan(0)
      await broker.faults!.kill()
      const held = traffic.acknowledged.length
      const killed = performance.now()
      await broker.faults!.start()
      const started = performance.now()
      for (let i = 0; i < 3000 && traffic.acknowledged.length <= held; i++) await sleep(10)
      own = Math.max(own, started - killed)
      ours = Math.max(ours, performance.now() - started)
    }
    await sleep(1000)
    await traffic.finish()
    await log.close()
    expect(got(traffic)).toEqual(expected(traffic))
    console.log(`2 × kill -9: ${traffic.acknowledged.length} records acknowledged, all seen once, in order; longest stop ${traffic.longestStop().toFixed(1)} s; the broker's own start took up to ${(own / 1000).toFixed(1)} s, appends went on up to ${(ours / 1000).toFixed(1)} s after it answered`)
  })

  it('doubles nothing when the broker stands still until requests are sent again', async () => {
    const log = await openKafkaLog(options())
    const traffic = startTraffic(log)
    await sleep(1000)
    await broker.faults!.pause()
    await sleep(22_000)
    await broker.faults!.resume()
    await sleep(2500)
    await traffic.finish()
    expect(got(traffic)).toEqual(expected(traffic))
    console.log(`SIGSTOP of 22 s: ${traffic.acknowledged.length} records, all seen once, in order; longest stop ${traffic.longestStop().toFixed(1)} s; ${JSON.stringify(log.counters())}`)
    await log.close()
  }, 90_000)

  it('says log-unreachable when patience ends, and appends again when the broker is back', async () => {
    const log = await openKafkaLog(options({ patience: 4 }))
    await log.append(TOPIC, [{ key: null, value: numbered(0) }])
    await broker.faults!.pause()
    await expect(log.append(TOPIC, [{ key: null, value: numbered(1) }])).rejects.toMatchObject({ code: 'log-unreachable' })
    await broker.faults!.resume()
    const last = await log.append(TOPIC, [{ key: null, value: numbered(2) }])
    const found: number[] = []
    for await (const { records } of log.read(TOPIC, 0, 0, { follow: false })) found.push(...records.map(numberOf))
    // The one given up may have landed; the one after it is what must not be mistaken for its repetition.
    expect(found.filter((n) => n !== 1)).toEqual([0, 2])
    expect(last.first).toBe(found.indexOf(2))
    await log.close()
  }, 120_000)

  it('stops at once when it is told to, also while the broker gives no answer', async () => {
    const log = await openKafkaLog(options({ stallAfter: 1 }))
    await log.append(TOPIC, [{ key: null, value: numbered(0) }])
    const stop = new AbortController()
    const reading = (async () => {
      for await (const _ of log.read(TOPIC, 0, 0, { signal: stop.signal }));
    })()
    await sleep(300)
    await broker.faults!.pause()
    const waiting = log.append(TOPIC, [{ key: null, value: numbered(1) }])
    await sleep(2500)
    const began = performance.now()
    stop.abort()
    await reading
    await log.close()
    await expect(waiting).rejects.toMatchObject({ code: 'log-unreachable' })
    await broker.faults!.resume()
    expect(performance.now() - began).toBeLessThan(2000)
  })

  it('cuts a connection that has gone dead and reads on through another', async () => {
    let frozen = false
    const open = new Set<Socket>()
    const proxy: Server = createServer((client) => {
      const upstream = connect(PORT, '127.0.0.1')
      const born = frozen
      open.add(client).add(upstream)
      client.on('data', (bytes) => upstream.write(bytes))
      // A connection that was open when the freeze began swallows every answer; the socket itself stays up.
      upstream.on('data', (bytes) => (frozen && !born ? undefined : client.write(bytes)))
      for (const socket of [client, upstream]) socket.on('error', () => undefined).on('close', () => (client.destroy(), upstream.destroy()))
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    const shared = options()
    const writer = await openKafkaLog(shared)
    const reader = await openKafkaLog({ ...shared, stallAfter: 1, route: () => ({ host: '127.0.0.1', port }) })
    await writer.append(TOPIC, [{ key: null, value: numbered(0) }])
    const stop = new AbortController()
    const seen: number[] = []
    const reading = (async () => {
      for await (const { records } of reader.read(TOPIC, 0, 0, { signal: stop.signal })) {
        seen.push(...records.map(numberOf))
        if (seen.length === 3) stop.abort()
      }
    })()
    while (seen.length === 0) await sleep(20)
    frozen = true
    await writer.append(TOPIC, [{ key: null, value: numbered(1) }, { key: null, value: numbered(2) }])
    const frozenAt = performance.now()
    await reading
    expect(seen).toEqual([0, 1, 2])
    expect(reader.counters().stalledReads).toBeGreaterThanOrEqual(1)
    expect(said.some((sentence) => sentence.includes('stood still') && sentence.includes(TOPIC))).toBe(true)
    console.log(`a dead connection was replaced after ${((performance.now() - frozenAt) / 1000).toFixed(1)} s`)
    await reader.close()
    await writer.close()
    for (const socket of open) socket.destroy()
    proxy.close()
  })

  it('reads over what compaction has removed, also where whole batches are gone', async () => {
    const mine = options()
    const log = await openKafkaLog(mine)
    const put = (key: string, value: string) => log.append(TOPICS.jobs, [{ key, value: new TextEncoder().encode(value) }])
    await put('kept', 'first')
    const admin = new Kafka({ clientId: 'test', brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const quick = { 'cleanup.policy': 'compact', 'segment.ms': '300', 'min.cleanable.dirty.ratio': '0.01', 'max.compaction.lag.ms': '500' }
    await admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: mine.prefix + TOPICS.jobs, configEntries: Object.entries(quick).map(([name, value]) => ({ name, value })) }] })
    await admin.disconnect()
    // Another process writes each state of the job, so that the last batch of this producer stays as an empty shell.
    const other = await openKafkaLog(mine)
    await other.append(TOPICS.jobs, [{ key: 'job', value: numbered(0) }])
    await other.close()
    const all = async (from = 0): Promise<LogRecord[]> => {
      const found: LogRecord[] = []
      for await (const batch of log.read(TOPICS.jobs, 0, from, { follow: false })) found.push(...batch.records)
      return found
    }
    let records: LogRecord[] = []
    for (let i = 1; i < 80; i++) {
      await log.append(TOPICS.jobs, [{ key: 'job', value: numbered(i) }])
      await sleep(100)
      if (i % 10 !== 0) continue
      records = await all()
      if (records.length < i / 2) break
    }
    // The cleaner may still be at work on the rest; what it has settled stays.
    for (let i = 0, before = -1; i < 8 && records.length !== before; i++) {
      before = records.length
      await sleep(2500)
      records = await all()
    }
    expect(records.length).toBeLessThan(40)
    expect(records[0]).toMatchObject({ offset: 0, key: 'kept' })
    const { next } = await log.bounds(TOPICS.jobs)
    expect(records.at(-1)!.offset).toBe(next - 1)
    for (let from = 0; from <= next; from++) {
      const found = (await all(from)).map(({ offset }) => offset)
      expect(found, `from ${from}`).toEqual(records.map(({ offset }) => offset).filter((offset) => offset >= from))
    }
    expect((await log.latest(TOPICS.jobs)).map(({ offset, key }) => [offset, key])).toEqual([[0, 'kept'], [next - 1, 'job']])
    await log.close()
  })
})
