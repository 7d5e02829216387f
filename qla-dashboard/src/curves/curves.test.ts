import { describe, expect, it } from 'vitest'
import { instrumentDescriptorExample, streamHealthExample } from '@heavens/schemas'
import { ttFromUtcIso } from '@heavens/science/time'
import { roomFor } from './rooms.js'
import { rowsOf } from './curve-rows.js'
import { type Bins, binsOfFrame, emptyBins, lowerBound, mergeBins } from './series-buffer.js'
import { stepsOf, widthForSpan } from './steps.js'
import { axisRange, follow, panAxis, zoomAxis } from './time-axis.js'
import { tickStep, tickText, utcTicks } from './time-ticks.js'

const bins = (index: number[], counts: number[], change: Partial<Bins> = {}): Bins => ({
  ...emptyBins(2), index: Float64Array.from(index), counts: Float64Array.from(counts), exposure: new Float64Array(index.length).fill(2),
  background: new Float64Array(index.length).fill(NaN), provisional: new Uint8Array(index.length), revision: new Uint16Array(index.length), ...change,
})

describe('the series buffer', () => {
  it('appends, replaces and inserts by index', () => {
    const merged = mergeBins(bins([1, 2, 5], [10, 20, 50]), bins([2, 3, 6], [21, 30, 60]))
    expect([...merged.index]).toEqual([1, 2, 3, 5, 6])
    expect([...merged.counts]).toEqual([10, 21, 30, 50, 60])
  })
  it('keeps the newest when full, and starts anew when width or phase change', () => {
    expect([...mergeBins(bins([1, 2, 3], [1, 2, 3]), bins([4], [4]), 2).index]).toEqual([3, 4])
    expect([...mergeBins(bins([1, 2], [1, 2]), bins([9], [9], { phase: 0.5 })).index]).toEqual([9])
    expect(mergeBins(bins([1], [1]), bins([], [])).index).toHaveLength(1)
  })
  it('reads a frame, and says what is missing from it', () => {
    const arrays = { index: Float64Array.of(4), counts: Float64Array.of(7), exposure: Float32Array.of(2), background: Float32Array.of(NaN), revision: Uint16Array.of(1), completeness: Float32Array.of(1), flags: Uint8Array.of(1) }
    expect(binsOfFrame(2, 0, arrays)).toMatchObject({ provisional: Uint8Array.of(1), width: 2 })
    expect(() => binsOfFrame(2, 0, { index: arrays.index })).toThrow('without counts')
  })
  it('finds bounds', () => {
    expect([0, 2, 3, 9].map((v) => lowerBound(Float64Array.of(2, 3, 5), v))).toEqual([0, 0, 1, 3])
  })
})

describe('stepsOf', () => {
  const all = { sparse: false, known: [-Infinity, Infinity] as [number, number], seams: [] }
  it('draws each bin as a level line, an open one apart', () => {
    const s = stepsOf(bins([5, 6], [4, 8], { provisional: Uint8Array.of(0, 1) }), 10, 14, all)
    expect(s.x).toEqual([10, 12, 12, 14])
    expect(s.rate).toEqual([2, 2, null, null])
    expect(s.open).toEqual([null, null, 4, 4])
    expect(s.largest).toBe(4)
  })
  it('leaves a gap where a bin is missing, and hatches it only where data have come', () => {
    const s = stepsOf(bins([5, 7], [4, 4]), 10, 20, { ...all, known: [10, 16] })
    expect(s.gaps).toEqual([[12, 14]])
    expect(s.rate).toEqual([2, 2, null, null, 2, 2])
  })
  it('draws zero between the photons of a sparse curve, up to what has come', () => {
    const s = stepsOf(bins([5, 9], [2, 2]), 8, 40, { ...all, sparse: true, known: [10, 30] })
    expect(s.x).toEqual([10, 12, 12, 18, 18, 20, 20, 30])
    expect(s.rate).toEqual([1, 1, 0, 0, 1, 1, 0, 0])
    expect(s.gaps).toEqual([])
  })
  it('gives no rate without exposure, and nothing without bins', () => {
    expect(stepsOf(bins([5], [4], { exposure: Float64Array.of(0) }), 10, 12, all).rate).toEqual([null, null])
    expect(stepsOf(emptyBins(2), 10, 20, { ...all, known: [30, 40] }).x).toEqual([])
  })
  it('marks bins that late data have changed', () => {
    expect(stepsOf(bins([5, 6], [4, 8], { revision: Uint16Array.of(0, 2) }), 10, 14, all).revised).toEqual([13])
  })
  it('shows gaps that the stream reports', () => {
    expect(stepsOf(emptyBins(2), 10, 20, { ...all, known: [30, 40], seams: [{ start: 12, stop: 13 }, { start: 50, stop: 60 }] }).gaps).toEqual([[12, 13]])
  })
})

