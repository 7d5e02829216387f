import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { telemetryTopic, TOPICS } from '@heavens/schemas'
import { encodePacket, ingestFiles, SEGMENT } from '@heavens/ingest'
import { openEmbeddedStores, openStores, readStoreSettings, type Stores } from '@heavens/storage'
import { startBroker, whyNoBroker, type TestBroker } from '../../storage/test/kafka-broker.js'
import { endAll, supervise, until, type Supervised } from './faults/chaos.js'
import { sentItems } from './faults/sent-items.js'
import { realFiles, temporaryFolder } from './heavens.js'

const APID = 0x101
const MEGABYTE = 1e6
/** Records that the slow reader stays behind. */
const LAG = 300
const real = realFiles('fermi-gbm/GRB190530A/glg_tte_n0_bn190530430_v00.fit.gz')
const missing = whyNoBroker(true)
if (missing) console.warn(`SKIPPED: slow consumers of a real Kafka: ${missing}`)

describe.skipIf(missing !== undefined)('whoever is slower than the log', () => {
  let folder: string
  let remove: () => Promise<void>
  let broker: TestBroker
  let stores: Stores
  let env: Record<string, string>
  const running: Supervised[] = []

  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder())
    broker = await startBroker(9498, { ours: true })
    env = {
      HEAVENS_DATA_DIR: path.join(folder, 'slow'), HEAVENS_LOG: 'kafka', HEAVENS_KAFKA_BROKERS: broker.brokers.join(','), HEAVENS_KAFKA_PREFIX: 'slow.', HEAVENS_CURVES: 'embedded', HEAVENS_ARCHIVE: 'files',
    }
    stores = await openStores(readStoreSettings(env), { clientId: 'heavens-test', folder: env['HEAVENS_DATA_DIR']!, log: () => undefined })
  })
  afterEach(() => endAll(running.splice(0)))
  afterAll(async () => {
    await stores?.close()
    await broker?.stop()
    await remove()
  })

  it('a reader much slower than what is appended holds little of it in memory and misses nothing, and the writer does not wait for it', async () => {
    const topic = telemetryTopic({ instrument: 'slow', run: 'main' })
    const records = 400
    const size = MEGABYTE / 2
    const held = (): number => {
      const { heapUsed, external } = process.memoryUsage()
      return (heapUsed + external) / MEGABYTE
    }
    const before = held()
    let peak = 0
    let written = 0
    let writtenAt = 0
    const writing = (async () => {
      for (let i = 0; i < records; i++) {
        const value = new Uint8Array(size)
        new DataView(value.buffer).setUint32(0, i)
        await stores.log.append(topic, [{ key: null, value }])
        written = i + 1
      }
      writtenAt = performance.now()
    })()
    const began = performance.now()
    const seen: number[] = []
    let behind = 0
    for await (const batch of stores.log.read(topic, 0, 0)) {
      for (const { value } of batch.records) {
        seen.push(new DataView(value.buffer, value.byteOffset).getUint32(0))
        await sleep(20)
        // However slow the writer is on this machine, the reader is slower.
        while (written < records && written - seen.length < LAG) await sleep(20)
        peak = Math.max(peak, held())
        behind = Math.max(behind, written - seen.length)
      }
      if (seen.length === records) break
    }
    await writing
    console.log(`slow reader of the log: ${records * size / MEGABYTE} MB appended in ${((writtenAt - began) / 1000).toFixed(1)} s, read in ${((performance.now() - began) / 1000).toFixed(1)} s, up to ${behind} records (${(behind * size / MEGABYTE).toFixed(0)} MB) behind; ${(peak - before).toFixed(0)} MB held at most`)
    expect(seen).toEqual(Array.from({ length: records }, (_, i) => i))
    expect(behind).toBeGreaterThanOrEqual(LAG)
    expect(peak - before).toBeLessThan(100)
  })

  it.skipIf(!real.present)('a log that takes nothing for 10 s holds the sender of packets up: ingest keeps little of it in memory, and all of it arrives once', async () => {
    const own = await openEmbeddedStores(path.join(folder, 'source'))
    await ingestFiles(real.paths, { stores: own, speed: Infinity, runPrefix: 'replay' })
    const items = await sentItems(own.log, telemetryTopic({ instrument: 'fermi-gbm', run: 'main' }))
    await own.close()
    let count = 0
    const packets = items.flatMap(({ bytes }) => {
      const n = Math.ceil(bytes.length / 20_000)
      return Array.from({ length: n }, (_, i) => encodePacket({ apid: APID, flags: n === 1 ? SEGMENT.whole : i === 0 ? SEGMENT.first : i === n - 1 ? SEGMENT.last : SEGMENT.continuation, count: count++ % 16_384, data: bytes.subarray(i * 20_000, (i + 1) * 20_000) }))
    })
    const program = await supervise('ingest', ['ingest', '--tcp', '127.0.0.1:0', '--apid', `fermi-gbm=${APID}`], env, /space packets are taken at/)
    running.push(program)
    const resident = async (): Promise<number> => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${program.process().pid}/status`, 'utf8'))![1]) / 1024
    const [, port] = program.output().match(/space packets are taken at 127\.0\.0\.1:(\d+)/)!
    const socket = createConnection(Number(port), '127.0.0.1')
    const hash = createHash('sha256')
    let sent = 0
    let stop = false
    // The same telemetry again and again, as fast as it is taken: what comes a second time is known.
    const sending = (async () => {
      while (!stop) {
        for (const packet of packets) {
          hash.update(packet)
          sent += packet.length
          if (!socket.write(packet)) await new Promise((resolve) => socket.once('drain', resolve))
          if (stop) break
        }
      }
      await new Promise<void>((resolve) => socket.end(resolve))
    })()
    await until(async () => sent, (bytes) => bytes > 4 * MEGABYTE, 30)
    await broker.faults!.pause()
    let grown = 0
    const before = { memory: await resident(), sent }
    let taken = 0
    try {
      for (const end = performance.now() + 10_000; performance.now() < end; await sleep(200)) grown = Math.max(grown, (await resident()) - before.memory)
      taken = sent - before.sent
    } finally {
      await broker.faults!.resume()
    }
    const held = sent
    await until(async () => sent, (bytes) => bytes > held + MEGABYTE, 30)
    stop = true
    await sending
    const wanted = hash.digest('hex')
    const arrived = async (): Promise<{ bytes: number; sha256: string }> => {
      const found = createHash('sha256')
      let bytes = 0
      for await (const batch of stores.log.read(TOPICS.raw, 0, 0, { follow: false })) {
        for (const { value } of batch.records) {
          found.update(value)
          bytes += value.length
        }
      }
      return { bytes, sha256: found.digest('hex') }
    }
    const found = await until(arrived, ({ bytes }) => bytes >= sent, 60)
    console.log(`log that took nothing for 10 s: ${(taken / MEGABYTE).toFixed(1)} MB were taken from the sender meanwhile, ingest grew by ${grown.toFixed(0)} MB; ${(sent / MEGABYTE).toFixed(0)} MB sent, all on the log once`)
    expect(found).toEqual({ bytes: sent, sha256: wanted })
    expect(taken).toBeLessThan(16 * MEGABYTE)
    expect(grown).toBeLessThan(100)
  })
})
