import { openJobs } from '@heavens/analysis'
import { keptFitExample, telemetryTopic } from '@heavens/schemas'
import type { Item, Job, Quote } from '@heavens/schemas'
import { encodeItem } from '@heavens/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ID, INSTRUMENT, openBench } from './fixture.js'
import type { Bench } from './fixture.js'
import { connect } from './live-client.js'

/** 100 s of detector n0: 10 events a second in the middle channel of three. */
const START = 600_000_000
const TELEMETRY: Item[] = [
  { kind: 'ebounds', source: 's', sequence: 0, group: 0, from: START, first: 0, eMin: Float32Array.of(20, 60, 250), eMax: Float32Array.of(60, 250, 900) },
  { kind: 'gti', source: 's', sequence: 1, group: 0, late: false, start: Float64Array.of(START), stop: Float64Array.of(START + 100) },
  {
    kind: 'events', source: 's', sequence: 2, start: START, stop: START + 100, count: 1000, late: false,
    columns: { time: Float64Array.from({ length: 1000 }, (_, i) => START + i / 10 + 0.05), channel: new Uint16Array(1000).fill(1), detector: new Uint8Array(1000), ra: new Float32Array(1000).fill(10), dec: new Float32Array(1000).fill(20) },
  },
]
const time = { format: 'seconds', scale: 'utc', reference: '2019-01-05T10:38:50.816', intervals: [[10, 30]] }
const request = { label: 'twenty seconds', time, instruments: [{ id: ID, groups: ['n0'] }], products: { lightCurve: { bin: 1 } } }

describe('analyses with the real job service', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench({}, (stores, dir) => openJobs({ stores, instruments: [INSTRUMENT], dir, version: '0.0.0', threads: 0 }))
    await bench.stores.log.append(telemetryTopic({ instrument: ID, run: 'main' }), TELEMETRY.map((item) => ({ key: null, value: encodeItem(item) })))
  })
  afterAll(() => bench.close())

  it('quotes, runs, tells every change live, and gives the files', async () => {
    const quote = await bench.ask<Quote>('/api/v1/analyses/quote', { json: request })
    expect(quote.body).toMatchObject({ instruments: [{ id: ID, run: 'main' }] })
    const client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'jobs' })
    await client.take('snapshot')
    const { status, body: { id } } = await bench.ask<Job>('/api/v1/analyses', { json: request })
    expect(status).toBe(201)
    const end = await client.take('record', (m) => m.channel === 'jobs' && m.item.id === id && ['COMPLETED', 'ERROR'].includes(m.item.phase))
    const job = end.item as Job
    expect([job.phase, job.error]).toEqual(['COMPLETED', undefined])
    expect(client.texts.flatMap((m) => (m.type === 'record' && m.channel === 'jobs' ? [m.item.phase] : []))[0]).toBe('QUEUED')
    client.close()

    const product = job.products.find(({ kind }) => kind === 'light-curve')!
    const { body, headers } = await bench.ask<Uint8Array>(`/api/v1/analyses/${id}/products/${product.path}`)
    expect([body.length, headers.get('content-type'), new TextDecoder().decode(body.subarray(0, 9))]).toEqual([product.bytes, 'application/fits', 'SIMPLE  ='])
    const part = await bench.ask<Uint8Array>(`/api/v1/analyses/${id}/products/${product.path}`, { headers: { range: 'bytes=80-159' } })
    expect([part.status, part.headers.get('content-range'), part.body]).toEqual([206, `bytes 80-159/${product.bytes}`, body.subarray(80, 160)])
    expect((await bench.ask(`/api/v1/analyses/${id}/products/${product.path}`, { headers: { range: `bytes=${product.bytes}-` } })).status).toBe(416)
    const tar = await bench.ask<Uint8Array>(`/api/v1/analyses/${id}/archive.tar`)
    expect(tar.body.length).toBeGreaterThan(product.bytes)
    for (const path of ['..%2f..%2flog%2fdata.mdb', '%2e%2e%2frequest.json', 'no.fits']) {
      expect((await bench.ask(`/api/v1/analyses/${id}/products/${path}`)).body.error.code).toBe('not-found')
    }
  })
  it('gives the fits that were asked of an analysis as a page, alone and in the archive', async () => {
    const { id } = await bench.options.jobs.hold({ ...request, label: 'fitted' })
    expect((await bench.ask(`/api/v1/analyses/${id}/fits.html`)).body.error.code).toBe('not-found')
    const jobs = bench.options.jobs
    const get = jobs.get.bind(jobs)
    jobs.get = async (one) => (one === id ? { ...(await get(one)), fits: [keptFitExample] } : get(one))
    const page = await bench.ask<Uint8Array>(`/api/v1/analyses/${id}/fits.html`)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(new TextDecoder().decode(page.body)).toContain(keptFitExample.answer!.model)
    jobs.get = get
    await jobs.cancel(id)
    await jobs.cancel(id)
  })
  it('answers the list in pages, from the last back to the first', async () => {
    const made: string[] = []
    for (const label of ['a', 'b', 'c']) made.push((await bench.options.jobs.hold({ ...request, label })).id)
    const last = await bench.ask<Job[]>('/api/v1/analyses?limit=2')
    expect(last.body.map(({ id }) => id)).toEqual(made.slice(1))
    expect(last.headers.get('link')).toBe(`</api/v1/analyses?limit=2&before=${made[1]}>; rel="prev"`)
    expect((await bench.ask<Job[]>(`/api/v1/analyses?limit=1&before=${made[1]}`)).body.map(({ id }) => id)).toEqual([made[0]])
    const all = await bench.ask<Job[]>('/api/v1/analyses')
    expect([all.body.length, all.headers.get('link')]).toEqual([4, null])
    expect((await bench.ask('/api/v1/analyses?limit=0')).status).toBe(400)
  })
  it.each([
    [{ ...request, instruments: [{ id: 'nowhere' }] }, 404, 'unknown-instrument'], [{ ...request, target: { name: 'No Such Star' } }, 404, 'unknown-source'],
    [{ ...request, time: { ...time, intervals: [[30, 10]] } }, 400, 'stop-before-start'], [{ ...request, time: { intervals: [['yesterday', null]] } }, 400, 'bad-time'],
  ])('refuses what cannot be with the path: %#', async (json, status, code) => {
    const answer = await bench.ask('/api/v1/analyses', { json })
    expect([answer.status, answer.body.error.code, typeof answer.body.error.path]).toEqual([status, code, 'string'])
  })
})
