import { createConnection } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { telemetryTopic, type EventBlock, type Item } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { decodeItem, openEmbeddedStores, openStores, readStoreSettings, type Stores } from '@heavens/storage'
import { encodePacket, ingestFiles, SEGMENT } from '@heavens/ingest'
import { runStream } from '@heavens/stream-processors'
import { startBroker, whyNoBroker, type TestBroker } from '../../storage/test/kafka-broker.js'
import { streamDigests, type StreamDigest } from '../src/commands/digest.js'
import { endAll, percentile, seededRandom, supervise, until, type Supervised } from './faults/chaos.js'
import { sentItems, type SentItem } from './faults/sent-items.js'
import { realFiles, temporaryFolder } from './heavens.js'

const SEED = 20261130
const APID = 0x101
const STREAM = { instrument: 'fermi-gbm', run: 'main' }
const TOPIC = telemetryTopic(STREAM)
const real = realFiles('fermi-gbm/GRB190530A/glg_tte_n0_bn190530430_v00.fit.gz', 'fermi-gbm/GRB190530A/glg_tte_n1_bn190530430_v00.fit.gz')
const missing = whyNoBroker(true)
if (missing) console.warn(`SKIPPED: telemetry from outside over Kafka: ${missing}`)

describe.skipIf(!real.present).each([['embedded', undefined], ['kafka', missing]] as const)('telemetry from outside on the %s log', (kind, absent) => {
  let folder: string
  let remove: () => Promise<void>
  let broker: TestBroker | undefined
  let oracle: StreamDigest[]
  let sent: SentItem[]
  const running: Supervised[] = []

  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder())
    if (absent !== undefined) return
    if (kind === 'kafka') broker = await startBroker(9497, { ours: true })
    const stores = await openEmbeddedStores(path.join(folder, 'oracle'))
    await ingestFiles(real.paths, { stores, speed: Infinity, runPrefix: 'replay' })
    sent = await sentItems(stores.log, TOPIC)
    oracle = await processed(stores)
    await stores.close()
  })
  afterEach(async () => {
    await endAll(running.splice(0))
  })
  afterAll(async () => {
    await broker?.stop()
    await remove()
  })

  function installation(name: string): Record<string, string> {
    return {
      HEAVENS_DATA_DIR: path.join(folder, name), HEAVENS_LOG: kind, HEAVENS_CURVES: 'embedded', HEAVENS_ARCHIVE: 'files',
      ...(broker ? { HEAVENS_KAFKA_BROKERS: broker.brokers.join(','), HEAVENS_KAFKA_PREFIX: `${name}.` } : {}),
    }
  }
  async function ingest(env: Record<string, string>, id: string): Promise<Supervised> {
    const program = await supervise(`ingest ${id}`, ['ingest', '--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0', '--apid', `fermi-gbm=${APID}`], { ...env, HEAVENS_ROLE_ID: id }, /space packets are taken at/)
    running.push(program)
    return program
  }
  /** Wait for the final watermark, process all, and answer the digests. */
  async function results(env: Record<string, string>): Promise<StreamDigest[]> {
    const stores = await openStores(readStoreSettings(env), { clientId: 'heavens-test', folder: env['HEAVENS_DATA_DIR']!, log: () => undefined })
    try {
      await until(async () => {
        const { next } = await stores.log.bounds(TOPIC)
        if (next === 0) return false
        // Counts of packets may be told after it.
        let final = false
        for await (const { records } of stores.log.read(TOPIC, 0, Math.max(0, next - TOLD_AFTER), { follow: false })) final ||= records.some((r) => isFinal(decodeItem(r.value)))
        return final
      }, (ended) => ended, 60)
      return await processed(stores)
    } finally {
      await stores.close()
    }
  }

  it.skipIf(absent !== undefined)('posted to two ingest processes that are killed all the time, some blocks to both, gives the results of the files', async () => {
    const env = installation('posted')
    const random = seededRandom(SEED)
    const programs = [await ingest(env, 'a'), await ingest(env, 'b')]
    const recoveries: number[] = []
    let duplicates = 0
    let again = 0
    const post = async (k: number, { bytes }: SentItem): Promise<void> => {
      for (const end = performance.now() + 60_000; ; again++) {
        const port = [...programs[k]!.output().matchAll(/http:\/\/127\.0\.0\.1:(\d+)\/ingest/g)].at(-1)![1]!
        const response = await fetch(`http://127.0.0.1:${port}/ingest/fermi-gbm`, { method: 'POST', body: new Uint8Array(bytes) }).catch(() => undefined)
        const answer = response?.status === 200 ? ((await response.json().catch(() => undefined)) as { duplicate: boolean } | undefined) : undefined
        if (answer?.duplicate) duplicates++
        if (answer) return
        if (performance.now() > end) throw new Error(`no answer for a minute: ${response?.status} ${await response?.text()}`)
        await sleep(50)
      }
    }
    let killing: Promise<void> | undefined
    for (const [i, one] of sent.entries()) {
      if (i % 25 === 24 && !killing) killing = sleep(random() * 100).then(async () => void recoveries.push(await programs[Math.floor(random() * 2)]!.kill())).finally(() => (killing = undefined))
      if (random() < 0.1) await Promise.all([post(0, one), post(1, one)])
      else await post(random() < 0.5 ? 0 : 1, one)
    }
    await killing
    console.log(`${kind}: seed ${SEED}, ${sent.length} blocks, ${recoveries.length} kills, ${again} posts repeated, ${duplicates} duplicates; ready again in p50 ${percentile(recoveries, 0.5).toFixed(0)} ms, p95 ${percentile(recoveries, 0.95).toFixed(0)} ms`)
    expect(recoveries.length).toBeGreaterThan(3)
    expect(await results(env)).toEqual(oracle)
  })

  it.skipIf(absent !== undefined).each([['held back until all is there', true], ['late', false]] as const)('packets of which a tenth each are cut short, doubled and out of order, and come again, %s, give the results of the files (late: the candidates)', async (_, held) => {
    const env = installation(`packets-${held}`)
    const random = seededRandom(SEED)
    const program = await ingest(env, 'a')
    const [, port] = program.output().match(/space packets are taken at 127\.0\.0\.1:(\d+)/)!
    const ends = sent.filter((s) => new TextDecoder().decode(s.bytes.subarray(0, 20)).includes('watermark'))
    // Without channel bounds an event has no energy: what comes before the first events is sent until it is there.
    const isBlock = (s: SentItem): boolean => s.bytes[0] === 0xff
    const before = sent.filter((s) => !isBlock(s) && !ends.includes(s))
    const data = sent.filter(isBlock)
    // A sender that repeats what was lost holds the watermark back meanwhile, by a source that says how far all others have certainly come.
    const began = Math.min(...data.map(({ bytes }) => (decodeItem(bytes) as EventBlock).start))
    const hold = (sequence: number, final: boolean): Uint8Array => new TextEncoder().encode(JSON.stringify({ kind: 'watermark', time: began, final, source: 'hold', sequence }))
    let count = 16_300
    const packetsOf = (bytes: Uint8Array): Uint8Array[] => {
      const size = 20_000
      const n = Math.ceil(bytes.length / size)
      return Array.from({ length: n }, (_, i) => encodePacket({ apid: APID, flags: n === 1 ? SEGMENT.whole : i === 0 ? SEGMENT.first : i === n - 1 ? SEGMENT.last : SEGMENT.continuation, count: count++, data: bytes.subarray(i * size, (i + 1) * size) }))
    }
    const first = [...(held ? [hold(0, false)] : []), ...before.map((s) => s.bytes)].flatMap(packetsOf)
    const faulty = data.flatMap(({ bytes }) => packetsOf(bytes)).flatMap((packet, i) => {
      const luck = random()
      // What was cut short is sent again a little later.
      if (luck < 0.1) return [{ bytes: packet.subarray(0, Math.floor(random() * (packet.length - 3))), key: i }, { bytes: packet, key: i + 15 }]
      if (luck < 0.2) return [{ bytes: packet, key: i }, { bytes: packet, key: i + 4 }]
      return [{ bytes: packet, key: luck < 0.3 ? i + 1 + Math.floor(random() * 10) : i }]
    }).sort((a, b) => a.key - b.key)
    const socket = createConnection(Number(port), '127.0.0.1')
    const write = async (bytes: Uint8Array): Promise<void> => {
      if (!socket.write(bytes)) await new Promise((resolve) => socket.once('drain', resolve))
    }
    for (const packet of first) await write(packet)
    for (const { bytes } of faulty) await write(bytes)
    for (const bytes of [...(held ? [hold(1, true)] : []), ...ends.map((s) => s.bytes)]) for (const packet of packetsOf(bytes)) await write(packet)
    socket.end()
    const found = await results(env)
    if (held) expect(found).toEqual(oracle)
    // What is late covers the time from its first event to its last, not to the edges of the blocks around it: exposures differ at those edges.
    else expect(found.map((d) => d.candidates)).toEqual(oracle.map((d) => d.candidates))
  })
})

async function processed(stores: Stores): Promise<StreamDigest[]> {
  await runStream({ stores, instrument: findInstrument(STREAM.instrument), stream: STREAM, follow: false, clock: () => performance.now(), log: () => {} })
  return streamDigests(stores)
}

/** Records that may follow the final watermark: ledgers of packets. */
const TOLD_AFTER = 20

const isFinal = (item: Item): boolean => item.kind === 'watermark' && item.final
