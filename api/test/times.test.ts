import { openJobs } from '@heavens/analysis'
import { telemetryTopic, type Quote } from '@heavens/schemas'
import { encodeItem } from '@heavens/storage'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ID, INSTRUMENT, openBench, type Bench } from './fixture.js'

/** 2019-06-14T00:00:00 UTC in TT s: within revolution 2102, which is known. */
const T0 = (58648 - 51544) * 86400 + 69.184
const MISSION = { ...INSTRUMENT, descriptor: { ...INSTRUMENT.descriptor, mission: 'INTEGRAL', revolutions: { passages: [[2102, '2019-06-14T00:00:00'], [2103, '2019-06-16T00:00:00'], [2200, '2020-01-01T00:00:00']] as [number, string][], accuracy: 9000, source: 'a test' } } }
let bench: Bench
let candidate = ''
beforeAll(async () => {
  bench = await openBench({ instruments: [MISSION] }, (stores, dir) => openJobs({ stores, instruments: [MISSION], dir, version: '0.0.0', threads: 0 }))
  await bench.stores.log.append(telemetryTopic({ instrument: ID, run: 'main' }), [{
    key: null, value: encodeItem({ kind: 'events', source: 's', sequence: 0, start: T0, stop: T0 + 200, count: 200, late: false, columns: { time: Float64Array.from({ length: 200 }, (_, i) => T0 + i), channel: new Uint16Array(200), detector: new Uint8Array(200), ra: new Float32Array(200), dec: new Float32Array(200) } }),
  }])
  await bench.candidates({ id: 'c-test', time: T0 + 10 })
  candidate = 'c-test'
})
afterAll(() => bench.close())
const quote = (time: object): ReturnType<typeof bench.ask<Quote>> => bench.ask<Quote>('/api/v1/analyses/quote', { json: { time, instruments: [{ id: ID }] } })

it.each<[string, () => object]>([
  ['ISO UTC', () => ({ intervals: [['2019-06-14T00:00:00Z', '2019-06-14T00:01:10']] })],
  ['ISO TT', () => ({ scale: 'tt', intervals: [['2019-06-14T00:01:09.184', '2019-06-14T00:02:19.184']] })],
  ['MJD UTC', () => ({ format: 'mjd', intervals: [[58648, 58648 + 70 / 86400]] })],
  ['MJD TT', () => ({ format: 'mjd', scale: 'tt', intervals: [[58648 + 69.184 / 86400, 58648 + 139.184 / 86400]] })],
  ['IJD', () => ({ format: 'ijd', intervals: [[T0 / 86400, (T0 + 70) / 86400]] })],
  ['mission time of another mission', () => ({ format: 'met', mission: 'Fermi', intervals: [[582163205, 582163275]] })],
  ['mission time in days', () => ({ format: 'met', mission: 'INTEGRAL', intervals: [[T0 / 86400, (T0 + 70) / 86400]] })],
  ['revolutions', () => ({ format: 'revolution', mission: 'INTEGRAL', intervals: [[2102, 2102 + 70 / 172_800]] })],
  ['a trigger', () => ({ format: 'seconds', reference: candidate, intervals: [['T0-10s', 'T0+60s']] })],
  ['several intervals', () => ({ format: 'seconds', reference: candidate, intervals: [[20, 60], [-10, 20]] })],
])('REST takes %s', async (name, time) => {
  const { status, body } = await quote(time())
  expect(status, JSON.stringify(body)).toBe(200)
  const { intervals } = body.used
  expect(intervals[0]!.start).toBeCloseTo(T0, 3)
  expect(intervals.at(-1)!.stop).toBeCloseTo(T0 + 70, 3)
  expect(intervals).toHaveLength(name === 'several intervals' ? 2 : 1)
  expect(body.instruments[0]!.id).toBe(ID)
})

it('says how well revolutions are known', async () => {
  expect((await quote({ format: 'revolution', mission: 'INTEGRAL', intervals: [[2102, 2103]] })).body.cut[0]).toBe('Revolutions of INTEGRAL begin at a test.')
  expect((await quote({ format: 'revolution', mission: 'INTEGRAL', intervals: [[2102, 2103.5]] })).body.cut[0]).toMatch(/interpolated between, and may be wrong by up to 2\.5 h/)
})

it('closes an open end where the data end, for a quote', async () => {
  const { body } = await quote({ format: 'seconds', reference: candidate, intervals: [[-10, null]] })
  expect(body.used.intervals[0]!.stop === null || body.used.intervals[0]!.stop! > T0).toBe(true)
})

it.each<[string, object, string]>([
  ['a revolution not known', { format: 'revolution', mission: 'INTEGRAL', intervals: [[1, 2]] }, 'time.intervals.0.0'], ['revolutions of a mission that has none', { format: 'revolution', mission: 'Fermi', intervals: [[1, 2]] }, 'time.mission'],
  ['a trigger with words', { format: 'seconds', reference: '2019-06-14T00:00:00', intervals: [['T0-ten', 'T0']] }, 'time.intervals.0.0'],
])('refuses %s', async (_, time, path) => {
  expect(await quote(time)).toMatchObject({ status: 400, body: { error: { code: 'bad-time', path } } })
})
