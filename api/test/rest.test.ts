import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { ResolvedTarget, analysisRequestExample, decodeFrame } from '@heavens/schemas'
import type { Candidate, CurveSeries, ErrorBody, Job, SkyImage, Status } from '@heavens/schemas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../src/index.js'
import { ID, openBench } from './fixture.js'
import type { Bench } from './fixture.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
  await bench.candidates({ id: 'c-old', time: 100 }, { id: 'c-new', time: 300 }, { id: 'c-mid', time: 200 })
  await bench.health({ run: 'main', events: 42 })
  await bench.image({ band: 'all', window: '1ks' }, 5)
  await bench.curve({ group: 'n0' }, 100, [1, 2, 3, 4])
  await bench.curve({ group: 'n1' }, 101, [10, 20, 30])
  await bench.curve({ group: 'n0', width: 10 }, 10, [10])
})
afterAll(() => bench.close())

describe('what is there', () => {
  it('lists the instruments', async () => {
    const { status, body } = await bench.ask<{ id: string }[]>('/api/v1/instruments')
    expect([status, body.map(({ id }) => id)]).toEqual([200, [ID]])
  })
  it('shows the status with the health of every stream', async () => {
    const { body } = await bench.ask<Status>('/api/v1/status')
    expect(body).toMatchObject({ name: 'heavens', simulated: true, mode: 'live', streams: [{ instrument: ID, events: 42 }] })
    expect(body.time).toBeGreaterThan(8e8)
  })
  it('gives candidates newest first, and one of them', async () => {
    expect((await bench.ask<Candidate[]>('/api/v1/candidates')).body.map(({ id }) => id)).toEqual(['c-new', 'c-mid', 'c-old'])
    expect((await bench.ask<Candidate>('/api/v1/candidates/c-mid')).body.time).toBe(200)
    expect((await bench.ask('/api/v1/candidates/c-none')).body.error).toMatchObject({ code: 'not-found' })
  })
  it('gives headers of images and a frame', async () => {
    expect((await bench.ask<SkyImage[]>('/api/v1/images')).body).toMatchObject([{ instrument: ID, window: '1ks', counts: 5 }])
    const { body } = await bench.ask<Uint8Array>(`/api/v1/images/frame?instrument=${ID}&band=all&window=1ks`)
    expect(decodeFrame<SkyImage>(body)).toMatchObject({ header: { nside: 1 }, arrays: { counts: new Float32Array(12).fill(5) } })
    expect((await bench.ask(`/api/v1/images/frame?instrument=${ID}&band=all&window=9ks`)).status).toBe(404)
  })
  it('is alive, ready, and tells Prometheus', async () => {
    expect((await bench.ask('/healthz')).status).toBe(200)
    expect((await bench.ask('/readyz')).body).toEqual({ ready: true })
    const { body, headers } = await bench.ask<Uint8Array>('/metrics')
    expect(headers.get('content-type')).toContain('text/plain')
    const lines = new TextDecoder().decode(body)
    expect(lines).toContain(`heavens_events_total{instrument="${ID}",run="main"} 42`)
    expect(lines).toMatch(/heavens_http_requests_total\{method="GET",status="200"\} \d+/)
    for (const line of lines.trim().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) heavens_|heavens_\w+(\{[^}]*\})? -?[\d.e+-]+$)/)
  })
  it('describes itself in OpenAPI, every route with its schemas', async () => {
    const { body } = await bench.ask<{ openapi: string; paths: Record<string, object>; components: { schemas: Record<string, object> } }>('/api/v1/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/api/v1/curves', '/api/v1/analyses', '/api/v1/analyses/{id}/archive.tar', '/api/v1/ingest', '/api/v1/candidates/{id}', '/readyz']))
    expect(Object.keys(body.components.schemas)).toEqual(expect.arrayContaining(['Candidate', 'Job', 'AnalysisRequestInput']))
    expect(JSON.stringify(body.paths['/api/v1/analyses'])).toContain('#/components/schemas/AnalysisRequestInput')
  })
})

describe('names of sources', () => {
  it('resolves a name or an alias, and says what it does not know', async () => {
    for (const name of ['Crab', 'M%201', 'crab']) expect((await bench.ask<ResolvedTarget>(`/api/v1/resolve?name=${name}`)).body).toMatchObject({ name: 'Crab', ra: expect.closeTo(83.633, 2) as number, dec: expect.closeTo(22.0145, 2) as number })
    expect(await bench.ask('/api/v1/resolve?name=No%20Such%20Star')).toMatchObject({ status: 404, body: { error: { code: 'unknown-source', path: 'name' } } })
    expect(await bench.ask('/api/v1/resolve')).toMatchObject({ status: 400, body: { error: { code: 'bad-request', path: 'name' } } })
  })
  it('offers names that begin so, and all for the sky', async () => {
    expect((await bench.ask<ResolvedTarget[]>('/api/v1/resolve/search?prefix=Cra')).body.map(({ name }) => name)).toContain('Crab')
    const { body } = await bench.ask<ResolvedTarget[]>('/api/v1/catalogue')
    expect(body.map(({ name }) => name)).toContain('Crab')
    for (const source of body) expect(ResolvedTarget.parse(source)).toEqual(source)
  })
})

