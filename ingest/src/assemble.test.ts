import { describe, expect, it } from 'vitest'
import type { EventBlock, InstrumentDescriptor, Item, LedgerItem, RateBlock } from '@heavens/schemas'
import type { DecodedItem } from '@heavens/instruments'
import { advanceSource, closeSource, createAssembler, offer, openSource, release, type Assembler } from './assemble.js'

const descriptor = { id: 'test', disorder: 0.5, lateHorizon: 60, curves: { sparse: false } } as unknown as InstrumentDescriptor

function events(times: number[], detector = 0, channel = (i: number): number => i % 128): DecodedItem {
  const time = Float64Array.from(times)
  return {
    kind: 'events', start: Math.min(...times), stop: Math.max(...times), count: times.length,
    columns: { time, channel: Uint16Array.from(times, (_, i) => channel(i)), detector: new Uint8Array(times.length).fill(detector) },
  }
}

function drain(assembler: Assembler): Item[] {
  const all: Item[] = []
  for (let items = release(assembler); items.length > 0; items = release(assembler)) all.push(...items)
  return all
}

const blocks = (items: Item[]): EventBlock[] => items.filter((i): i is EventBlock => i.kind === 'events')
const ledger = (items: Item[]): LedgerItem[] => items.filter((i): i is LedgerItem => i.kind === 'ledger')
const watermarks = (items: Item[]): number[] => items.flatMap((i) => (i.kind === 'watermark' ? [i.time] : []))

