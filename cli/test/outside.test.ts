import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { telemetryTopic, TOPICS, type Item } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { decodeItem, encodeItem, openEmbeddedStores, type Stores } from '@heavens/storage'
import { encodePacket, followRaw, ingestFiles, openBlockIndex, SEGMENT, serveHttpBlocks, servePackets, type BlockAnswer } from '@heavens/ingest'
import { runStream } from '@heavens/stream-processors'
import { streamDigests, type StreamDigest } from '../src/commands/digest.js'
import { realFiles, temporaryFolder } from './heavens.js'

const STREAM = { instrument: 'fermi-gbm', run: 'main' }
const APID = 0x101
const packets = { apids: new Map([[APID, 'fermi-gbm']]), secondary: 0 }
const real = realFiles('fermi-gbm/GRB190530A/glg_tte_n0_bn190530430_v00.fit.gz', 'fermi-gbm/GRB190530A/glg_tte_n1_bn190530430_v00.fit.gz')

let folder: string
let remove: () => Promise<void>
beforeAll(async () => void ({ folder, remove } = await temporaryFolder()))
afterAll(() => remove())

async function items(stores: Stores): Promise<Item[]> {
  const out: Item[] = []
  for await (const batch of stores.log.read(telemetryTopic(STREAM), 0, 0, { follow: false })) for (const record of batch.records) out.push(decodeItem(record.value))
  return out
}

async function processed(stores: Stores): Promise<StreamDigest[]> {
  await runStream({ stores, instrument: findInstrument(STREAM.instrument), stream: STREAM, follow: false, clock: () => performance.now(), log: () => {} })
  return streamDigests(stores)
}

type Sent = Exclude<Item, { kind: 'ledger' | 'watermark' }>

/** What senders would send to tell what these items tell: data by source, then that it was all. */
function toSend(from: readonly Item[]): Uint8Array[] {
  const data = from.filter((item): item is Sent => item.kind !== 'ledger' && item.kind !== 'watermark')
  const next = new Map<string, number>()
  for (const item of data) next.set(item.source, item.sequence + 1)
  const end = (source: string): Uint8Array => new TextEncoder().encode(JSON.stringify({ kind: 'watermark', time: 0, final: true, source, sequence: next.get(source) }))
  return [...data.map(encodeItem), ...[...next.keys()].map(end)]
}

describe.skipIf(!real.present)('real GBM telemetry from outside', () => {
  let stores: Stores
  let oracle: StreamDigest[]
  let sent: Uint8Array[]
  beforeAll(async () => {
    stores = await openEmbeddedStores(path.join(folder, 'oracle'))
    await ingestFiles(real.paths, { stores, speed: Infinity, runPrefix: 'replay' })
    sent = toSend(await items(stores))
    oracle = await processed(stores)
    await stores.close()
  }, 120_000)

  it('posted as blocks gives the results of the files, with every seventh sent to two servers and the intake stopped on the way', async () => {
    const target = await openEmbeddedStores(path.join(folder, 'blocks'))
    const stop = new AbortController()
    const signal = stop.signal
    const servers = await Promise.all([0, 1].map(async () => serveHttpBlocks({
      log: target.log, index: await openBlockIndex(target.log, signal), host: '127.0.0.1', port: 0, token: undefined, say: () => {},
    })))
    const failures: unknown[] = []
    let turn = new AbortController()
    const follow = (): Promise<void> => followRaw({ log: target.log, packets, signal: AbortSignal.any([signal, turn.signal]), patience: 1e9, say: (s) => failures.push(s) })
    let following = follow()
    try {
      let duplicates = 0
      for (const [i, body] of sent.entries()) {
        const post = async (port: number): Promise<BlockAnswer> => {
          const response = await fetch(`http://127.0.0.1:${port}/ingest/fermi-gbm`, { method: 'POST', body: new Uint8Array(body) })
          expect(response.status).toBe(200)
          return (await response.json()) as BlockAnswer
        }
        const answers = i % 7 === 0 ? await Promise.all(servers.map((s) => post(s.port))) : [await post(servers[0]!.port)]
        expect(answers.filter((a) => a.accepted)).toHaveLength(1)
        duplicates += answers.filter((a) => a.duplicate).length
        if (i % 40 === 20) {
          turn.abort()
          await following
          turn = new AbortController()
          following = follow()
        }
      }
      turn.abort()
      await following
      await followRaw({ log: target.log, packets, signal, follow: false, patience: 1e9, say: (s) => failures.push(s) })
      expect(failures).toEqual([])
      expect(duplicates).toBe(Math.ceil(sent.length / 7))
      const ledger = (await items(target)).filter((item) => item.kind === 'ledger')
      expect(ledger.reduce((n, l) => n + l.duplicates, 0)).toBeGreaterThan(0)
      expect(await processed(target)).toEqual(oracle)
    } finally {
      stop.abort()
      for (const server of servers) await server.close()
      await target.close()
    }
  }, 120_000)

  it('sent as space packets between garbage gives the results of the files', async () => {
    const target = await openEmbeddedStores(path.join(folder, 'packets'))
    const said: string[] = []
    const server = await servePackets({ log: target.log, packets, host: '127.0.0.1', port: 0, say: (s) => said.push(s), failed: (e) => said.push(String(e)) })
    try {
      const socket = createConnection(server.port, '127.0.0.1')
      let count = 16_000
      let number = 0
      for (const [i, body] of sent.entries()) {
        if (i % 50 === 0) socket.write(new Uint8Array(100).fill(0xa5))
        const size = 60_000
        const pieces = Math.ceil(body.length / size)
        for (let n = 0; n < pieces; n++, count++, number++) {
          const flags = pieces === 1 ? SEGMENT.whole : n === 0 ? SEGMENT.first : n === pieces - 1 ? SEGMENT.last : SEGMENT.continuation
          if (!socket.write(encodePacket({ apid: APID, flags, count, data: body.subarray(n * size, (n + 1) * size) }))) await new Promise((resolve) => socket.once('drain', resolve))
        }
      }
      socket.end()
      while (server.counters.packets < number) await sleep(20)
      await server.close()
      await followRaw({ log: target.log, packets, signal: new AbortController().signal, follow: false, patience: 1e9, say: (s) => said.push(s) })
      expect(server.counters.garbage).toBe(100 * Math.ceil(sent.length / 50))
      expect((await target.log.bounds(TOPICS.deadletter)).next).toBe(Math.ceil(sent.length / 50))
      expect(await processed(target)).toEqual(oracle)
    } finally {
      await server.close()
      await target.close()
    }
  }, 120_000)
})
