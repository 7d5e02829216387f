import { TOPICS, type Candidate, type EventBlock, type Item } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { ingestFiles } from '@heavens/ingest'
import type { LogBatch, ReadOptions, Stores } from '@heavens/storage'
import { runStream, type StreamState } from '@heavens/stream-processors'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { streamDigests, type StreamDigest } from '../src/commands/digest.js'
import { ownStores } from './own-stores.js'
import { realFiles } from './heavens.js'
import { cut, delayed, halves, itemsOf, putItems } from './late-log.js'
import { seeded } from './tte-file.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

const inStores = ownStores()

interface RunOptions {
  maxBytes?: number
  /** milliseconds by which the clock goes on at each look: with many a snapshot is made at each batch */
  tick?: number
  /** fails after so many appends to the log */
  crashAfter?: number
}

async function run(stores: Stores, instrument: string, options: RunOptions = {}): Promise<StreamState> {
  let clock = 0
  let left = options.crashAfter ?? Infinity
  const log = {
    ...stores.log,
    append: async (...args: Parameters<Stores['log']['append']>): ReturnType<Stores['log']['append']> => {
      if (--left < 0) throw new Error('crash')
      return stores.log.append(...args)
    },
    read: (topic: string, partition: number, from: number, read?: ReadOptions): AsyncIterable<LogBatch> => stores.log.read(topic, partition, from, { ...read, ...(options.maxBytes ? { maxBytes: options.maxBytes } : {}) }),
  }
  return runStream({ stores: { ...stores, log }, instrument: findInstrument(instrument), stream: { instrument, run: 'main' }, follow: false, clock: () => (clock += options.tick ?? 1), log: () => {} })
}

/** All versions of candidates in the order in which they were told. */
async function told(stores: Stores): Promise<Candidate[]> {
  const latest = await stores.log.latest(TOPICS.candidates)
  return latest.map((r) => JSON.parse(new TextDecoder().decode(r.value)) as Candidate)
}

interface Outcome {
  digest: StreamDigest
  candidates: Candidate[]
  state: StreamState
}

async function outcome(stores: Stores, instrument: string, options?: RunOptions): Promise<Outcome> {
  const state = await run(stores, instrument, options)
  return { state, digest: (await streamDigests(stores, instrument))[0]!, candidates: await told(stores) }
}

/** Process a log made of these items. */
async function outcomeOf(instrument: string, items: readonly Item[], options?: RunOptions): Promise<Outcome> {
  return inStores(async (stores) => {
    await putItems(stores.log, { instrument, run: 'main' }, items)
    return outcome(stores, instrument, options)
  })
}

/** The items of real files in blocks of about a second (of the speed of a live stream), and what comes of them in order. */
async function ordered(instrument: string, files: readonly string[], speed = 1e9): Promise<{ items: Item[]; clean: Outcome }> {
  return inStores(async (stores) => {
    expect((await ingestFiles(files, { stores, speed, runPrefix: 'replay' })).refused).toEqual([])
    return { items: await itemsOf(stores.log, { instrument, run: 'main' }), clean: await outcome(stores, instrument) }
  })
}

const STREAM = { instrument: 'fermi-gbm', run: 'main' }

/** 30 % of the blocks up to an hour late, a tenth of all once more. The first is in time: nothing is late before the first data. */
function shuffled(items: readonly Item[], seed: number): Item[] {
  const random = seeded(seed)
  const late = delayed(items, (_, nth) => (nth > 0 && random() < 0.3 ? 3600 * random() ** 3 : undefined), () => (random() < 0.1 ? 3600 * random() ** 3 : undefined))
  expect(blocksIn(late).filter((b) => b.late).length).toBeGreaterThan(0.25 * blocksIn(items).length)
  return late
}

/** What a digest covers of a candidate. */
const values = (c: Candidate): Candidate => ({ ...c, id: '', revision: 0 })

const blocksIn = (items: readonly Item[]): EventBlock[] => items.filter((i): i is EventBlock => i.kind === 'events')

