import { expect, it } from 'vitest'
import type { Instrument } from '@heavens/instruments'
import { instrumentDescriptorExample, type InstrumentDescriptor } from '@heavens/schemas'
import { resolveRequest, type RequestContext } from './request/resolve-request.js'
import { ttFromUtcIso } from '@heavens/science/time'

const START = ttFromUtcIso('2019-01-01T00:00:00')
const DAY = 86_400
const descriptor: InstrumentDescriptor = { ...instrumentDescriptorExample, id: 'counter', products: ['light-curve', 'image'] }
const context = (events: number, days = 100): RequestContext => ({
  instruments: [{ descriptor } as Instrument], candidateTime: () => undefined,
  coverage: [{ stream: { instrument: 'counter', run: 'main' }, start: START, stop: START + days * DAY, events, archived: 0 }],
})
const ask = (intervals: [string, string][], products: object, known = context(1e6)): (() => unknown) => () => resolveRequest({ target: { ra: 1, dec: 1 }, time: { intervals }, instruments: [{ id: 'counter' }], products }, known)
const days = (n: number): [string, string][] => [['2019-01-01', new Date(Date.UTC(2019, 0, 1 + n)).toISOString().slice(0, 10)]]
const refused = (path: string, words: RegExp): object => expect.objectContaining({ code: 'too-much', path, message: expect.stringMatching(words) as string }) as object

it('refuses ten years in bins of a millisecond, whatever data there are, and says why', () => {
  expect(ask(days(3652), { lightCurve: { bin: 0.001 } })).toThrow(refused('products.lightCurve.bin', /0\.001 s over the time asked for are 316,000,000,000 bins.*wider bins or less time/) as Error)
  expect(ask(days(3652), { lightCurve: { bin: 3600 } })).not.toThrow()
})

it('refuses more bins than a curve may have where there are data, and not where there are none', () => {
  expect(ask(days(3652), { lightCurve: { bin: 1 } })).toThrow(refused('products.lightCurve.bin', /1 s give 8,640,000 bins of counter/) as Error)
  expect(ask(days(3652), { lightCurve: { bin: 1 } }, context(1e6, 40))).not.toThrow()
})

it('refuses too many pixels and, beyond all doubt, too many events', () => {
  expect(ask(days(1), { image: { size: 90, pixel: 0.01 } })).toThrow(refused('products.image.pixel', /9000 pixels a side/) as Error)
  expect(ask(days(100), { lightCurve: { bin: 100 } }, context(3e8))).toThrow(refused('time.intervals', /about 300,000,000 events.*shorter time/) as Error)
  expect(ask(days(50), { lightCurve: { bin: 100 } }, context(3e8))).not.toThrow()
})

it('says in words that ten thousand intervals are the most', () => {
  const many = (n: number): [string, string][] => Array.from({ length: n }, (_, i) => [new Date(Date.UTC(2019, 0, 1, 0, i)).toISOString(), new Date(Date.UTC(2019, 0, 1, 0, i, 30)).toISOString()])
  expect(ask(many(10_001), {})).toThrow(refused('time.intervals', /10,001 intervals, at most 10,000/) as Error)
  expect(ask(many(10_000), {})).not.toThrow()
})
