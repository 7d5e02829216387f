import { expect, it } from 'vitest'
import type { RequestAsUsed } from '@heavens/schemas'
import { ttFromUtcIso } from '@heavens/science/time'
import type { RequestContext } from '../request/resolve-request.js'
import { firstPart } from './first-part.js'

const START = ttFromUtcIso('2019-05-30T10:00:00')
const used = (products: RequestAsUsed['request']['products'], length = 1000): RequestAsUsed => ({
  request: { label: '', time: { format: 'seconds', scale: 'utc', reference: '2019-05-30T10:00:00', intervals: [[0, length]] }, ...(products ? { products } : {}) },
  intervals: [{ start: START, stop: START + length }], intervalsUtc: [['', '']], instruments: [{ id: 'counter', run: 'main', groups: [], options: {} }],
})
const context = (events: number): RequestContext => ({
  instruments: [], candidateTime: () => undefined,
  coverage: [
    { stream: { instrument: 'counter', run: 'main' }, start: START - 1000, stop: START + 1000, events, archived: 0 },
    { stream: { instrument: 'other', run: 'main' }, start: START, stop: START + 1000, events: 1e9, archived: 0 },
  ],
})

it('is the first stretch of some 300,000 events, curve and image only', () => {
  const part = firstPart(used({ lightCurve: { bin: 1, bands: 'each' }, image: { projection: 'TAN' }, spectrum: {}, events: {} }), context(2e7))!
  const [[from, to]] = part.time.intervals as [[string, string]]
  expect(ttFromUtcIso(from)).toBeCloseTo(START, 5)
  expect((ttFromUtcIso(to) - START) * 1e4).toBeGreaterThan(299_000)
  expect((ttFromUtcIso(to) - START) * 1e4).toBeLessThan(301_000)
  expect(part.products).toEqual({ lightCurve: { bin: 1, bands: 'each' }, image: { projection: 'TAN' } })
})

it('is not made of what is quick, nor where neither curve nor image is asked for', () => {
  expect(firstPart(used({ lightCurve: { bands: 'each' } }, 10), context(2e7))).toBeUndefined()
  expect(firstPart(used({ lightCurve: { bands: 'each' } }), context(2e6))).toBeUndefined()
  expect(firstPart(used({ spectrum: {}, events: {} }), context(1e9))).toBeUndefined()
  expect(firstPart(used(undefined), context(1e9))?.products).toEqual({ lightCurve: { bands: 'each' } })
})
