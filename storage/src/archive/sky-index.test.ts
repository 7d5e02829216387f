import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Binary, Field, Float64, makeData, RecordBatch, RecordBatchFileWriter, Schema, Struct, Utf8, type Data } from 'apache-arrow'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { telemetryTopic, type DataItem, type EventBlock, type Item, type PointingBlock } from '@heavens/schemas'
import { separation } from '@heavens/science/sky'
import { encodeItem } from '../codec/item-frames.js'
import { exampleEvents } from '../conformance/archive-conformance.js'
import { openTemporaryStores, type TemporaryStores } from '../conformance/temporary-stores.js'
import type { BlocksOptions } from './archive.js'
import { cellsOf, cellTest } from './sky-cells.js'

const stream = { instrument: 'sky', run: 'main' }

/** Photons of one second within some degrees of a place; now and then one without a direction. */
function photons(sequence: number, at: { ra: number; dec: number }, spread: number, count: number, grouped: boolean): EventBlock {
  const noise = (i: number, salt: number): number => (((i + 1) * 2654435761 * salt + sequence * 40503) % 1000) / 500 - 1
  const rows = new Float64Array(count)
  return {
    kind: 'events', source: 's', sequence, start: sequence, stop: sequence + 1, count, late: false,
    columns: {
      time: rows.map((_, i) => sequence + i / count), ...(grouped ? { detector: new Uint8Array(count).map((_, i) => i % 3) } : {}),
      ra: Float32Array.from(rows, (_, i) => (i % 17 === 16 ? NaN : (at.ra + (spread * noise(i, 3)) / Math.max(0.05, Math.cos((at.dec * Math.PI) / 180)) + 720) % 360)),
      dec: Float32Array.from(rows, (_, i) => (i % 17 === 16 ? NaN : Math.max(-90, Math.min(90, at.dec + spread * noise(i, 7))))),
    },
  }
}

const place = fc.record({ ra: fc.double({ min: 0, max: 360, noNaN: true }), dec: fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(-90, 90, 0)) })

describe('cells of a block', () => {
  it('touch every disc that has one of its events', () => {
    fc.assert(fc.property(fc.array(place, { minLength: 1, maxLength: 600 }), place, fc.double({ min: 0, max: 180, noNaN: true }), (all, centre, radius) => {
      const [ra, dec] = [Float32Array.from(all, (p) => p.ra), Float32Array.from(all, (p) => p.dec)]
      const inside = Array.from(ra).some((_, i) => separation(centre.ra, centre.dec, ra[i]!, dec[i]!) <= radius)
      const cells = cellsOf(ra, dec)
      expect(cells.length).toBeLessThanOrEqual(384)
      if (inside) expect(cellTest({ ...centre, radius })(cells)).toBe(true)
    }), { numRuns: 200 })
  })

  it('do not touch a disc far away', () => {
    expect(cellTest({ ra: 10, dec: 0, radius: 5 })(cellsOf(Float32Array.of(40), Float32Array.of(0)))).toBe(false)
    expect(cellTest({ ra: 10, dec: 0, radius: 5 })(cellsOf(Float32Array.of(NaN), Float32Array.of(NaN)))).toBe(false)
  })
})

