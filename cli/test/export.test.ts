import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { exportEvents, observedTime } from '@heavens/analysis'
import { INSTRUMENTS, recogniseFile, type DecodedItem, type Instrument } from '@heavens/instruments'
import { EVENT_COLUMN_TYPES, telemetryTopic, type DataItem, type EventBlock, type EventColumns, type GoodTime, type InstrumentDescriptor } from '@heavens/schemas'
import { bytesSource, openFits, verifyChecksums } from '@heavens/science/fits'
import { encodeItem, openEmbeddedStores, type Stores } from '@heavens/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answers } from './answers.js'
import { heavens, replay, temporaryFolder } from './heavens.js'
import { partFile, photons, seeded } from './tte-file.js'

const T0 = 612_525_669.184
const ARRAYS = { float64: Float64Array, float32: Float32Array, uint16: Uint16Array, int16: Int16Array, uint8: Uint8Array }
const COUNTING = INSTRUMENTS.filter(({ descriptor }) => descriptor.data === 'events')

let folder: string
let remove: () => Promise<void>
beforeAll(async () => void ({ folder, remove } = await temporaryFolder()))
afterAll(() => remove())

/** Blocks of ten seconds of a source; every fourth second no good time. */
function telemetry(descriptor: InstrumentDescriptor, source: string, group: number, start: number, random: () => number): DataItem[] {
  const marks = { source, late: false }
  const good: GoodTime = { kind: 'gti', ...marks, sequence: 1, group: descriptor.groups.length > 1 ? group : -1, start: Float64Array.of(start, start + 40.1), stop: Float64Array.of(start + 30.2, start + 100) }
  if (descriptor.columns.includes('flags')) good.cuts = { eMin: 1e5, eMax: 3e8, zenith: 90, discs: [{ ra: 83.6331, dec: 22.0145, radius: 15 }] }
  const items: DataItem[] = [good]
  if (descriptor.columns.includes('channel')) items.push({ kind: 'ebounds', ...marks, sequence: 0, group, from: start, first: 0, eMin: Float32Array.from({ length: 128 }, (_, i) => 4 + i), eMax: Float32Array.from({ length: 128 }, (_, i) => 5 + i) })
  const one = (value: number): Float32Array => Float32Array.of(value)
  items.push({
    kind: 'pointing', ...marks, sequence: 2, start, stop: start + 100, count: 1, time: Float64Array.of(start), duration: one(100), ra: one(83.5), dec: one(21.25), raX: one(1), decX: one(2),
    raZenith: one(NaN), decZenith: one(NaN), livetime: one(0.9375), inSaa: Uint8Array.of(0),
  })
  for (let k = 0; k < 10; k++) {
    const count = 1 + Math.floor(random() * 300)
    const time = new Float64Array(count).map(() => start + 10 * k + 10 * random()).sort()
    const columns: Record<string, unknown> = { time }
    for (const name of descriptor.columns) {
      const values = new ARRAYS[EVENT_COLUMN_TYPES[name]](count)
      const make: Partial<Record<keyof EventColumns, () => number>> = { channel: () => random() * 128, energy: () => 2 ** (20 + 8 * random()), ra: () => 360 * random(), dec: () => 180 * random() - 90, detector: () => group, flags: () => (random() < 0.3 ? 1 : 0) }
      columns[name] = values.map(make[name] ?? (() => 100 * random()))
    }
    const block: EventBlock = { kind: 'events', ...marks, sequence: 10 + k, start: start + 10 * k, stop: start + 10 * (k + 1), count, columns: columns as unknown as EventColumns }
    items.push(block)
    // Sent twice: kept twice, exported once.
    if (k === 4) items.push(block)
  }
  return items
}

async function inStores<T>(name: string, work: (stores: Stores) => Promise<T>): Promise<T> {
  const stores = await openEmbeddedStores(path.join(folder, name), { sliceBytes: 30_000 })
  try {
    return await work(stores)
  } finally {
    await stores.close()
  }
}

async function decoded(file: string): Promise<{ instrument: Instrument; items: DecodedItem[] }> {
  const fits = await openFits(bytesSource(await readFile(file)), file)
  expect((await verifyChecksums(fits)).every(({ datasum, checksum }) => datasum === 'right' && checksum === 'right')).toBe(true)
  const { instrument, kind } = recogniseFile(fits)
  const items: DecodedItem[] = []
  for await (const item of instrument.decode(fits, kind, { rows: 500, keep: async () => 'kept', undecodable: (count, reason) => expect.fail(`${count} rows: ${reason}`) })) items.push(item)
  return { instrument, items }
}

/** All events of blocks one after the other, as plain lists. */
function eventsOf(items: readonly (DataItem | DecodedItem)[], start = -Infinity, stop = Infinity): Record<string, number[]> {
  const out: Record<string, number[]> = {}
  for (const item of items) {
    if (item.kind !== 'events') continue
    for (const [name, values] of Object.entries(item.columns) as [string, Float64Array][]) out[name] = [...(out[name] ?? []), ...Array.from(values).filter((_, i) => item.columns.time[i]! >= start && item.columns.time[i]! < stop)]
  }
  return out
}

