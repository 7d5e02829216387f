import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { telemetryTopic, type ChannelBounds, type DataItem, type EventBlock, type Item, type StreamId } from '@heavens/schemas'
import type { EventArchive, BlocksOptions } from '../archive/archive.js'
import { encodeItem } from '../codec/item-frames.js'
import type { Log } from '../log/log.js'

/** `log` is the one whose tail the archive reads; its slices should be of about 20 kB, so that the tests see many. */
export interface ArchiveSubject {
  log: Log
  archive: EventArchive
  reopen(): Promise<ArchiveSubject>
  destroy(): Promise<void>
}

const STREAM: StreamId = { instrument: 'conformance', run: 'main' }

/** Events of [start, start + 1) of detectors 0…2, in turn. */
export function exampleEvents(sequence: number, start: number, count = 30): EventBlock {
  return {
    kind: 'events', source: 's', sequence, start, stop: start + 1, count, late: false,
    columns: { time: new Float64Array(count).map((_, i) => start + i / count), channel: new Uint16Array(count).map((_, i) => (i * 7) % 128), detector: new Uint8Array(count).map((_, i) => i % 3) },
  }
}

const bounds = (sequence: number, group: number, from: number, first = 0): ChannelBounds => ({ kind: 'ebounds', source: 's', sequence, group, from, first, eMin: Float32Array.of(8, 20), eMax: Float32Array.of(20, 900) })

/** A stream of every kind: bounds, good time, then a block each second with watermarks, now and then housekeeping. */
function exampleItems(seconds: number): Item[] {
  const items: Item[] = [bounds(0, 0, -10), bounds(1, 1, -10), { kind: 'gti', source: 's', sequence: 2, group: -1, late: false, start: Float64Array.of(0), stop: Float64Array.of(seconds) }]
  for (let t = 0; t < seconds; t++) {
    if (t === 10) items.push(bounds(500, 0, 10))
    items.push(exampleEvents(t + 3, t), { kind: 'watermark', time: t + 1, final: false })
    if (t % 5 === 0) items.push({ kind: 'housekeeping', source: 's', sequence: 1000 + t, time: t, late: false, values: [{ name: 'T', value: t, unit: 'K' }] })
  }
  items.push({ kind: 'ledger', source: 's', duplicates: 0, late: 0, undecodable: 0, gaps: [] })
  return items
}

const isData = (item: Item): item is DataItem => item.kind !== 'watermark' && item.kind !== 'ledger'

