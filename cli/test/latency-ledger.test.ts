import { createHash } from 'node:crypto'
import { TOPICS, type EventBlock, type Stage, type StageLatency, type StreamHealth } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { ttFromUnix } from '@heavens/science/time'
import { ingestFiles, publishItems } from '@heavens/ingest'
import type { LogRecord, Stores } from '@heavens/storage'
import { runStream } from '@heavens/stream-processors'
import { describe, expect, it, vi } from 'vitest'
import { streamDigests } from '../src/commands/digest.js'
import { ownStores } from './own-stores.js'
import { realFiles } from './heavens.js'

vi.setConfig({ testTimeout: 180_000 })

const STREAM = { instrument: 'fermi-gbm', run: 'main' }
const TELEMETRY = 'heavens.telemetry.fermi-gbm'

const inStores = ownStores()

async function recordsOf(stores: Stores): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  for await (const batch of stores.log.read(TELEMETRY, 0, 0, { follow: false })) records.push(...batch.records.map((r) => ({ ...r, value: r.value.slice() })))
  return records
}

/** Process all, by a clock that is off by `skew` [ms], and answer what is told of the stages. */
async function stagesAfter(stores: Stores, skew = 0): Promise<Partial<Record<Stage, StageLatency>>> {
  await runStream({ stores, instrument: findInstrument(STREAM.instrument), stream: STREAM, follow: false, clock: () => Date.now() + skew, log: () => {} })
  const record = (await stores.log.latest(TOPICS.health)).find(({ key }) => key === 'fermi-gbm/main')!
  return Object.fromEntries((JSON.parse(new TextDecoder().decode(record.value)) as StreamHealth).stages.map((s) => [s.stage, s]))
}

const hashOf = ({ value }: LogRecord): string => createHash('sha256').update(value).digest('hex')
const blocksOf = (stage: StageLatency | undefined): number => (stage ? stage.counts.reduce((a, b) => a + b, 0) : 0)

/** A block whose last event was just now, with a watermark behind it. */
function blockNow(sequence: number, now: number): EventBlock {
  const stop = ttFromUnix(now)
  return {
    kind: 'events', source: 'n0', sequence, start: stop - 1, stop: stop + 1e-6, count: 2, late: false,
    columns: { time: Float64Array.of(stop - 0.9, stop), channel: Uint16Array.of(40, 60), detector: Uint8Array.of(0, 0) },
  }
}

const burst = realFiles('fermi-gbm/GRB180120A/glg_tte_n9_bn180120207_v00.fit.gz')

describe.skipIf(!burst.present)('the latency ledger of a real burst', () => {
  it('changes no byte of the items and no result', async () => {
    const told = await inStores(async (stores) => {
      expect((await ingestFiles(burst.paths, { stores, speed: Infinity, runPrefix: 'replay' })).refused).toEqual([])
      const records = await recordsOf(stores)
      expect(records.filter((r) => r.received !== undefined).length).toBeGreaterThan(20)
      for (const { received, appended } of records) if (received !== undefined) expect(appended).toBeGreaterThanOrEqual(received)
      const stages = await stagesAfter(stores)
      // A burst of 2018: what it took from then to now says nothing of the link.
      expect(stages.reception).toMatchObject({ recent: null, sum: 0, skewed: 0 })
      expect(stages.reception!.past).toBe(blocksOf(stages.append))
      expect(blocksOf(stages.processing)).toBe(stages.reception!.past)
      expect(stages.processing!.recent!.p99).toBeLessThan(180)
      return { records, digest: await streamDigests(stores) }
    })
    const without = await inStores(async (stores) => {
      for (let i = 0; i < told.records.length; i += 40) await stores.log.append(TELEMETRY, told.records.slice(i, i + 40).map(({ key, value }) => ({ key, value })))
      const stages = await stagesAfter(stores)
      expect([stages.reception, stages.append]).toEqual([undefined, undefined])
      return { records: await recordsOf(stores), digest: await streamDigests(stores) }
    })
    expect(without.records.map(hashOf)).toEqual(told.records.map(hashOf))
    expect(without.records.some((r) => r.received !== undefined)).toBe(false)
    expect(without.digest).toEqual(told.digest)
    expect(told.digest[0]!.curves).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('the latency ledger', () => {
  /** Ten blocks that are observed now, received `link` ms later, by clocks that are off by so many ms. */
  async function put(stores: Stores, { link = 2000, ingest = 0 } = {}): Promise<void> {
    const now = Date.now() - link
    for (let n = 0; n < 10; n++) {
      const block = blockNow(n, now - (10 - n) * 1000)
      await publishItems(stores.log, STREAM, [block, { kind: 'watermark', time: block.stop, final: false }], (item) => (item === block ? now - (10 - n) * 1000 + link + ingest : undefined))
    }
  }

  it('tells how long live blocks took for each stage', () => inStores(async (stores) => {
    await put(stores)
    const { reception, append, processing } = await stagesAfter(stores)
    expect(reception).toMatchObject({ past: 0, skewed: 0, recent: { blocks: 10 } })
    expect(reception!.sum).toBeCloseTo(20, 3)
    expect(reception!.recent!.p50).toSatisfy((s: number) => s > 1.7 && s < 3.3)
    // Received 1 to 10 s before they were appended.
    expect(append!.sum).toSatisfy((s: number) => s > 54.9 && s < 70)
    expect([append!.skewed, processing!.skewed, blocksOf(processing)]).toEqual([0, 0, 10])
  }))

  it('shows a clock of ingest that is a minute ahead, and counts no negative time', () => inStores(async (stores) => {
    await put(stores, { ingest: 60_000 })
    const { append, processing } = await stagesAfter(stores)
    expect(append).toMatchObject({ skewed: 10, sum: 0 })
    expect(append!.ahead).toSatisfy((s: number) => s > 45 && s <= 60)
    expect(append!.recent!.p99).toBeLessThanOrEqual(0.001)
    expect(processing!.skewed).toBe(0)
  }))

  it('shows a clock of the processors that is a minute behind', () => inStores(async (stores) => {
    await put(stores)
    const { append, processing } = await stagesAfter(stores, -60_000)
    expect(append!.skewed).toBe(0)
    expect(processing).toMatchObject({ skewed: 10, sum: 0 })
    expect(processing!.ahead).toSatisfy((s: number) => s > 45 && s <= 60)
  }))

  it('measures nothing anew that was on the log long before', () => inStores(async (stores) => {
    await put(stores)
    const stages = await stagesAfter(stores, 3_600_000)
    expect([stages.reception, stages.append, stages.processing].map((s) => [s!.past, blocksOf(s)])).toEqual([[10, 0], [10, 0], [10, 0]])
  }))
})
