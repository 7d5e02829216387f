import { gzipSync } from 'node:zlib'
import { openJobs } from '@heavens/analysis'
import { telemetryTopic, type GoodTimeAnswer, type Job, type Quote } from '@heavens/schemas'
import { writeFits } from '@heavens/science/fits'
import { encodeItem } from '@heavens/storage'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ID, INSTRUMENT, openBench, type Bench } from './fixture.js'

const START = 600_000_000
let bench: Bench
beforeAll(async () => {
  bench = await openBench({}, (stores, dir) => openJobs({ stores, instruments: [INSTRUMENT], dir, version: '0.0.0', threads: 0 }))
  await bench.stores.log.append(telemetryTopic({ instrument: ID, run: 'main' }), [
    { key: null, value: encodeItem({ kind: 'ebounds', source: 's', sequence: 0, group: 0, from: START, first: 0, eMin: Float32Array.of(20, 60, 250), eMax: Float32Array.of(60, 250, 900) }) },
    { key: null, value: encodeItem({ kind: 'gti', source: 's', sequence: 1, group: 0, late: false, start: Float64Array.of(START), stop: Float64Array.of(START + 10_000) }) },
    { key: null, value: encodeItem({ kind: 'events', source: 's', sequence: 2, start: START, stop: START + 10_000, count: 10_000, late: false, columns: { time: Float64Array.from({ length: 10_000 }, (_, i) => START + i + 0.25), channel: new Uint16Array(10_000).fill(1), detector: new Uint8Array(10_000), ra: new Float32Array(10_000), dec: new Float32Array(10_000) } }) },
  ])
})
afterAll(() => bench.close())

function gti(n: number): Uint8Array {
  return writeFits([{ kind: 'image', cards: [] }, {
    kind: 'bintable', name: 'GTI', rows: n, cards: [['MJDREFI', 51544], ['MJDREFF', 0], ['TIMESYS', 'TT'], ['TIMEUNIT', 's']],
    columns: [{ name: 'START', format: '1D', unit: 's', values: Float64Array.from({ length: n }, (_, i) => START + 2 * i) }, { name: 'STOP', format: '1D', unit: 's', values: Float64Array.from({ length: n }, (_, i) => START + 2 * i + 1) }],
  }])
}
async function send<T>(body: Uint8Array | string, query = '', headers: Record<string, string> = { 'content-type': 'application/fits' }): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${bench.api.url}/api/v1/gti${query}`, { method: 'POST', body: body as BodyInit, headers })
  return { status: answer.status, body: (await answer.json()) as T }
}

it.each(['plain', 'packed'])('good time of a file with thousands of intervals (%s) is the time of an analysis', async (how) => {
  const bytes = gti(4000)
  const { status, body } = await send<GoodTimeAnswer>(how === 'packed' ? gzipSync(bytes) : bytes)
  expect([status, body.time.intervals.length, Math.round(body.seconds)]).toEqual([200, 4000, 4000])
  const asked = { time: body.time, instruments: [{ id: ID, groups: ['n0'] }], products: { spectrum: {}, lightCurve: { bin: 1 } } }
  const quoted = await bench.ask<Quote>('/api/v1/analyses/quote', { json: asked })
  expect([quoted.status, quoted.body.instruments[0]!.events, Math.round(quoted.body.instruments[0]!.exposure)]).toEqual([200, 4000, 4000])
  let job = (await bench.ask<Job>('/api/v1/analyses', { json: asked })).body
  for (let i = 0; i < 400 && job.phase !== 'COMPLETED' && job.phase !== 'ERROR'; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    job = (await bench.ask<Job>(`/api/v1/analyses/${job.id}`)).body
  }
  expect([job.phase, job.error]).toEqual(['COMPLETED', undefined])
  const report = await (await fetch(`${bench.api.url}/api/v1/analyses/${job.id}/products/report.html`)).text()
  expect(report).toContain('and 3900 intervals more')
}, 60_000)

it('a list is good time, and so says the name of what is wrong', async () => {
  expect((await send<GoodTimeAnswer>('2019-05-30T10:19:00 2019-05-30T10:20:00\n', '?name=a.txt', { 'content-type': 'text/plain' })).body.seconds).toBeCloseTo(60, 5)
  expect(await send('one two three\n', '?name=../../etc/a%20b.txt', { 'content-type': 'text/plain' })).toMatchObject({ status: 422, body: { error: { code: 'file-unusable', sentence: expect.stringContaining('a_b.txt cannot be used') as string } } })
})

it.each<[string, () => Uint8Array, number, string]>([
  ['nothing', () => new Uint8Array(0), 400, 'bad-request'], ['half a file', () => gti(4000).subarray(0, 20_000), 422, 'fits-truncated'], ['a broken pack', () => gzipSync(gti(10)).subarray(0, 100), 422, 'fits-damaged'],
  ['a bomb', () => gzipSync(new Uint8Array(129 * 2 ** 20)), 413, 'too-large'], ['too much', () => new Uint8Array(33 * 2 ** 20), 413, 'too-large'],
])('refuses %s', async (_, bytes, status, code) => {
  expect(await send(bytes())).toMatchObject({ status, body: { error: { code } } })
}, 30_000)

it('refuses a form, and more intervals than one analysis may have', async () => {
  expect(await send('a=b', '', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({ status: 400, body: { error: { code: 'bad-request', path: 'content-type' } } })
  const many = (await send<GoodTimeAnswer>(gti(12_000))).body.time
  expect(await bench.ask('/api/v1/analyses/quote', { json: { time: many, instruments: [{ id: ID }] } })).toMatchObject({ status: 422, body: { error: { code: 'too-much', path: 'time.intervals' } } })
})
