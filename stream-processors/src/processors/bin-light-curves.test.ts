import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InstrumentDescriptor, Item } from '@heavens/schemas'
import { blocksOf, bounds, counter, type TestEvent } from '../testing/streams.js'
import { bandTotals, createLightCurves, stepLightCurves } from './bin-light-curves.js'

/** All closed bins by name, as `counts per band @ exposure`. */
function run(items: readonly Item[], descriptor: InstrumentDescriptor = counter): { bins: Map<string, string>; outOfBand: number; order: number[] } {
  const state = createLightCurves(descriptor)
  const bins = new Map<string, string>()
  const order: number[] = []
  const reopened = new Set<string>()
  const n = descriptor.bands.length
  for (const item of items) {
    stepLightCurves(state, item, (closed) => {
      closed.index.forEach((index, i) => {
        const key = `${closed.group}/${descriptor.curves.widths[closed.level]}/${index}`
        if (!reopened.has(key)) expect(bins.has(key), `${key} closed twice`).toBe(false)
        if (closed.open) reopened.add(key)
        bins.set(key, `${[...closed.counts.subarray(i * n, i * n + n)].join(' ')} @ ${closed.exposure[i]}`)
        if (closed.group === 0 && closed.level === 0) order.push(index)
      })
    })
  }
  return { bins, outOfBand: bandTotals(state).outOfBand, order }
}

const event = (time: number, channel = 0, detector = 0): TestEvent => ({ time, channel, detector })
const goodTime = (start: number, stop: number, group = 0): Item => ({ kind: 'gti', source: 's', sequence: 0, group, late: false, start: Float64Array.of(start), stop: Float64Array.of(stop) })