describe('assemble', () => {
  it('releases nothing while a source has said nothing', () => {
    const assembler = createAssembler(descriptor, { rowsPerBlock: 10 })
    openSource(assembler, 'a')
    openSource(assembler, 'b')
    offer(assembler, 'a', events([1, 2, 3, 40]))
    expect(drain(assembler)).toEqual([])
  })

  it('orders two sources by time slice, then watermark', () => {
    const assembler = createAssembler(descriptor, { rowsPerBlock: 2 })
    openSource(assembler, 'b')
    openSource(assembler, 'a')
    offer(assembler, 'b', events([10.1, 10.9, 12.5], 1))
    offer(assembler, 'a', events([10.2, 11.4, 12.6], 0))
    closeSource(assembler, 'a')
    closeSource(assembler, 'b')
    const items = drain(assembler)
    expect(items.map((i) => (i.kind === 'events' ? `${i.source}:${i.count}` : i.kind))).toEqual(['a:1', 'b:2', 'watermark', 'a:2', 'b:1', 'watermark'])
    expect(watermarks(items)).toEqual([11, 12.6 + 1e-6])
  })

  it('lets no block of a source that states good time reach before its first row or behind its last: runs may lie years apart', () => {
    const assembler = createAssembler(descriptor, { rowsPerBlock: 100 })
    const gti = (start: number, stop: number): DecodedItem => ({ kind: 'gti', group: -1, start: Float64Array.of(start), stop: Float64Array.of(stop) })
    for (const [id, at] of [['first', 1000], ['second', 5e7]] as const) {
      openSource(assembler, id)
      offer(assembler, id, gti(at, at + 10))
      offer(assembler, id, { ...events([at + 1, at + 8]), start: at, stop: at + 10 } as DecodedItem)
      closeSource(assembler, id)
    }
    // One stretch holds both; it was told as [1001, 5e7 + 8] for either, and gave each run the good time of the years between.
    expect(blocks(drain(assembler)).map(({ source, start, stop }) => [source, start, stop])).toEqual([['first', 1001, 1010], ['second', 5e7, 5e7 + 8 + 1e-6]])
  })

  it('sorts events that are out of order within the disorder of the instrument', () => {
    const assembler = createAssembler(descriptor, { rowsPerBlock: 100 })
    openSource(assembler, 'a')
    offer(assembler, 'a', events([5.3, 5.1, 5.2]))
    offer(assembler, 'a', events([5.25, 6.4]))
    closeSource(assembler, 'a')
    expect([...blocks(drain(assembler))[0]!.columns.time]).toEqual([5.1, 5.2, 5.25, 5.3, 6.4])
  })

  it('marks as late what comes behind a watermark, and counts it', () => {
    const assembler = createAssembler(descriptor, { rowsPerBlock: 1 })
    openSource(assembler, 'a')
    offer(assembler, 'a', events([1.5, 9]))
    drain(assembler)
    offer(assembler, 'a', events([1.7, 9.5]))
    const items = drain(assembler)
    const late = blocks(items).filter((b) => b.late)
    expect(late.map((b) => [...b.columns.time])).toEqual([[1.7]])
    expect(ledger(items)[0]!.late).toBe(1)
  })

  it('lets late events cover the whole seconds that they lie in, as in time, and no second between; of a sparse curve in one block', () => {
    for (const sparse of [false, true]) {
      const assembler = createAssembler({ ...descriptor, curves: { sparse } } as InstrumentDescriptor, { rowsPerBlock: 1 })
      openSource(assembler, 'a')
      offer(assembler, 'a', events([1.5, 9.2]))
      drain(assembler)
      expect(assembler.released).toBe(8)
      offer(assembler, 'a', events([2.4, 2.6, 5.1, 7.9, 9.5]))
      const late = blocks(drain(assembler)).filter((b) => b.late)
      expect(late.map((b) => [b.start, b.stop, b.count])).toEqual(sparse ? [[2, 8, 4]] : [[2, 3, 2], [5, 6, 1], [7, 8, 1]])
      expect(new Set(late.map((b) => b.sequence)).size).toBe(late.length)
    }
  })

  it('drops the overlap of two files of one detector, keeping true repeats within a file', () => {
    const assembler = createAssembler(descriptor, { rowsPerBlock: 100 })
    const same = (): number => 7
    openSource(assembler, 'a')
    openSource(assembler, 'b')
    offer(assembler, 'a', events([1, 2, 2, 3], 0, same))
    offer(assembler, 'b', events([2, 3.0000004, 4], 0, same))
    closeSource(assembler, 'a')
    closeSource(assembler, 'b')
    const items = drain(assembler)
    expect(blocks(items).map((b) => [...b.columns.time])).toEqual([[1, 2, 2, 3], [4]])
    expect(ledger(items)[0]!.duplicates).toBe(2)
  })

  it('does not take events of two detectors for repeats', () => {
    const assembler = createAssembler(descriptor, { rowsPerBlock: 100 })
    for (const [i, id] of ['a', 'b'].entries()) {
      openSource(assembler, id)
      offer(assembler, id, events([1, 2, 3], i))
      closeSource(assembler, id)
    }
    expect(blocks(drain(assembler)).reduce((n, b) => n + b.count, 0)).toBe(6)
  })

  it('skips what an interrupted file had already brought', () => {
    const assembler = createAssembler(descriptor, { rowsPerBlock: 100, released: 3 })
    openSource(assembler, 'a', { resumeAt: 3, sequence: 12 })
    offer(assembler, 'a', events([1, 2, 3.5, 4]))
    closeSource(assembler, 'a')
    const items = drain(assembler)
    expect(blocks(items).map((b) => [b.sequence, ...b.columns.time])).toEqual([[12, 3.5, 4]])
    // They come once, read twice: neither doubled nor late.
    expect(ledger(items)).toEqual([])
  })

  it('tells again neither the preamble nor the gaps of an interrupted file', () => {
    const good: DecodedItem = { kind: 'gti', group: 0, start: Float64Array.of(0, 2, 8), stop: Float64Array.of(1, 5, 9) }
    const bounds: DecodedItem = { kind: 'ebounds', group: 0, from: 0, first: 0, eMin: Float32Array.of(4, 8), eMax: Float32Array.of(8, 16) }
    const run = (options: { released?: number; resume?: { resumeAt: number; sequence: number; preamble: number } }): Item[] => {
      const assembler = createAssembler(descriptor, { rowsPerBlock: 2, ...(options.released === undefined ? {} : { released: options.released }) })
      openSource(assembler, 'a', options.resume)
      for (const item of [bounds, good, events([0.5, 2.5, 4.5, 8.5, 8.6])]) offer(assembler, 'a', item)
      closeSource(assembler, 'a')
      return drain(assembler)
    }
    const once = run({})
    const first = once.findIndex((i) => i.kind === 'watermark') + 1
    const rest = run({ released: 3, resume: { resumeAt: 3, sequence: 3, preamble: 2 } })
    expect(rest).toEqual(once.slice(first))
    expect(ledger(once).map((l) => l.gaps)).toEqual([[{ start: 1, stop: 2 }], [{ start: 5, stop: 8 }]])
  })

  it('notes gaps in rates', () => {
    const assembler = createAssembler(descriptor, { rowsPerBlock: 100 })
    openSource(assembler, 'a')
    const time = Float64Array.from([1, 1.1, 1.2, 5.2, 5.3])
    const rates: DecodedItem = { kind: 'rates', start: 1, stop: 5.4, count: 5, width: 0.1, group: 0, channels: 1, time, counts: new Float64Array(5).fill(3) }
    offer(assembler, 'a', rates)
    closeSource(assembler, 'a')
    const items = drain(assembler)
    expect(ledger(items)[0]!.gaps).toHaveLength(1)
    expect(ledger(items)[0]!.gaps[0]!.stop).toBe(5.2)
    expect(items.filter((i): i is RateBlock => i.kind === 'rates').reduce((n, b) => n + b.count, 0)).toBe(5)
  })

  it('moves the watermark of a silent live stream', () => {
    const assembler = createAssembler(descriptor, { rowsPerBlock: 1 })
    openSource(assembler, 'a')
    offer(assembler, 'a', events([1.5]))
    advanceSource(assembler, 'a', 3)
    expect(watermarks(drain(assembler))).toEqual([2, 3])
    advanceSource(assembler, 'a', 7)
    expect(watermarks(drain(assembler))).toEqual([7])
  })

  it('cuts blocks at the same places however the rows arrive', () => {
    const times = Array.from({ length: 5000 }, (_, i) => 100 + i * 0.013)
    const cut = (piece: number): string[] => {
      const assembler = createAssembler(descriptor, { rowsPerBlock: 300 })
      const out: Item[] = []
      openSource(assembler, 'a')
      for (let i = 0; i < times.length; i += piece) {
        offer(assembler, 'a', events(times.slice(i, i + piece)))
        out.push(...drain(assembler))
      }
      closeSource(assembler, 'a')
      out.push(...drain(assembler))
      return out.map((i) => (i.kind === 'events' ? `${i.start} ${i.stop} ${i.count} ${i.sequence}` : i.kind === 'watermark' ? `w ${i.time}` : i.kind))
    }
    expect(cut(17)).toEqual(cut(5000))
    expect(cut(999)).toEqual(cut(5000))
  })

  it('tells channel bounds once, and again when they change', () => {
    const assembler = createAssembler(descriptor, { rowsPerBlock: 100 })
    openSource(assembler, 'a')
    const bounds = (top: number): DecodedItem => ({ kind: 'ebounds', group: 2, from: 0, first: 0, eMin: Float32Array.of(4, 8), eMax: Float32Array.of(8, top) })
    offer(assembler, 'a', bounds(16))
    offer(assembler, 'a', bounds(16))
    offer(assembler, 'a', bounds(17))
    expect(drain(assembler).map((i) => i.kind)).toEqual(['ebounds', 'ebounds'])
  })
})
