import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { TOPICS, telemetryTopic, type Candidate, type EventBlock, type InstrumentDescriptor, type Item } from '@heavens/schemas'
import { seededRandom } from '@heavens/science/statistics'
import type { Instrument } from '@heavens/instruments'
import { encodeItem, openEmbeddedStores } from '@heavens/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, bounds, counter, type TestEvent } from '../testing/streams.js'
import { runStream } from './run-stream.js'

let folder: string
let names = 0
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'heavens-late-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const STOP = 60
const descriptor: InstrumentDescriptor = {
  ...counter, deadTime: 1e-3, lateHorizon: 100,
  triggers: { rate: [{ ...counter.triggers.rate[0]!, settle: 100, quiet: 5 }, { ...counter.triggers.rate[0]!, band: 'soft', width: 0.256, settle: 70, quiet: 5 }], image: [] },
}
const goodTime: Item[] = [0, 1].map((group) => ({ kind: 'gti', source: 's', sequence: 0, group, late: false, start: Float64Array.of(1000), stop: Float64Array.of(1000 + STOP) }))

/** Steady rates in two detectors, with a burst after 40 s. */
const events: TestEvent[] = (() => {
  const random = seededRandom(12)
  const out: TestEvent[] = []
  for (const detector of [0, 1]) {
    for (let n = 150 * STOP; n > 0; n--) out.push({ time: 1000 + STOP * random.uniform(), detector, channel: Math.floor(10 * random.uniform()) })
    for (let n = 600; n > 0; n--) out.push({ time: 1040 + random.uniform(), detector, channel: Math.floor(10 * random.uniform()) })
  }
  return out.filter((e) => e.time < 1000 + STOP).sort((a, b) => a.time - b.time)
})()

/** The events in blocks of a second of each detector, a watermark behind each second. */
function inTime(): Item[] {
  let sequence = 0
  const cuts = Array.from({ length: STOP }, (_, i) => 1001 + i)
  const [first, second] = [0, 1].map((detector) => blocksOf(events.filter((e) => e.detector === detector), cuts))
  return first!.flatMap((item, i) => (item.kind === 'watermark' ? [item] : [{ ...item, sequence: sequence++ } as Item, { ...second![i]!, sequence: sequence++ } as Item]))
}

/** Each block so many seconds late; the first of all is in time. Those that are due at one watermark come in reverse. */
function late(items: readonly Item[], delays: readonly number[]): Item[] {
  const out: Item[] = []
  let waiting: { due: number; block: EventBlock }[] = []
  let nth = 0
  for (const item of items) {
    if (item.kind === 'events') {
      const delay = nth === 0 ? 0 : delays[nth % delays.length]!
      nth++
      if (delay === 0) out.push(item)
      else waiting.unshift({ due: item.stop + delay, block: { ...item, late: true } })
    } else if (item.kind === 'watermark') {
      if (item.final) out.push(...waiting.map((w) => w.block))
      out.push(item)
      out.push(...waiting.filter((w) => !item.final && w.due <= item.time).map((w) => w.block))
      waiting = item.final ? [] : waiting.filter((w) => w.due > item.time)
    } else out.push(item)
  }
  return out
}

interface Results {
  curves: unknown
  candidates: Candidate[]
  tooLate: number
  duplicates: number
}

async function results(items: readonly Item[], options: { maxBytes?: number; descriptor?: InstrumentDescriptor } = {}): Promise<Results> {
  const stores = await openEmbeddedStores(path.join(folder, `${names++}`))
  const stream = { instrument: 'counter', run: 'main' }
  await stores.log.append(telemetryTopic(stream), items.map((item) => ({ key: null, value: encodeItem(item) })))
  const log = { ...stores.log, read: (topic: string, partition: number, from: number, read?: object) => stores.log.read(topic, partition, from, { ...read, maxBytes: options.maxBytes ?? 1 << 22 }) }
  const state = await runStream({ stores: { ...stores, log }, instrument: { descriptor: options.descriptor ?? descriptor } as Instrument, stream, follow: false, clock: () => 0, log: () => {} })
  const curves: Record<string, unknown> = {}
  for (const key of await stores.curves.keys({})) {
    const bins = await stores.curves.read(key, -Infinity, Infinity)
    // A bin that proves to have neither events nor good time cannot be taken out of the store: it says nothing.
    const told = [...bins.index.keys()].filter((i) => bins.counts[i]! > 0 || bins.exposure[i]! > 0)
    const of = (name: 'index' | 'counts' | 'exposure' | 'background' | 'completeness' | 'flags'): number[] => told.map((i) => bins[name][i]!)
    curves[`${key.group} ${key.band} ${key.width}`] = { index: of('index'), counts: of('counts'), exposure: of('exposure'), background: of('background'), completeness: of('completeness'), flags: of('flags') }
  }
  const candidates = (await stores.log.latest(TOPICS.candidates)).map((r) => JSON.parse(new TextDecoder().decode(r.value)) as Candidate)
  await stores.close()
  return { curves, candidates: candidates.filter((c) => c.state !== 'retracted').map((c) => ({ ...c, id: '', revision: 0 })), tooLate: state.health.ledger.tooLate, duplicates: state.health.ledger.duplicates }
}