describe.each(COUNTING.map((instrument) => [instrument.descriptor.id, instrument] as const))('event lists of %s', (id, instrument) => {
  const { descriptor } = instrument
  const stream = { instrument: id, run: 'main' }
  const random = seeded(id.length * 17)
  const groups = descriptor.groups.length > 1 ? [0, descriptor.groups.length - 1] : [0]
  const sources = groups.flatMap((group) => [telemetry(descriptor, `a-${group}`, group, T0, random), telemetry(descriptor, `b-${group}`, group, T0 + 200, random)])

  it('are read back by its own decoder as the same events, good time, bounds and cuts', async () => {
    await inStores(`whole-${id}`, async (stores) => {
      const items = sources.flat()
      await stores.log.append(telemetryTopic(stream), items.map((item) => ({ key: null, value: encodeItem(item) })))
      await stores.archive.store(stream, items.slice(0, items.length / 2).map((item, offset) => ({ offset, item })))
      for (const [start, stop] of [[-Infinity, Infinity], [T0 + 25.5, T0 + 248.25]] as const) {
        const out = path.join(folder, `lists-${id}-${start}`)
        const lists = await exportEvents(stores.archive, instrument, stream, [start, stop], out)
        expect(lists.map((list) => `${list.group} ${list.source}`)).toEqual(groups.flatMap((group) => ['a', 'b'].map((name) => `${descriptor.groups[group]!.id} ${name}-${group}`)))
        for (const list of lists) {
          const sent = sources.find((one) => 'source' in one[0]! && one[0].source === list.source)!
          const once = sent.filter((item, i) => sent.indexOf(item) === i)
          const back = await decoded(path.join(out, list.file))
          expect(back.instrument.descriptor.id).toBe(id)
          const want = eventsOf(once, start, stop)
          expect(eventsOf(back.items)).toEqual(want)
          expect(list.events).toBe(want['time']!.length)
          const stated = sent.find((item) => item.kind === 'gti')!
          const [gti] = back.items.filter((item) => item.kind === 'gti')
          const clipped = [...stated.start].map((from, i) => [Math.max(from, start), Math.min(stated.stop[i]!, stop)]).filter(([from, to]) => to! > from!)
          expect([...gti!.start].map((from, i) => [from, gti!.stop[i]])).toEqual(clipped)
          expect(gti!.cuts ?? {}).toEqual(stated.cuts ?? {})
          expect(list.goodTime).toBeCloseTo(clipped.reduce((sum, [from, to]) => sum + to! - from!, 0), 6)
          const bounds = sent.find((item) => item.kind === 'ebounds')
          if (bounds) expect(back.items.find((item) => item.kind === 'ebounds')).toMatchObject({ group: bounds.group, first: 0, eMin: bounds.eMin, eMax: bounds.eMax })
        }
      }
    })
  })

  it('and its good time and pointings are told without the events', async () => {
    await inStores(`whole-${id}`, async (stores) => {
      const { good, pointings } = await observedTime(stores.archive, descriptor, stream)
      expect(good.map(({ group }) => group)).toEqual(descriptor.groups.length > 1 ? groups.map((group) => descriptor.groups[group]!.id) : [descriptor.groups[0]!.id])
      for (const { intervals, seconds } of good) {
        expect(intervals.map(([from, to]) => [from - T0, to - T0].map((t) => Number(t.toFixed(3))))).toEqual([[0, 30.2], [40.1, 100], [200, 230.2], [240.1, 300]])
        expect(seconds).toBeCloseTo(2 * (30.2 + 59.9), 6)
      }
      // One direction all the time, 15/16 of it live.
      expect(pointings).toHaveLength(1)
      expect(pointings[0]).toMatchObject({ start: T0, stop: T0 + 300 })
      expect(pointings[0]!.exposure).toBeCloseTo(0.9375 * 2 * (30.2 + 59.9), 4)
      expect([pointings[0]!.ra, pointings[0]!.dec]).toEqual([expect.closeTo(83.5, 5), expect.closeTo(21.25, 5)])
    })
  })

  it('are none where there is nothing', async () => {
    await inStores(`none-${id}`, async (stores) => expect(await exportEvents(stores.archive, instrument, stream, [T0, T0 + 1], path.join(folder, 'nothing'))).toEqual([]))
  })
})

it('heavens archive export: what it writes gives the same curves, images and candidates when it is replayed', async () => {
  const files = await Promise.all([0, 1].map(async (detector) => {
    const rows = photons(60 + detector, 420, 60, { at: 370, rate: 1500 })
    const file = path.join(folder, `sent-${detector}.fit`)
    await writeFile(file, partFile(detector, rows, 0, rows.time.length, { start: 0, stop: 420 }))
    return file
  }))
  const first = path.join(folder, 'first')
  expect((await replay('--data', first, ...files)).code).toBe(0)
  const out = path.join(folder, 'exported')
  const { code, stdout } = await heavens('archive', 'export', '--data', first, '--out', out, '--json')
  expect(code).toBe(0)
  const lists = JSON.parse(stdout) as { file: string; events: number }[]
  const second = path.join(folder, 'second')
  const again = await replay('--data', second, ...lists.map(({ file }) => path.join(out, file)))
  expect(again.code).toBe(0)
  expect(again.summary.events).toBe(lists.reduce((sum, { events }) => sum + events, 0))
  const of = (data: string): Promise<unknown> => inStores(path.relative(folder, data), (stores) => answers(stores))
  expect(await of(second)).toEqual(await of(first))
  expect((await heavens('archive', 'export', '--data', first)).code).toBe(2)
  expect((await heavens('archive', 'export', '--data', first, '--out', out, '--stop', '2001-01-01T00:00:00Z')).code).toBe(1)
}, 120_000)
