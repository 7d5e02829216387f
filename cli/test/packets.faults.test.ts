import path from 'node:path'
import { telemetryTopic, TOPICS, type Item } from '@heavens/schemas'
import { ingestFiles } from '@heavens/ingest'
import { decodeItem, encodeItem, openEmbeddedStores } from '@heavens/storage'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { allPlayed, contradictions } from './faults/alerts.js'
import { percentile, seededRandom, supervise, until, type Supervised } from './faults/chaos.js'
import { makeOracle, type Oracle } from './faults/oracle.js'
import { heavens, realFiles, start, temporaryFolder } from './heavens.js'

const SEED = 20261129
const SHARE = 0.1
const KILLS = 6
const PORT = 9486
const TOPIC = telemetryTopic({ instrument: 'fermi-gbm', run: 'main' })
const names = ['n0', 'n1'].map((d) => `fermi-gbm/GRB190530A/glg_tte_${d}_bn190530430_v00.fit.gz`)

interface Packet {
  source: string
  bytes: Uint8Array
}

/** What senders of the files' contents would send, a second a packet, each source ending with its final watermark. */
async function packetsOf(files: readonly string[], data: string): Promise<Packet[]> {
  const stores = await openEmbeddedStores(data)
  await ingestFiles(files, { stores, speed: 1e9, runPrefix: 'replay' })
  const items: Item[] = []
  for await (const batch of stores.log.read(TOPIC, 0, 0, { follow: false })) for (const { value } of batch.records) items.push(decodeItem(value))
  await stores.close()
  const next = new Map<string, number>()
  const packets: Packet[] = []
  for (const item of items) {
    if (item.kind === 'ledger' || item.kind === 'watermark') continue
    next.set(item.source, item.sequence + 1)
    packets.push({ source: item.source, bytes: encodeItem(item) })
  }
  for (const [source, sequence] of next) packets.push({ source, bytes: new TextEncoder().encode(JSON.stringify({ kind: 'watermark', time: 0, final: true, source, sequence })) })
  return packets
}

describe.skipIf(!realFiles(...names).present)('packets from outside', () => {
  let folder: string
  let remove: () => Promise<void>
  let oracle: Oracle
  let packets: Packet[]
  let running: Supervised[] = []
  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder())
    oracle = await makeOracle(folder, names)
    packets = await packetsOf(oracle.files, path.join(folder, 'packets'))
  })
  afterEach(async () => {
    await Promise.all(running.map((program) => program.end()))
    running = []
  })
  afterAll(() => remove())

  it('duplicated, reordered, delayed and truncated at 10 % each, the ingest that takes them killed on the way, give the results of one clean pass', async () => {
    const random = seededRandom(SEED)
    const data = path.join(folder, 'data')
    const env = { HEAVENS_DATA_DIR: data, HEAVENS_LOG: undefined, HEAVENS_CURVES: undefined, HEAVENS_ARCHIVE: undefined }
    running.push(await supervise('process', ['process'], env, /process 1 begins/))
    const ingest = await supervise('ingest', ['ingest', '--http', `127.0.0.1:${PORT}`], env, /ingest 1 begins/)
    running.push(ingest)

    // The first packets tell what channels mean; the last ones that all has come: neither may be overtaken.
    const timed = packets.slice(8, -2)
    const place = timed.map((_, i) => {
      const dice = random()
      return dice < SHARE ? i + 2 + random() : dice < 2 * SHARE ? i + 40 * random() : i
    })
    const order = timed.map((packet, i) => ({ packet, at: place[i]! })).sort((a, b) => a.at - b.at).map(({ packet }) => packet)
    const counts = { duplicated: 0, moved: place.filter((at, i) => at !== i).length, truncated: 0, tries: 0 }

    /** Sent until it is answered for: a sender does not know what became of a packet while the ingest was dead. */
    const post = async (bytes: Uint8Array): Promise<number> => {
      for (const end = performance.now() + 60_000; ;) {
        try {
          counts.tries++
          const { status } = await fetch(`http://127.0.0.1:${PORT}/ingest/fermi-gbm`, { method: 'POST', body: new Uint8Array(bytes) })
          if (status < 500) return status
        } catch (error) {
          if (performance.now() > end) throw error
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
    const recoveries: number[] = []
    let killing: Promise<void> = Promise.resolve()
    const all = [...packets.slice(0, 8), ...order, ...packets.slice(-2)]
    const every = Math.floor(all.length / (KILLS + 1))
    for (const [i, { bytes }] of all.entries()) {
      if (i % every === every - 1 && recoveries.length < KILLS) {
        await killing
        // Not awaited: the next packets meet a dead ingest.
        killing = ingest.kill().then((ms) => void recoveries.push(ms))
      }
      if (random() < SHARE) {
        counts.truncated++
        expect(await post(bytes.subarray(0, Math.floor(bytes.length * random())))).toBe(422)
      }
      expect(await post(bytes)).toBe(200)
      if (random() < SHARE) {
        counts.duplicated++
        expect(await post(bytes)).toBe(200)
      }
    }
    await killing
    const stores = await openEmbeddedStores(data)
    await until(() => allPlayed(stores), (played) => played, 60)
    const { next } = await stores.log.bounds(TOPIC)
    await until(
      async () => JSON.parse((await start(['status', '--json'], env).ended).stdout) as { role: string; streams: { topic: string; offset: number }[] }[],
      (roles) => roles.some((r) => r.role === 'process' && r.streams.some((s) => s.topic === TOPIC && s.offset >= next)), 60,
    )
    const dead = (await stores.log.bounds(TOPICS.deadletter)).next
    console.log(`packets: seed ${SEED}, ${all.length} packets, ${JSON.stringify(counts)}, ${dead} dead letters, ${recoveries.length} kills of ingest, back after p95 ${Math.round(percentile(recoveries, 0.95))} ms`)
    expect(recoveries).toHaveLength(KILLS)
    expect(await contradictions(stores)).toEqual([])
    await stores.close()
    expect(dead).toBeGreaterThanOrEqual(counts.truncated)
    expect((await heavens('digest', '--data', data, '--json')).stdout).toBe(oracle.digest)
  })
})