describe('late data', () => {
  it.each([['with', goodTime], ['without', []]] as const)('give the results of data in time, however late they are and in whatever batches, %s good-time intervals', async (_, head) => {
    const items = [bounds(0), bounds(1), ...head, ...inTime()]
    const clean = await results(items)
    expect(clean.candidates).toHaveLength(1)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 40 }), fc.constantFrom(1, 20_000, 1 << 22), async (delays, maxBytes) => {
        expect(await results(late(items, delays), { maxBytes })).toEqual(clean)
      }),
      { seed: 7, numRuns: 12 },
    )
  })

  it('of good time give the exposures of good time that came first, in whatever pieces and order, with late events too', async () => {
    const pieces = [[1000, 1013.31], [1013.35, 1021.5], [1022.25, 1039], [1039, 1047.7], [1052, 1058], [1058.5, 1060]]
    const head: Item[] = pieces.flatMap(([start, stop], sequence) => [0, 1].map((group): Item => ({ kind: 'gti', source: 's', sequence, group, late: false, start: Float64Array.of(start!), stop: Float64Array.of(stop!) })))
    const clean = await results([bounds(0), bounds(1), ...head, ...inTime()])
    expect(clean.candidates).toHaveLength(1)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(0, 0, 0, 3, 20), { minLength: 1, maxLength: 40 }), fc.array(fc.integer({ min: 1, max: STOP }), { minLength: head.length, maxLength: head.length }), fc.constantFrom(1, 20_000, 1 << 22), async (delays, places, maxBytes) => {
        const items = [bounds(0), bounds(1), ...late(inTime(), delays)]
        const marks = items.flatMap((item, i) => (item.kind === 'watermark' ? [i] : []))
        const behind = new Map<number, Item[]>()
        head.forEach((gti, i) => behind.set(marks[places[i]! - 1]!, [...(behind.get(marks[places[i]! - 1]!) ?? []), gti]))
        expect(await results(items.flatMap((item, i) => [item, ...(behind.get(i) ?? [])]), { maxBytes })).toEqual(clean)
      }),
      { seed: 8, numRuns: 10 },
    )
  })

  it('of good time that begins in the middle of a stream leave what came before it as it was', async () => {
    const gti = [0, 1].map((group): Item => ({ kind: 'gti', source: 's', sequence: 0, group, late: false, start: Float64Array.of(1030), stop: Float64Array.of(1050) }))
    const at = (time: number): Item[] => [bounds(0), bounds(1), ...inTime().flatMap((item) => (item.kind === 'watermark' && item.time === time ? [item, ...gti] : [item]))]
    const clean = await results(at(1030))
    const without = await results(at(0))
    for (const [time, maxBytes] of [[1031, 1], [1045, 1 << 22], [1060, 20_000]] as const) expect(await results(at(time), { maxBytes })).toEqual(clean)
    const exposure = (r: Results, from: number, to: number): number => {
      const { index, exposure: seconds } = (r.curves as Record<string, { index: number[]; exposure: number[] }>)['d0 soft 0.016']!
      return index.reduce((sum, i, k) => sum + (i * 0.016 >= from && i * 0.016 < to ? seconds[k]! : 0), 0)
    }
    expect(exposure(clean, 1000, 1029.9)).toBe(exposure(without, 1000, 1029.9))
    expect(exposure(clean, 1030.1, 1049.9)).toBeGreaterThan(15)
    expect(exposure(clean, 1050.1, 1060)).toBe(0)
  })

  it('revise nothing when they are later than the horizon: they are counted', async () => {
    const items = [bounds(0), bounds(1), ...goodTime, ...inTime()]
    const strict = { ...descriptor, lateHorizon: 10 }
    const lost = items.findIndex((item) => item.kind === 'events' && item.start >= 1020)
    const block = items[lost] as EventBlock
    const without = items.filter((_, i) => i !== lost)
    const afterwards = late(items, [0]).flatMap((item): Item[] => (item === block ? [] : item.kind === 'watermark' && item.time === block.stop + 12 ? [item, { ...block, late: true }] : [item]))
    const clean = await results(without, { descriptor: strict })
    for (const maxBytes of [1, 1 << 22]) expect(await results(afterwards, { descriptor: strict, maxBytes })).toEqual({ ...clean, tooLate: block.count })
  })

  it('that come twice are counted once', async () => {
    const items = [bounds(0), bounds(1), ...goodTime, ...inTime()]
    const clean = await results(items)
    const again = items.flatMap((item, i): Item[] => (item.kind === 'watermark' && i > 30 && !item.final ? [item, { ...(items[i - 20] as EventBlock), late: true }] : [item]))
    const repeated = again.filter((item): item is EventBlock => item.kind === 'events' && item.late)
    const found = await results(again)
    expect(repeated.length).toBeGreaterThan(20)
    expect(found).toEqual({ ...clean, duplicates: repeated.reduce((n, b) => n + b.count, 0) })
  })
})