describe('an archive with an index of positions', () => {
  let temporary: TemporaryStores
  beforeEach(async () => {
    temporary = await openTemporaryStores({ sliceBytes: 30_000 })
  })
  afterEach(() => temporary.destroy())

  async function archived(items: readonly Item[], upTo: number): Promise<void> {
    await temporary.stores.log.append(telemetryTopic(stream), items.map((item) => ({ key: null, value: encodeItem(item) })))
    await temporary.stores.archive.store(stream, items.slice(0, upTo).map((item, offset) => ({ offset, item })))
    await temporary.stores.archive.flush()
  }
  async function found(start: number, stop: number, options: BlocksOptions = {}): Promise<{ offset: number; item: DataItem; before?: object }[]> {
    const all = []
    for await (const entry of temporary.stores.archive.blocks(stream, start, stop, options)) all.push(entry)
    return all
  }
  const rowsIn = (item: EventBlock, keep: (row: number) => boolean): unknown[] =>
    Array.from(item.columns.time, (time, i) => [time, item.columns.ra![i], item.columns.dec![i], item.columns.detector?.[i]]).filter((_, i) => keep(i))

  it('gives exactly the events of a full scan, and every block, archived or not', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.record({ at: place, spread: fc.constantFrom(0, 1, 5, 40), count: fc.integer({ min: 1, max: 120 }), grouped: fc.boolean() }), { minLength: 1, maxLength: 40 }),
      place, fc.constantFrom(0, 0.5, 3, 20, 100, 180), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), fc.option(fc.constantFrom([0], [1, 2], [7])),
      async (seeds, centre, radius, share, near, groups) => {
        await temporary.destroy()
        temporary = await openTemporaryStores({ sliceBytes: 30_000 })
        const items = seeds.map(({ at, spread, count, grouped }, i) => photons(i, at, spread, count, grouped))
        await archived(items, Math.floor(share * items.length))
        const region = { ...(near ? seeds[0]!.at : centre), radius }
        const options = groups ? { groups } : {}
        const cut = await found(1, seeds.length - 1, { ...options, region })
        const whole = await found(1, seeds.length - 1, options)
        expect(cut.map(({ offset }) => offset)).toEqual(whole.map(({ offset }) => offset))
        cut.forEach(({ item, before }, i) => {
          const all = whole[i]!.item as EventBlock
          const { ra, dec, detector } = all.columns
          expect({ ...item, count: 0, columns: 0 }).toEqual({ ...all, count: 0, columns: 0 })
          expect(Object.keys((item as EventBlock).columns).sort()).toEqual(Object.keys(all.columns).sort())
          expect(rowsIn(item as EventBlock, () => true)).toEqual(rowsIn(all, (row) => separation(region.ra, region.dec, ra![row]!, dec![row]!) <= radius))
          expect((item as EventBlock).count).toBe((item as EventBlock).columns.time.length)
          expect(before).toEqual({ detectors: detector && [...new Set(detector)].sort((a, b) => a - b) })
        })
      },
    ), { numRuns: 60 })
  })

  it('always gives attitude, and events without directions whole', async () => {
    const one = Float32Array.of(1)
    const pointing: PointingBlock = { kind: 'pointing', source: 's', sequence: 1, start: 1, stop: 2, count: 1, late: false, time: Float64Array.of(1), duration: one, ra: one, dec: one, raX: one, decX: one, raZenith: one, decZenith: one, livetime: one, inSaa: Uint8Array.of(0) }
    await archived([photons(0, { ra: 10, dec: 10 }, 1, 50, false), pointing, exampleEvents(2, 2)], 3)
    const all = await found(0, 9, { region: { ra: 200, dec: -40, radius: 1 } })
    expect(all.map(({ item }) => (item.kind === 'events' ? item.count : item.kind))).toEqual([0, 'pointing', 30])
  })

  it('says which item is damaged when only that is read, and that an index is', async () => {
    await archived(Array.from({ length: 20 }, (_, i) => photons(i, { ra: i * 15, dec: 0 }, 1, 60, false)), 20)
    const folder = join(temporary.folder, 'archive', 'sky', 'main')
    const [line] = (await readFile(join(folder, 'slices.jsonl'), 'utf8')).split('\n')
    const slice = JSON.parse(line!) as { file: string; index: { bytes: number } }
    const path = join(folder, slice.file)
    const good = await readFile(path)
    const spoil = async (at: number): Promise<void> => {
      const bytes = Buffer.from(good)
      bytes[at]! ^= 1
      await writeFile(path, bytes)
      await temporary.reopen()
    }
    // 600 bytes into the first item: among its columns.
    await spoil(slice.index.bytes + 600)
    expect(await found(5, 6)).toHaveLength(1)
    await expect(found(0, 1)).rejects.toMatchObject({ code: 'store-damaged' })
    await expect(found(0, 1)).rejects.toThrow('the item at offset 0')
    await spoil(slice.index.bytes - 20)
    await expect(found(5, 6)).rejects.toThrow('index')
    await writeFile(path, good.subarray(0, slice.index.bytes + 700))
    await temporary.reopen()
    await expect(found(0, 1)).rejects.toMatchObject({ code: 'store-damaged' })
  })

  it('reads slices of before there was an index', async () => {
    const items = Array.from({ length: 6 }, (_, i) => photons(i, { ra: i * 60, dec: 0 }, 1, 20, false))
    const folder = join(temporary.folder, 'archive', 'sky', 'main')
    await mkdir(folder, { recursive: true })
    const bytes = firstVersion(items)
    await writeFile(join(folder, 'old.arrow'), bytes)
    const span = { start: 0, stop: 6, dataStart: 0, dataStop: 6, events: 120 }
    await writeFile(join(folder, 'slices.jsonl'), `${JSON.stringify({ first: 0, next: 6, file: 'old.arrow', bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), span, preambles: [] })}\n`)
    expect((await found(0, 6)).map(({ item }) => item)).toEqual(items)
    const cut = await found(2, 6, { region: { ra: 180, dec: 0, radius: 10 } })
    expect(cut.map(({ offset, item }) => [offset, (item as EventBlock).count])).toEqual([[2, 0], [3, 19], [4, 0], [5, 0]])
    // A small last slice is taken up again: then it gets an index.
    const { log, archive } = temporary.stores
    const more = [...items, photons(6, { ra: 0, dec: 0 }, 1, 20, false)]
    await log.append(telemetryTopic(stream), more.map((item) => ({ key: null, value: encodeItem(item) })))
    await archive.store(stream, [{ offset: 6, item: more[6]! }])
    await archive.flush()
    expect((await found(0, 7)).map(({ item }) => item)).toEqual(more)
    expect((await archive.verify(stream)).damaged).toEqual([])
  })
})

/** A slice as it was written without an index. */
function firstVersion(items: readonly EventBlock[]): Uint8Array {
  const number = new Float64()
  const fields = [new Field('offset', number, false), new Field('kind', new Utf8(), false), new Field('start', number, false), new Field('stop', number, false), new Field('item', new Binary(), false)]
  const length = items.length
  const encoded = items.map((item) => encodeItem(item))
  const offsets = (parts: readonly Uint8Array[]): { data: Uint8Array; valueOffsets: Int32Array } => {
    const ends = new Int32Array(length + 1)
    parts.forEach((part, i) => (ends[i + 1] = ends[i]! + part.length))
    return { data: Buffer.concat(parts), valueOffsets: ends }
  }
  const numbers = (pick: (item: EventBlock) => number): Data => makeData({ type: number, length, nullCount: 0, data: Float64Array.from(items, pick) })
  const children: Data[] = [
    numbers((item) => item.sequence), makeData({ type: new Utf8(), length, nullCount: 0, ...offsets(items.map(() => Buffer.from('events'))) }), numbers((item) => item.start), numbers((item) => item.stop),
    makeData({ type: new Binary(), length, nullCount: 0, ...offsets(encoded) }),
  ]
  const writer = new RecordBatchFileWriter()
  writer.write(new RecordBatch(new Schema(fields, new Map([['heavens', '{"kind":"slice","version":1}']])), makeData({ type: new Struct(fields), length, nullCount: 0, children }) as never))
  writer.finish()
  return writer.toUint8Array(true)
}