describe('bin-light-curves', () => {
  it('gives nothing for nothing, and nothing for a watermark alone', () => {
    expect(run([]).bins.size).toBe(0)
    expect(run([{ kind: 'watermark', time: 100, final: false }]).bins.size).toBe(0)
  })

  it('puts each event in the bin floor(t / width) of every width and in its band', () => {
    const t = 612483619.19
    const { bins } = run([bounds(0), ...blocksOf([event(t, 0), event(t + 0.001, 4), event(t + 0.002, 4)], [t + 10])])
    for (const width of counter.curves.widths) expect(bins.get(`0/${width}/${Math.floor(t / width)}`)?.split(' @')[0], String(width)).toBe('1 2')
  })

  it('keeps in its bin an event 60 ns before the end of it', () => {
    // Of GRB 190530A: t · 62.5 is rounded to the next integer, t / 0.016 is not.
    const t = 612526836.0319999456
    const { bins } = run([bounds(0), ...blocksOf([event(t, 4)], [t + 10])])
    expect(bins.get('0/0.064/9570731812')?.split(' @')[0]).toBe('0 1')
  })

  it('loses nothing where the second source of a detector begins before the first', () => {
    const [early, late] = [blocksOf([event(100.1, 4), event(100.3, 4)], [100.9]), blocksOf([event(100.5, 4)], [100.9])]
    const { bins } = run([bounds(0), late[0]!, early[0]!, { kind: 'watermark', time: 120, final: false }])
    expect([...bins].filter(([k, v]) => k.startsWith('0/0.016/') && v.startsWith('0 1')).length).toBe(3)
  })

  it('counts events outside all bands, and those whose channel has no bounds', () => {
    const wide: InstrumentDescriptor = { ...counter, bands: [counter.bands[1]!] }
    const { outOfBand, bins } = run([bounds(0), ...blocksOf([event(10, 0), event(10, 5), event(10, 400), event(10, 5, 1)], [12])], wide)
    expect(outOfBand).toBe(3)
    expect([...bins].filter(([k, v]) => k.startsWith('0/1.024') && !v.startsWith('0')).map(([, v]) => v[0])).toEqual(['1'])
  })

  it('closes a bin only when the watermark has passed its end, and in order', () => {
    const items = [bounds(0), goodTime(100, 200), ...blocksOf([event(100.001), event(100.02), event(100.9)], [100.01, 100.5, 101])]
    const seen: number[] = []
    const state = createLightCurves(counter)
    for (const item of items.slice(0, 4)) stepLightCurves(state, item, (c) => c.level === 0 && seen.push(...c.index))
    expect(seen).toEqual([])
    const { order } = run(items)
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(order[0]).toBe(Math.floor(100.001 * 62.5))
  })

  it('gives empty bins within good time, none outside it', () => {
    const { bins } = run([bounds(0), goodTime(1000, 1001.024), ...blocksOf([event(1000.01)], [1000.5, 1010])])
    const fine = [...bins].filter(([k]) => k.startsWith('0/0.016/'))
    expect(fine.length).toBe(64)
    expect(fine.filter(([, v]) => v.startsWith('0 0')).length).toBe(63)
    expect(Number(fine[5]![1].split('@ ')[1])).toBeCloseTo(0.016, 6)
  })

  it('takes dead time from the exposure', () => {
    const slow = { ...counter, deadTime: 0.001 }
    const { bins } = run([bounds(0), goodTime(0, 10), ...blocksOf([event(1.001), event(1.002, 400)], [2])], slow)
    expect(Number(bins.get(`0/0.016/${Math.floor(1.001 * 62.5)}`)!.split('@ ')[1])).toBeCloseTo(0.014, 9)
  })

  it('jumps over years without data', () => {
    const year = 3.15e7
    const { bins } = run([bounds(0), goodTime(100, 101), goodTime(100 + 5 * year, 101 + 5 * year), ...blocksOf([event(100.5), event(100.5 + 5 * year)], [110, 110 + 5 * year])])
    expect([...bins].filter(([k]) => k.startsWith('0/1.024/')).length).toBeLessThanOrEqual(5)
  })

  it('carries on after a final watermark with data much later', () => {
    const first = blocksOf([event(100.5)], [101])
    const later = blocksOf([event(9e6 + 0.5)], [9e6 + 1])
    const { bins } = run([bounds(0), ...first, ...later])
    expect([...bins.values()].filter((v) => v.startsWith('1 ')).length).toBe(2 * counter.curves.widths.length)
  })

  it('gives the same bins however the stream is cut into blocks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 5000, max: 5008, noNaN: true }), fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 11 })), { minLength: 1, maxLength: 300 }),
        fc.array(fc.double({ min: 5000, max: 5009, noNaN: true }), { maxLength: 30 }),
        (raw, cuts) => {
          const list = raw.map(([time, detector, channel]) => ({ time, detector, channel })).sort((a, b) => a.time - b.time)
          const head = [bounds(0), bounds(1), goodTime(5000, 5008, -1)]
          const once = run([...head, ...blocksOf(list, [5009])])
          const many = run([...head, ...blocksOf(list, [...cuts.sort((a, b) => a - b), 5009])])
          expect(many.bins).toEqual(once.bins)
          expect(many.outOfBand).toBe(once.outOfBand)
        },
      ),
      { seed: 20261123, numRuns: 60 },
    )
  })

  it('keeps the phase of an instrument that bins itself, and loses no bin', () => {
    const native: InstrumentDescriptor = { ...counter, data: 'rates', groups: [counter.groups[0]!], curves: { ...counter.curves, widths: [0.1, 1], phase: 'native', main: 1 } }
    const time = Float64Array.from({ length: 1000 }, (_, i) => 731518935.1876 + i * 0.1)
    const item: Item = { kind: 'rates', source: 's', sequence: 0, start: time[0]!, stop: time[999]! + 0.1, count: 1000, late: false, width: 0.1, group: 0, channels: 2, time, counts: Float64Array.from({ length: 2000 }, (_, i) => i) }
    const { bins } = run([item, { kind: 'watermark', time: time[999]! + 0.2, final: true }], native)
    const fine = [...bins].filter(([k]) => k.startsWith('0/0.1/'))
    expect(fine.length).toBe(1000)
    expect(fine[3]![1]).toBe(`6 7 @ ${Math.fround(0.1)}`)
  })

  it('leaves out empty bins of a sparse instrument and spans years at once', () => {
    const sparse: InstrumentDescriptor = { ...counter, curves: { widths: [25.6, 640, 86400], sparse: true, phase: 'absolute', main: 640 } }
    const { bins } = run([bounds(0), ...blocksOf([event(1e6, 0), event(1e6 + 1, 4), event(2e8, 4)], [3e8])], sparse)
    expect([...bins].filter(([k]) => k.startsWith('0/25.6/')).map(([, v]) => v.split(' @')[0])).toEqual(['1 1', '0 1'])
  })
})
