import { TOPICS, type EventBlock, type Item, type StreamHealth } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { appendPackets, encodePacket, followRaw, ingestFiles, SEGMENT } from '@heavens/ingest'
import { encodeItem } from '@heavens/storage'
import { runStream } from '@heavens/stream-processors'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { streamDigests, type StreamDigest } from '../src/commands/digest.js'
import { ownStores } from './own-stores.js'
import { realFiles } from './heavens.js'
import { itemsOf } from './late-log.js'
import { seeded } from './tte-file.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

const STREAM = { instrument: 'fermi-gbm', run: 'main' }
const APID = 0x109

const inStores = ownStores()

interface Outcome {
  digest: StreamDigest
  health: StreamHealth
}

/** Send items as space packets of these sequence counts, bring them in, process them. */
async function outcomeOf(sent: readonly { count: number; bytes: Uint8Array }[]): Promise<Outcome> {
  return inStores(async (stores) => {
    for (const { count, bytes } of sent) await appendPackets(stores.log, [{ bytes: encodePacket({ apid: APID, flags: SEGMENT.whole, count, data: bytes }) }])
    await followRaw({ log: stores.log, packets: { apids: new Map([[APID, STREAM.instrument]]), secondary: 0 }, signal: new AbortController().signal, follow: false, say: (sentence) => { throw new Error(sentence) } })
    await runStream({ stores, instrument: findInstrument(STREAM.instrument), stream: STREAM, follow: false, clock: () => Date.now(), log: () => {} })
    const record = (await stores.log.latest(TOPICS.health)).find(({ key }) => key === 'fermi-gbm/main')!
    return { digest: (await streamDigests(stores))[0]!, health: JSON.parse(new TextDecoder().decode(record.value)) as StreamHealth }
  })
}

const files = realFiles('fermi-gbm/GRB180120A/glg_tte_n9_bn180120207_v00.fit.gz')

describe.skipIf(!files.present)('a real burst in space packets, without good-time intervals', () => {
  let items: Exclude<Item, { kind: 'ledger' | 'watermark' }>[]
  beforeAll(async () => {
    const all = await inStores(async (stores) => {
      const { refused } = await ingestFiles(files.paths, { stores, speed: 1e9, runPrefix: 'replay' })
      if (refused.length > 0) throw new Error(refused[0]!.sentence)
      return itemsOf(stores.log, STREAM)
    })
    // Half a second each, so that a second may be late by half; a burst and some minutes around it.
    items = all.flatMap((item): typeof items => (item.kind === 'events' ? halfSeconds(item) : item.kind === 'ebounds' ? [item] : [])).slice(0, 700).map((item, sequence) => ({ ...item, sequence }))
  })

  it('ends with the curves and candidates of the ordered run where 30 percent of the packets come up to a minute late, and counts them as filled', async () => {
    const end = { count: items.length, bytes: new TextEncoder().encode(JSON.stringify({ kind: 'watermark', time: 0, final: true, source: items[0]!.source, sequence: items.length })) }
    const sent = items.map((item, count) => ({ count, bytes: encodeItem(item) }))
    const clean = await outcomeOf([...sent, end])
    expect(clean.health).toMatchObject({ ended: true, ledger: { late: 0 }, packets: [{ apid: APID, skipped: 0, gaps: 0 }] })
    const random = seeded(20261127)
    const late = sent.map((packet, i) => ({ packet, due: i + (i > 4 && random() < 0.3 ? 0.5 + Math.floor(120 * random() ** 2) : 0) })).sort((a, b) => a.due - b.due).map(({ packet }) => packet)
    const { digest, health } = await outcomeOf([...late, end])
    expect(health.ledger.late).toBeGreaterThan(0.1 * health.events)
    expect(health).toMatchObject({ events: clean.health.events, ledger: { tooLate: 0, duplicates: 0 } })
    expect(health.packets[0]!.skipped).toBeGreaterThan(100)
    expect(health.packets[0]!.filled).toBe(health.packets[0]!.skipped)
    expect(digest).toEqual(clean.digest)
  })
})

/** The rows of a block by halves of a second. */
function halfSeconds(block: EventBlock): EventBlock[] {
  const { time } = block.columns
  const out: EventBlock[] = []
  for (let from = 0; from < block.count; ) {
    const stop = Math.floor(time[from]! * 2 + 1) / 2
    let to = from
    while (to < block.count && time[to]! < stop) to++
    const columns = Object.fromEntries(Object.entries(block.columns).map(([name, column]) => [name, (column as Float64Array).slice(from, to)])) as unknown as EventBlock['columns']
    out.push({ ...block, columns, count: to - from, start: time[from]!, stop })
    from = to
  }
  return out
}