describe.each([['GRB190530A', ['n0', 'n1', 'n2'], 'bn190530430'], ['GRB180120A', ['n9', 'na', 'nb'], 'bn180120207']] as const)('%s, an hour late', (burst, detectors, name) => {
  const files = realFiles(...detectors.map((d) => `fermi-gbm/${burst}/glg_tte_${d}_${name}_v00.fit.gz`))
  let items: Item[]
  let clean: Outcome
  beforeAll(async () => {
    if (files.present) ({ items, clean } = await ordered('fermi-gbm', files.paths))
  })

  it.skipIf(!files.present).each([[1, {}], [2, { maxBytes: 300_000, tick: 100 }]] as const)('30 percent of its blocks in random order and some of them again end with the digest of the ordered run (seed %i)', async (seed, options) => {
    const { digest, candidates, state } = await outcomeOf('fermi-gbm', shuffled(items, seed), options)
    expect(candidates.filter((c) => c.state !== 'retracted').map(values)).toEqual(clean.candidates.map(values))
    expect(digest).toEqual(clean.digest)
    expect(state.health.events).toBe(clean.state.health.events)
    expect(state.health.ledger.tooLate).toBe(0)
    expect(state.health.ledger.duplicates).toBeGreaterThan(1000)
  })
})

describe('GRB180120A', () => {
  const files = realFiles(...['n9', 'na', 'nb'].map((d) => `fermi-gbm/GRB180120A/glg_tte_${d}_bn180120207_v00.fit.gz`))
  let items: Item[]
  let clean: Outcome
  let burst: number
  beforeAll(async () => {
    if (!files.present) return
    ;({ items, clean } = await ordered('fermi-gbm', files.paths))
    burst = clean.candidates[0]?.time ?? NaN
  })

  it.skipIf(!files.present)('is found by searching again where all of its burst comes an hour late, and not before', async () => {
    const during = (b: EventBlock): boolean => b.stop > burst - 5 && b.start < burst + 60
    const late = delayed(items, (b) => (during(b) ? 3600 : undefined))
    const first = late.findIndex((i) => i.kind === 'events' && i.late)
    await inStores(async (stores) => {
      await putItems(stores.log, STREAM, late.slice(0, first))
      await run(stores, 'fermi-gbm')
      expect(await told(stores)).toEqual([])
      await putItems(stores.log, STREAM, late.slice(first))
      const { digest, candidates } = await outcome(stores, 'fermi-gbm')
      expect(candidates.map(values)).toEqual(clean.candidates.map(values))
      expect(digest).toEqual(clean.digest)
    })
  })

  it.skipIf(!files.present)('changes when the third detector comes an hour late: the same candidate, one revision more', async () => {
    const third = (b: EventBlock): boolean => b.columns.detector![0] === 11 && b.stop > burst - 60
    const late = delayed(items, (b) => (third(b) ? 3600 : undefined))
    const first = late.findIndex((i) => i.kind === 'events' && i.late)
    await inStores(async (stores) => {
      await putItems(stores.log, STREAM, late.slice(0, first))
      await run(stores, 'fermi-gbm')
      const [before] = await told(stores)
      expect(before!.groups).toEqual(['n9', 'na'])
      await putItems(stores.log, STREAM, late.slice(first))
      const { digest, candidates } = await outcome(stores, 'fermi-gbm')
      expect(candidates).toHaveLength(1)
      expect(candidates[0]!.id).toBe(before!.id)
      expect(candidates[0]!.revision).toBeGreaterThan(before!.revision)
      expect(candidates[0]!.groups).toEqual(['n9', 'na', 'nb'])
      expect(digest).toEqual(clean.digest)
    })
  })

  it.skipIf(!files.present)('retracts what was only an excess over background that had half arrived', async () => {
    // Some minutes after the burst every second event is missing at first: where all of them come again, the rate doubles.
    const until = burst + 340
    const split = items.flatMap((item): Item[] => (item.kind === 'events' && item.start > until - 40 && item.start < until && item.count > 1 ? halves(item) : [item]))
    const late = delayed(split, (b, nth) => (nth > 0 && b.sequence >= 1_000_000 ? 3600 : undefined))
    const first = late.findIndex((i) => i.kind === 'events' && i.late)
    await inStores(async (stores) => {
      await putItems(stores.log, STREAM, late.slice(0, first))
      await run(stores, 'fermi-gbm')
      const before = await told(stores)
      const wrong = before.filter((c) => Math.abs(c.time - until) < 5)
      expect(wrong).toHaveLength(1)
      await putItems(stores.log, STREAM, late.slice(first))
      const { digest, candidates } = await outcome(stores, 'fermi-gbm')
      const retracted = candidates.find((c) => c.id === wrong[0]!.id)!
      expect(retracted).toMatchObject({ state: 'retracted', reasons: [expect.stringContaining('late'), ...wrong[0]!.reasons] })
      expect(retracted.revision).toBeGreaterThan(wrong[0]!.revision)
      expect(candidates.filter((c) => c.state !== 'retracted').map(values)).toEqual(clean.candidates.map(values))
      expect(digest).toEqual(clean.digest)
    })
  })

  it.skipIf(!files.present)('has the exposures of the ordered run where the good time of all detectors comes minutes behind its data', async () => {
    const good = items.filter((i) => i.kind === 'gti')
    expect(good).toHaveLength(3)
    const marks = items.flatMap((i) => (i.kind === 'watermark' ? [i.time] : []))
    const places = [0.3, 0.6, 1].map((part) => marks[Math.floor(part * (marks.length - 1))]!)
    const late = items.filter((i) => i.kind !== 'gti').flatMap((i): Item[] => [i, ...(i.kind === 'watermark' && !i.final ? good.filter((_, k) => places[k] === i.time) : [])])
    expect(late).toHaveLength(items.length)
    for (const options of [{}, { maxBytes: 300_000, tick: 100 }]) expect((await outcomeOf('fermi-gbm', late, options)).digest).toEqual(clean.digest)
  })

  it.skipIf(!files.present)('ends the same when it is killed again and again, and goes on from its snapshots', async () => {
    const late = shuffled(items, 5)
    await inStores(async (stores) => {
      await putItems(stores.log, STREAM, late)
      for (const crashAfter of [3, 10, 17, 29]) await expect(run(stores, 'fermi-gbm', { maxBytes: 300_000, tick: 1000, crashAfter })).rejects.toThrow('crash')
      const { digest } = await outcome(stores, 'fermi-gbm', { maxBytes: 300_000, tick: 1000 })
      expect(digest).toEqual(clean.digest)
    })
  })
})