describe('curves', () => {
  const curves = async (query: string): Promise<CurveSeries[]> => (await bench.ask<CurveSeries[]>(`/api/v1/curves?instrument=${ID}${query}`)).body
  it('gives one curve for each group', async () => {
    expect((await curves('')).map(({ group, index, counts }) => ({ group, index, counts }))).toEqual([
      { group: 'n0', index: [100, 101, 102, 103], counts: [1, 2, 3, 4] }, { group: 'n1', index: [101, 102, 103], counts: [10, 20, 30] },
    ])
  })
  it('adds the groups bin by bin', async () => {
    const [sum] = await curves('&group=sum')
    expect(sum).toMatchObject({ group: 'sum', index: [100, 101, 102, 103], counts: [1, 12, 23, 34], exposure: [1, 1, 1, 1], background: [null, null, null, null] })
  })
  it('cuts at whole bins: those that overlap [start, stop)', async () => {
    expect((await curves('&group=n0&start=101&stop=103'))[0]!.index).toEqual([101, 102])
    expect((await curves('&group=n0&start=101.5&stop=102.5'))[0]!.index).toEqual([101, 102])
    expect((await curves('&group=n0&start=2000-01-01T00:00:36.816&stop=200'))[0]!.index).toEqual([101, 102, 103])
    expect((await curves('&width=10'))[0]!.index).toEqual([10])
  })
  it('answers as CSV and as a frame', async () => {
    const csv = new TextDecoder().decode((await bench.ask<Uint8Array>(`/api/v1/curves?instrument=${ID}&group=n1&format=csv`)).body).split('\n')
    expect(csv[1]).toBe('101,2000-01-01T00:00:36.816000Z,1,n1,50-300,10,1,10,3.162278,,0,1,0')
    const { body } = await bench.ask<Uint8Array>(`/api/v1/curves?instrument=${ID}&group=n1&format=frame`)
    expect(decodeFrame(body)).toMatchObject({ header: { group: 'n1', phase: 0 }, arrays: { counts: Float64Array.of(10, 20, 30) } })
  })
  it.each([
    ['', 'bad-request', 'instrument'], ['?instrument=nowhere', 'unknown-instrument', 'instrument'], [`?instrument=${ID}&group=n9`, 'unknown-group', 'group'],
    [`?instrument=${ID}&band=x`, 'bad-request', 'band'], [`?instrument=${ID}&width=7`, 'bad-request', 'width'], [`?instrument=${ID}&width=-1`, 'bad-request', 'width'],
    [`?instrument=${ID}&start=5&stop=4`, 'stop-before-start', 'stop'], [`?instrument=${ID}&start=yesterday`, 'bad-time', 'start'],
    [`?instrument=${ID}&colour=red`, 'bad-request', 'colour'], [`?instrument=${ID}&format=frame`, 'bad-request', 'format'],
  ])('refuses %s', async (query, code, path) => {
    const { status, body } = await bench.ask(`/api/v1/curves${query}`)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(body.error).toMatchObject({ code, path })
    expect(body.error.sentence).not.toMatch(/\{\w+\}/)
  })
})