describe('the time axis', () => {
  const live = { live: true, span: 100, stop: null }
  it('ends at now while live, else where it was stopped', () => {
    expect(axisRange(live, 500)).toEqual({ start: 400, stop: 500 })
    expect(axisRange({ live: false, span: 100, stop: 300 }, 500)).toEqual({ start: 200, stop: 300 })
  })
  it('pans into the past and becomes live again at its end', () => {
    const past = panAxis(live, 500, -50)
    expect(past).toEqual({ live: false, span: 100, stop: 450 })
    expect(panAxis(past, 500, 60)).toEqual(live)
  })
  it('zooms about a time', () => {
    const z = zoomAxis({ live: false, span: 100, stop: 300 }, 500, 250, 0.5)
    const { start, stop } = axisRange(z, 500)
    expect((250 - start) / (stop - start)).toBeCloseTo(0.5, 9)
    expect(zoomAxis(live, 500, 450, 0.5)).toEqual({ live: true, stop: null, span: 50 })
  })
  it('follows the newest data smoothly, but jumps to another run at once', () => {
    expect(follow(null, 500, 100, 0.1)).toBe(500)
    expect(follow(499, 500, 100, 0.1)).toBeGreaterThan(499)
    expect(follow(499, 500, 100, 0.1)).toBeLessThan(500)
    expect(follow(100, 500, 100, 0.1)).toBe(500)
    expect(follow(500, 90, 100, 0.1)).toBe(90)
  })
})

describe('ticks', () => {
  it('stand at round UTC times', () => {
    const start = ttFromUtcIso('2019-05-30T10:19:03.2Z')
    const ticks = utcTicks(start, start + 60, 8)
    const step = tickStep(60, 8)
    expect(ticks.map((t) => tickText(t, step))).toEqual(['10:19:10', '10:19:20', '10:19:30', '10:19:40', '10:19:50', '10:20:00'])
  })
  it('stay round across a leap second', () => {
    const start = ttFromUtcIso('2016-12-31T23:59:50Z')
    const texts = utcTicks(start, start + 25, 10).map((t) => tickText(t, 5))
    expect(texts).toContain('23:59:55')
    expect(texts).toContain('01-01')
    expect(texts).toContain('00:00:05')
  })
  it('write the date, minutes or milliseconds as the step needs', () => {
    const t = ttFromUtcIso('2019-05-30T00:00:00Z')
    expect(tickText(t, 86_400)).toBe('2019-05-30')
    expect(tickText(t, 3600)).toBe('05-30')
    expect(tickText(t + 90.25, 0.05)).toBe('00:01:30.25')
    expect(tickText(t + 60, 60)).toBe('00:01')
  })
})

it('chooses bins that fit the axis', () => {
  expect(widthForSpan([0.016, 0.064, 0.256, 1.024], 300)).toBe(0.256)
  expect(widthForSpan([0.016, 0.064], 1e6)).toBe(0.064)
})

it('makes a row for each stream, with what was chosen for it', () => {
  const stream = { ...streamHealthExample, instrument: 'example-monitor' }
  const [row] = rowsOf([stream, { ...stream, instrument: 'unknown' }], [instrumentDescriptorExample], new Map([['example-monitor', { group: 'n1', width: 1.024 }]]), 300)
  expect(row).toMatchObject({ band: '50-300', group: 'n1', width: 1.024 })
  expect(rowsOf([stream], [instrumentDescriptorExample], new Map(), 300)[0]).toMatchObject({ group: 'sum', width: 0.256 })
})

it('leaves room above the highest bin', () => {
  expect([0, 0.7, 900, 3600].map(roomFor)).toEqual([1, 1, 1500, 5000])
})