/** What every archive must do. */
export function archiveConformance(name: string, open: () => Promise<ArchiveSubject>): void {
  describe(`${name} is an archive`, () => {
    let subject: ArchiveSubject
    beforeEach(async () => {
      subject = await open()
    })
    afterEach(async () => {
      await subject.destroy()
    })

    const publish = (items: readonly Item[], stream = STREAM) => subject.log.append(telemetryTopic(stream), items.map((item) => ({ key: null, value: encodeItem(item) })))
    const numbered = (items: readonly Item[], from = 0) => items.map((item, i) => ({ offset: from + i, item }))
    async function blocks(start: number, stop: number, options?: BlocksOptions): Promise<{ offset: number; item: DataItem }[]> {
      const found: { offset: number; item: DataItem }[] = []
      for await (const entry of subject.archive.blocks(STREAM, start, stop, options)) found.push(entry)
      return found
    }

    it('has nothing of a stream that does not exist', async () => {
      expect(await blocks(-Infinity, Infinity)).toEqual([])
      expect(await subject.archive.coverage()).toEqual([])
    })

    it('gives everything once, wherever the archive ends and the log goes on', async () => {
      const items = exampleItems(12)
      await publish(items)
      const expected = numbered(items).filter(({ item }) => isData(item) && item.kind !== 'ebounds' && item.kind !== 'gti')
      for (let cut = 0; cut <= items.length; cut++) {
        const stored = (await subject.archive.coverage())[0]!.archived
        await subject.archive.store(STREAM, numbered(items).slice(stored, cut))
        await subject.archive.flush()
        expect((await subject.archive.coverage())[0]!.archived, `archived up to ${cut}`).toBe(cut)
        const found = await blocks(0, 12)
        expect(found.slice(0, 4).map(({ item }) => item.kind)).toEqual(['ebounds', 'ebounds', 'gti', 'ebounds'])
        expect(found.slice(4), `cut at ${cut}`).toEqual(expected)
      }
    })

    it('chooses what overlaps an interval, and the bounds in force before it', async () => {
      const items = exampleItems(40)
      await publish(items)
      await subject.archive.store(STREAM, numbered(items).slice(0, 50))
      await subject.archive.flush()
      const starts = async (start: number, stop: number): Promise<number[]> => (await blocks(start, stop)).flatMap(({ item }) => (item.kind === 'events' ? [item.start] : []))
      expect(await starts(3, 5)).toEqual([3, 4])
      expect(await starts(3.5, 5.5)).toEqual([3, 4, 5])
      expect(await starts(18, 24)).toEqual([18, 19, 20, 21, 22, 23])
      expect(await starts(100, 200)).toEqual([])
      const early = (await blocks(3, 5)).filter(({ item }) => item.kind === 'ebounds')
      expect(early.map(({ item }) => (item as ChannelBounds).sequence)).toEqual([0, 1])
      const later = (await blocks(30, 32)).filter(({ item }) => item.kind === 'ebounds')
      expect(later.map(({ item }) => (item as ChannelBounds).sequence)).toEqual([1, 500])
      const across = (await blocks(9, 12)).filter(({ item }) => item.kind === 'ebounds')
      expect(across.map(({ item }) => (item as ChannelBounds).sequence)).toEqual([0, 1, 500])
      expect((await blocks(5, 6)).filter(({ item }) => item.kind === 'housekeeping')).toHaveLength(1)
    })

    it('gives only the events of the groups asked for', async () => {
      const items = exampleItems(6)
      await publish(items)
      await subject.archive.store(STREAM, numbered(items).slice(0, 9))
      await subject.archive.flush()
      const found = (await blocks(0, 6, { groups: [1] })).flatMap(({ item }) => (item.kind === 'events' ? [item] : []))
      expect(found).toHaveLength(6)
      for (const block of found) {
        expect([...new Set(block.columns.detector)]).toEqual([1])
        expect(block.count).toBe(10)
        expect(block.columns.time).toHaveLength(10)
        expect(block.columns.time[0]).toBeCloseTo(block.start + 1 / 30, 12)
      }
      expect((await blocks(0, 6, { groups: [7] })).some(({ item }) => item.kind === 'events')).toBe(false)
      expect((await blocks(0, 6, { groups: [7] })).filter(({ item }) => item.kind === 'ebounds')).toHaveLength(2)
    })

    it('covers every run, archived or only on the log', async () => {
      const other: StreamId = { instrument: 'conformance', run: 'replay-1.2' }
      const items = exampleItems(5)
      await publish(items)
      await publish([exampleEvents(0, 100), { kind: 'watermark', time: 101, final: true }], other)
      await subject.archive.store(STREAM, numbered(items))
      await subject.archive.flush()
      await subject.log.append('heavens.jobs', [{ key: 'a', value: new Uint8Array(1) }])
      expect(await subject.archive.coverage()).toEqual([
        { stream: STREAM, start: 0, stop: 5, events: 150, archived: items.length },
        { stream: other, start: 100, stop: 101, events: 30, archived: 0 },
      ])
      await publish([exampleEvents(99, 5)])
      expect((await subject.archive.coverage())[0]).toEqual({ stream: STREAM, start: 0, stop: 6, events: 180, archived: items.length })
    })

    it('says NaN for a stream in which nothing has a time', async () => {
      await publish([{ kind: 'watermark', time: 3, final: false }])
      expect(await subject.archive.coverage()).toEqual([{ stream: STREAM, start: NaN, stop: NaN, events: 0, archived: 0 }])
    })

    it('is not confused by items that it is given again', async () => {
      const items = exampleItems(8)
      await publish(items)
      await subject.archive.store(STREAM, numbered(items).slice(0, 10))
      await subject.archive.store(STREAM, numbered(items).slice(4, 14))
      await subject.archive.flush()
      await subject.archive.store(STREAM, numbered(items))
      await subject.archive.flush()
      expect((await blocks(0, 8)).filter(({ item }) => item.kind === 'events')).toHaveLength(8)
      expect((await subject.archive.coverage())[0]!.events).toBe(240)
    })

    it('takes from the log what it was not given', async () => {
      const items = exampleItems(8)
      await publish(items)
      await subject.archive.store(STREAM, numbered(items).slice(12))
      await subject.archive.flush()
      await subject.log.trim(telemetryTopic(STREAM), items.length)
      expect((await blocks(0, 8)).map(({ offset }) => offset).sort((a, b) => a - b)).toEqual(numbered(items).filter(({ item }) => isData(item)).map(({ offset }) => offset))
    })

    it('gives everything once when the log has been trimmed to what is verified, wherever that is', async () => {
      const items = exampleItems(8)
      await publish(items)
      const expected = numbered(items).filter(({ item }) => isData(item) && item.kind !== 'ebounds' && item.kind !== 'gti')
      for (let cut = 0; cut <= items.length; cut++) {
        const { first } = await subject.log.bounds(telemetryTopic(STREAM))
        await subject.archive.store(STREAM, numbered(items).slice(first, cut))
        await subject.archive.flush()
        const { verified, damaged } = await subject.archive.verify(STREAM, first)
        expect({ verified, damaged }, `archived up to ${cut}`).toEqual({ verified: cut, damaged: [] })
        await subject.log.trim(telemetryTopic(STREAM), verified)
        expect((await subject.log.bounds(telemetryTopic(STREAM))).first).toBe(cut)
        const found = await blocks(0, 8)
        expect(found.slice(0, 3).map(({ item }) => item.kind)).toEqual(['ebounds', 'ebounds', 'gti'])
        expect(found.slice(3), `trimmed to ${cut}`).toEqual(expected)
      }
    })

    it('begins behind the start of a log that was trimmed', async () => {
      const items = exampleItems(8)
      await publish(items)
      await subject.log.trim(telemetryTopic(STREAM), 9)
      await subject.archive.store(STREAM, numbered(items).slice(9))
      await subject.archive.flush()
      expect((await blocks(0, 8)).map(({ offset }) => offset)).toEqual(numbered(items).filter(({ offset, item }) => offset >= 9 && isData(item)).map(({ offset }) => offset))
    })

    it('goes on giving everything when the log is trimmed to the archive, also in the middle of a read', async () => {
      const items = exampleItems(20)
      await publish(items)
      const expected = numbered(items).flatMap(({ item }) => (item.kind === 'events' ? [item.start] : []))
      const found: number[] = []
      for await (const { item } of subject.archive.blocks(STREAM, 0, 20)) {
        if (item.kind === 'events') found.push(item.start)
        if (found.length === 3) {
          await subject.archive.store(STREAM, numbered(items))
          await subject.archive.flush()
          await subject.log.trim(telemetryTopic(STREAM), items.length)
        }
      }
      expect(found).toEqual(expected)
      expect((await blocks(0, 20)).filter(({ item }) => item.kind === 'events')).toHaveLength(20)
    })

    it('stops without an error when the signal aborts', async () => {
      const items = exampleItems(20)
      await publish(items)
      const stop = new AbortController()
      let count = 0
      for await (const _ of subject.archive.blocks(STREAM, 0, 20, { signal: stop.signal })) if (++count === 5) stop.abort()
      expect(count).toBe(5)
    })

    it('has everything again after it was closed and opened, and goes on where it was', async () => {
      const items = exampleItems(30)
      await publish(items)
      await subject.archive.store(STREAM, numbered(items).slice(0, 31))
      subject = await subject.reopen()
      expect((await subject.archive.coverage())[0]!.archived).toBe(31)
      await subject.archive.store(STREAM, numbered(items).slice(31))
      subject = await subject.reopen()
      expect((await blocks(0, 30)).filter(({ item }) => item.kind === 'events')).toHaveLength(30)
      expect((await subject.archive.coverage())[0]).toEqual({ stream: STREAM, start: 0, stop: 30, events: 900, archived: items.length })
    })
  })
}