describe('analyses', () => {
  it('submits, lists, gives, cancels', async () => {
    const made = await bench.ask<Job>('/api/v1/analyses', { json: analysisRequestExample })
    expect([made.status, made.headers.get('location')]).toEqual([201, `/api/v1/analyses/${made.body.id}`])
    expect((await bench.ask<Job[]>('/api/v1/analyses')).body.map(({ id }) => id)).toContain(made.body.id)
    expect((await bench.ask<Job>(`/api/v1/analyses/${made.body.id}`)).body.request).toEqual(analysisRequestExample)
    expect((await bench.ask<Job>(`/api/v1/analyses/${made.body.id}`, { method: 'DELETE' })).body.phase).toBe('ABORTED')
    expect((await bench.ask('/api/v1/analyses/j-none')).status).toBe(404)
    expect((await bench.ask('/api/v1/analyses/quote', { json: analysisRequestExample })).body).toMatchObject({ seconds: 0.4 })
  })
  it.each([
    [{ time: { intervals: [['2019-01-01', null]] }, colour: 'red' }, 'colour'], [{}, 'time'], [{ time: { intervals: [] } }, 'time.intervals'],
    [{ time: { intervals: [['2019-01-01', null]] }, target: { name: 'Crab', radius: -1 } }, 'target.radius'],
    [{ time: { intervals: [['2019-01-01', null]] }, energy: { unit: 'furlong', bands: [{ min: 1, max: 2 }] } }, 'energy.unit'],
    [{ time: { intervals: [['2019-01-01', null]] }, products: { image: { pixle: 1 } } }, 'products.image.pixle'], [[], undefined],
  ])('refuses %j with the path', async (json, path) => {
    for (const route of ['/api/v1/analyses', '/api/v1/analyses/quote']) {
      const { status, body } = await bench.ask(route, { json })
      expect([status, body.error.code, body.error.path]).toEqual([400, 'bad-request', path])
    }
  })
  it.each([['{"time":', 400], ['', 400], [`{"label":"${'x'.repeat(4 << 20)}"}`, 413]])('refuses the body %.9s', async (body, wanted) => {
    const answer = await bench.ask('/api/v1/analyses', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect(answer.status).toBe(wanted)
    expect(answer.body.error.sentence.length).toBeGreaterThan(10)
  })
  it('gives products with their type, sandboxed, and an archive of all', async () => {
    const { body: { id } } = await bench.ask<Job>('/api/v1/analyses', { json: analysisRequestExample })
    const { body, headers } = await bench.ask<Uint8Array>(`/api/v1/analyses/${id}/products/a/light-curve.fits`)
    expect([new TextDecoder().decode(body), headers.get('content-type'), headers.get('x-content-type-options')]).toEqual(['SIMPLE  =', 'application/fits', 'nosniff'])
    expect(headers.get('content-security-policy')).toContain('sandbox')
    const tar = (await bench.ask<Uint8Array>(`/api/v1/analyses/${id}/archive.tar`)).body
    expect(tar.length % 512).toBe(0)
    const names = [0, 1024].map((at) => new TextDecoder().decode(tar.subarray(at, at + 100)).replace(/\0.*$/s, ''))
    expect(names).toEqual([`${id}/request.json`, `${id}/a/light-curve.fits`])
  })
  it('leaves the folder of a job by no path', async () => {
    const { body: { id } } = await bench.ask<Job>('/api/v1/analyses', { json: analysisRequestExample })
    await mkdir(join(bench.dir, 'jobs', 'other'), { recursive: true })
    await writeFile(join(bench.dir, 'jobs', 'other', 'secret.txt'), 'secret')
    for (const path of ['..%2fother%2fsecret.txt', '%2e%2e/other/secret.txt', 'a/..%2f..%2fother/secret.txt', '..%5cother%5csecret.txt', '%2fetc%2fpasswd', 'a', '', 'a%00', '.%2frequest.json', 'no-such.fits', '%zz']) {
      // fetch would tidy the path up before it is sent.
      const { status, body } = await rawGet(`/api/v1/analyses/${id}/products/${path}`)
      expect([path, status >= 400 && status < 500, JSON.parse(body).error.code]).toEqual([path, true, expect.stringMatching(/not-found|bad-request/)])
    }
    expect((await rawGet(`/api/v1/analyses/..%2f/products/secret.txt`)).status).toBe(404)
  })
})

describe('while the log cannot be read', () => {
  it('is alive but not ready, and says why', async () => {
    const { log } = bench.stores
    const broken = { ...log, append: log.append.bind(log), topics: log.topics.bind(log), bounds: log.bounds.bind(log), read: log.read.bind(log), latest: () => Promise.reject(new Error('no route')) }
    const api = await createApi({ ...bench.options, stores: { ...bench.stores, log: broken } as never })
    const ask = async (path: string): Promise<[number, unknown]> => {
      const answer = await fetch(api.url + path)
      return [answer.status, await answer.json()]
    }
    expect(await ask('/readyz')).toEqual([503, { ready: false, reason: expect.stringContaining('heavens.candidates') as unknown }])
    expect((await ask('/healthz'))[0]).toBe(200)
    expect(await ask('/api/v1/candidates')).toMatchObject([503, { error: { code: 'log-unreachable' } }])
    await api.close()
  })
})

describe('what is not there', () => {
  it('answers every unknown path as an error of the table', async () => {
    for (const path of ['/nowhere', '/api/v1/nowhere', '/assets/none.js', '/api']) expect((await bench.ask(path)).body.error).toMatchObject({ code: 'not-found' })
    expect((await bench.ask('/api/v1/status', { method: 'POST' })).status).toBe(404)
    expect((await bench.ask('/live')).body.error.code).toBe('bad-request')
  })
  it('answers what is not HTTP', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connectTcp(bench.api.port, '127.0.0.1', () => socket.write('HELO there\r\n\r\n'))
      let text = ''
      socket.on('data', (piece: Buffer) => { text += piece.toString() }).on('close', () => resolve(text))
    })
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ error: { code: 'bad-request' } } satisfies { error: Partial<ErrorBody['error']> })
  })
})

describe('the page', () => {
  it('is served with a strict policy, its hashed files for ever', async () => {
    const page = await bench.ask<Uint8Array>('/')
    expect(new TextDecoder().decode(page.body)).toContain('<script')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' data: blob: http://localhost:21012 ws://127.0.0.1:${bench.api.port}`)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect((await bench.ask('/assets/index-BxYz0123.js')).headers.get('cache-control')).toContain('immutable')
    expect((await rawGet('/..%2f..%2f..%2fetc%2fpasswd')).status).toBeGreaterThanOrEqual(400)
  })
})

function rawGet(path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: bench.api.port, path }, (answer) => {
      let body = ''
      answer.on('data', (piece: Buffer) => { body += piece.toString() }).on('end', () => resolve({ status: answer.statusCode!, body }))
    }).on('error', reject).end()
  })
}