describe('photons with directions (2FHL)', () => {
  const files = realFiles('fermi-lat/2fhl_allsky/fermi_2fhl_events_selected.fits.gz')

  it.skipIf(!files.present)('end with the digest of the ordered run, images too, where 30 percent come up to hours late', async () => {
    const { items } = await ordered('fermi-lat', files.paths, Infinity)
    // Photons come an hour apart: blocks of half a dozen of them, each with its watermark.
    const blocks = cut(items, 4).slice(0, 3000)
    const end: Item = { kind: 'watermark', time: blocksIn(blocks).at(-1)!.stop, final: true }
    const clean = await outcomeOf('fermi-lat', [...blocks, end])
    expect(clean.state.images!.totals[1]!.reduce((a, b) => a + b)).toBeGreaterThan(0)
    const random = seeded(8)
    const list = blocksIn(blocks)
    // Not across the gaps of weeks that the list has: what comes behind one is too late for the day that results are revised.
    const near = (nth: number): boolean => list[Math.min(list.length - 1, nth + 4)]!.stop - list[nth]!.start < 80_000
    const some = (share: number) => (nth: number): number | undefined => (nth > 0 && random() < share && near(nth) ? 20_000 * random() : undefined)
    const late = delayed(blocks, (_, nth) => some(0.4)(nth), some(0.05))
    expect(blocksIn(late).filter((b) => b.late).length).toBeGreaterThan(0.25 * list.length)
    const { digest, state } = await outcomeOf('fermi-lat', [...late, end], { maxBytes: 200_000 })
    expect(state.health.ledger).toMatchObject({ tooLate: 0 })
    expect(state.health.events).toBe(clean.state.health.events)
    expect(digest).toEqual(clean.digest)
  })
})
