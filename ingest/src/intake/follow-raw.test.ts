import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { telemetryTopic, TOPICS, type EventBlock, type Item } from '@heavens/schemas'
import { decodeItem, encodeItem, openEmbeddedStores, type Log, type Stores } from '@heavens/storage'
import { encodePacket, SEGMENT } from '../adapters/space-packets.js'
import { followRaw } from './follow-raw.js'
import { appendBlock, appendPackets } from './raw-record.js'

const APID = 0x101
const packets = { apids: new Map([[APID, 'fermi-gbm']]), secondary: 0 }
const T0 = 600_000_000

let folder: string
const opened: Stores[] = []
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'heavens-raw-'))))
afterEach(async () => {
  for (const stores of opened.splice(0)) await stores.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Two events of half a second of a source. */
function block(source: string, sequence: number, at = sequence): EventBlock {
  const start = T0 + at * 0.5
  return {
    kind: 'events', source, sequence, start, stop: start + 0.5, count: 2, late: false,
    columns: { time: Float64Array.of(start + 0.1, start + 0.3), channel: Uint16Array.of(sequence % 128, 5), detector: Uint8Array.of(source === 'a' ? 0 : 1, source === 'a' ? 0 : 1) },
  }
}

const end = (source: string, sequence: number): Uint8Array => new TextEncoder().encode(JSON.stringify({ kind: 'watermark', time: 0, final: true, source, sequence }))
const opening = (source: string): Uint8Array => new TextEncoder().encode(JSON.stringify({ kind: 'watermark', time: T0, final: false, source, sequence: 0 }))

async function ownLog(): Promise<Log> {
  const stores = await openEmbeddedStores(await mkdtemp(path.join(folder, 'log-')))
  opened.push(stores)
  return stores.log
}

/** The same log for a process that dies at its n-th append, which may or may not have arrived. */
function dying(log: Log, appends: number, arrives: boolean): Log {
  let left = appends
  return {
    read: (...a) => log.read(...a), latest: (t) => log.latest(t), bounds: (...a) => log.bounds(...a), topics: () => log.topics(), trim: (...a) => log.trim(...a), close: () => log.close(),
    async append(topic, records, partition) {
      if (left-- > 0) return log.append(topic, records, partition)
      if (left === -1 && arrives) await log.append(topic, records, partition)
      throw new Error('killed')
    },
  }
}

const follow = (log: Log, signal = new AbortController().signal): Promise<void> => followRaw({ log, packets, signal, follow: false, checkpointRecords: 1, patience: 1e9, say: () => {} })

async function values(log: Log, run: string): Promise<Uint8Array[]> {
  const out: Uint8Array[] = []
  for await (const batch of log.read(telemetryTopic({ instrument: 'fermi-gbm', run }), 0, 0, { follow: false })) for (const record of batch.records) out.push(new Uint8Array(record.value))
  return out
}
const itemsOf = async (log: Log, run: string): Promise<Item[]> => (await values(log, run)).map(decodeItem)

async function send(log: Log, bytes: Uint8Array, source: string, sequence: number, kind = 'events'): Promise<void> {
  await appendBlock(log, { instrument: 'fermi-gbm', run: 'main', source, sequence, kind }, bytes)
}

describe('followRaw', () => {
  it('gives the same records to the byte wherever it is killed, once and again, whatever is repeated, lost or out of order', async () => {
    const plan = fc.record({
      luck: fc.array(fc.nat({ max: 99 }), { minLength: 40, maxLength: 40 }),
      deaths: fc.array(fc.record({ appends: fc.integer({ min: 0, max: 6 }), arrives: fc.boolean(), sent: fc.integer({ min: 1, max: 15 }) }), { minLength: 1, maxLength: 8 }),
    })
    await fc.assert(fc.asyncProperty(plan, async ({ luck, deaths }) => {
      const order = luck.flatMap((l, i) => {
        const one = { source: i % 2 ? 'a' : 'b', sequence: 1 + (i >> 1), key: i + (l < 20 ? l / 2 : 0) }
        return l > 95 ? [] : l > 80 ? [one, { ...one, key: i + 3 }] : [one]
      }).sort((x, y) => x.key - y.key)
      const records: [Uint8Array, string, number, string?][] = [
        [opening('a'), 'a', 0, 'watermark'], [opening('b'), 'b', 0, 'watermark'], ...order.map((o): [Uint8Array, string, number] => [encodeItem(block(o.source, o.sequence)), o.source, o.sequence]),
        [end('a', 21), 'a', 21, 'watermark'], [end('b', 21), 'b', 21, 'watermark'],
      ]
      const calm = await ownLog()
      for (const record of records) await send(calm, ...record)
      await followRaw({ log: calm, packets, signal: new AbortController().signal, follow: false, patience: 1e9, say: () => {} })
      const wild = await ownLog()
      let at = 0
      for (const death of deaths) {
        for (const record of records.slice(at, (at += death.sent))) await send(wild, ...record)
        await follow(dying(wild, death.appends, death.arrives)).catch((error: unknown) => expect(String(error)).toContain('killed'))
      }
      for (const record of records.slice(at)) await send(wild, ...record)
      await follow(wild)
      const [a, b] = [await itemsOf(calm, 'main'), await itemsOf(wild, 'main')]
      expect(b).toEqual(a)
      expect(a.at(-1)).toMatchObject({ kind: 'watermark', final: true })
      for (const stores of opened.splice(0)) await stores.close()
    }), { seed: 20261127, numRuns: 60 })
  }, 120_000)

  it('tells what is missing as a gap in time, what is repeated as duplicates, what comes behind the watermark as late', async () => {
    const log = await ownLog()
    for (const n of [0, 1, 2, 5, 6, 5, 7, 12, 3]) await send(log, encodeItem(block('a', n)), 'a', n)
    await follow(log)
    const items = await itemsOf(log, 'main')
    const ledgers = items.filter((item) => item.kind === 'ledger')
    expect(ledgers.reduce((n, l) => n + l.duplicates, 0)).toBe(2)
    expect(ledgers.reduce((n, l) => n + l.late, 0)).toBe(2)
    // 3 and 4 between the last event of 2 and the first of 5; 8 to 11 wait, as the watermark has not passed them.
    expect(ledgers.flatMap((l) => l.gaps).map((g) => [g.start - T0, g.stop - T0].map((t) => Math.round(t * 10) / 10))).toEqual([[1.3, 2.6]])
    expect(items.filter((item) => item.kind === 'events' && item.late)).toHaveLength(1)
  })

  it('does not wait for a source that has fallen too far behind', async () => {
    const log = await ownLog()
    await send(log, encodeItem(block('b', 0)), 'b', 0)
    for (let n = 0; n < 100; n++) await send(log, encodeItem(block('a', n)), 'a', n)
    await followRaw({ log, packets, signal: new AbortController().signal, follow: false, patience: 10, say: () => {} })
    const marks = (await itemsOf(log, 'main')).filter((item) => item.kind === 'watermark')
    expect(marks.at(-1)!.time).toBeGreaterThan(T0 + 45)
  })

  it('takes packets of the topic, in parts too, and keeps what is none, with its reason, once', async () => {
    const log = await ownLog()
    const bytes = encodeItem(block('a', 0))
    const cut = Math.floor(bytes.length / 2)
    await appendPackets(log, [encodePacket({ apid: APID, flags: SEGMENT.first, count: 16_383, data: bytes.subarray(0, cut) })].map((b) => ({ bytes: b })))
    await log.append(TOPICS.raw, [{ key: null, value: new Uint8Array(50).fill(0xa5) }])
    await appendPackets(log, [encodePacket({ apid: APID, flags: SEGMENT.last, count: 0, data: bytes.subarray(cut) })].map((b) => ({ bytes: b })))
    await appendPackets(log, [encodePacket({ apid: APID, flags: SEGMENT.whole, count: 1, data: Uint8Array.of(1, 2, 3) })].map((b) => ({ bytes: b })))
    await send(log, encodeItem(block('a', 9)), 'a', 9)
    await follow(log)
    await follow(log)
    const items = await itemsOf(log, 'main')
    expect(items.filter((item) => item.kind === 'events').reduce((n, item) => n + item.count, 0)).toBe(2)
    expect(items.filter((item) => item.kind === 'ledger').reduce((n, item) => n + item.undecodable, 0)).toBe(1)
    expect((await log.bounds(TOPICS.deadletter)).next).toBe(2)
  })

  it('tells losses of packets once, whenever it is killed', async () => {
    const send = async (log: Log): Promise<void> => {
      let sequence = 0
      const packet = (count: number): { bytes: Uint8Array } => ({ bytes: encodePacket({ apid: APID, flags: SEGMENT.whole, count: count % 16_384, data: encodeItem(block('a', sequence++)) }) })
      // 3 and 7 are missed at first, 7 comes later; 9 comes twice; the count begins again; two packets were found behind garbage.
      const counts = [[16_380, 16_381, 16_382], [16_384], [16_385, 16_386], [16_388, 16_387, 16_389], [16_390], [16_390, 16_391]]
      for (const [i, some] of counts.entries()) await appendPackets(log, some.map(packet), i === 1 || i === 4 ? [APID] : [], T0 + i)
    }
    const told = async (log: Log): Promise<Record<string, number>> => {
      const sum: Record<string, number> = {}
      for (const item of await itemsOf(log, 'main')) if (item.kind === 'ledger' && item.packets) for (const [name, n] of Object.entries(item.packets)) if (name !== 'apid') sum[name] = (sum[name] ?? 0) + n
      return sum
    }
    const wanted = { skipped: 2, filled: 1, repeated: 1, gaps: 2, wraps: 1, resynchronised: 2 }
    const clean = await ownLog()
    await send(clean)
    await follow(clean)
    expect(await told(clean)).toMatchObject(wanted)
    for (let appends = 0; appends < 14; appends++) {
      for (const arrives of [false, true]) {
        const log = await ownLog()
        await send(log)
        await follow(dying(log, appends, arrives)).catch((error: unknown) => {
          if (!(error instanceof Error && error.message === 'killed')) throw error
        })
        await follow(log)
        expect(await told(log), `killed at append ${appends}`).toMatchObject(wanted)
        expect(await values(log, 'main')).toEqual(await values(clean, 'main'))
      }
    }
  })

  it('keeps beside the blocks when their newest bytes were received', async () => {
    const log = await ownLog()
    for (let n = 0; n < 8; n++) {
      const item = block('a', n)
      await appendBlock(log, { instrument: 'fermi-gbm', run: 'main', source: 'a', sequence: n, kind: item.kind }, encodeItem(item), 1_764_000_000_000 + n)
    }
    await follow(log)
    const received: (number | undefined)[] = []
    for await (const batch of log.read(telemetryTopic({ instrument: 'fermi-gbm', run: 'main' }), 0, 0, { follow: false })) {
      for (const record of batch.records) if (decodeItem(record.value).kind === 'events') received.push(record.received)
    }
    // Blocks of a second, of two arrivals each; later ones may still get rows.
    expect(received).toEqual([1, 3].map((n) => 1_764_000_000_000 + n))
  })
})
