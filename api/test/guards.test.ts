import { request } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { analysisRequestExample } from '@heavens/schemas'
import type { ErrorBody } from '@heavens/schemas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../src/index.js'
import { openBench } from './fixture.js'
import type { Bench } from './fixture.js'
import { connect } from './live-client.js'

describe('without a token', () => {
  let bench: Bench
  beforeAll(async () => { bench = await openBench() })
  afterAll(() => bench.close())

  it('listens for this machine only', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1']) await expect(createApi({ ...bench.options, host })).rejects.toMatchObject({ code: 'token-needed' })
  })
  it('says which port is busy', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    await expect(createApi({ ...bench.options, port })).rejects.toMatchObject({ code: 'port-busy', fields: { port } })
    other.close()
  })
  it.each(['http://evil.example', 'null', 'http://127.0.0.1:1'])('refuses writes and sockets of the page %s', async (origin) => {
    for (const [method, path] of [['POST', '/api/v1/analyses'], ['POST', '/api/v1/analyses/quote'], ['DELETE', '/api/v1/analyses/j-1'], ['POST', '/api/v1/ingest']] as const) {
      const { status, body } = await ask(bench, path, { method, headers: { origin, 'content-type': 'application/json' }, ...(method === 'POST' ? { body: JSON.stringify(analysisRequestExample) } : {}) })
      expect([status, body.error?.code]).toEqual([403, 'forbidden-origin'])
    }
    await expect(connect(bench.api.url, { origin })).rejects.toThrow('403')
  })
  it('lets its own page and programs in', async () => {
    const origin = bench.api.url
    const { status } = await ask(bench, '/api/v1/analyses', { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: JSON.stringify(analysisRequestExample) })
    expect(status).toBe(201)
    const client = await connect(bench.api.url, { origin })
    await client.take('hello')
    client.close()
  })
  it('answers no foreign name that points here', async () => {
    for (const path of ['/api/v1/candidates', '/metrics']) expect(await ask(bench, path, { headers: { host: `evil.example:${bench.api.port}` } })).toMatchObject({ status: 403, body: { error: { code: 'forbidden-origin' } } })
    await expect(connect(bench.api.url, { headers: { host: 'evil.example' }, origin: 'http://evil.example' })).rejects.toThrow('403')
    expect((await ask(bench, '/api/v1/candidates', { headers: { host: `localhost:${bench.api.port}` } })).status).toBe(200)
  })
})

describe('with a token', () => {
  let bench: Bench
  beforeAll(async () => { bench = await openBench({ token: 's3cret', host: '0.0.0.0' }) })
  afterAll(() => bench.close())

  it('asks for it everywhere but at the page and the probes', async () => {
    for (const path of ['/api/v1/candidates', '/api/v1/openapi.json', '/api/v1/nowhere', '/metrics', '/%61pi/v1/candidates', '/metric%73', '/hips/hipslist', '/capabilities', '/api/v1/datalink', '/api/v1/candidates?token=wrong', '/api/v1/candidates?token=']) {
      const answer = await ask(bench, path)
      expect([path, answer.status, answer.body.error?.code, answer.headers['www-authenticate']]).toEqual([path, 401, 'unauthorised', 'Bearer'])
    }
    expect((await ask(bench, '/api/v1/candidates', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
    for (const path of ['/', '/healthz', '/readyz']) expect((await ask(bench, path)).status).toBe(200)
    await expect(connect(local(bench))).rejects.toThrow('401')
  })
  it('takes it as a header or in the query, and any host name then', async () => {
    expect((await ask(bench, '/api/v1/candidates', { headers: { authorization: 'Bearer s3cret', host: 'heavens.example' } })).status).toBe(200)
    // The query of curves is strict: the token must not count as one of its fields.
    expect((await ask(bench, '/api/v1/curves?instrument=example-monitor&token=s3cret')).status).toBe(200)
    const client = await connect(local(bench), { query: '?token=s3cret' })
    await client.take('hello')
    client.close()
  })
})

describe('uploads', () => {
  let bench: Bench
  beforeAll(async () => { bench = await openBench({ maxUpload: 10_000 }) })
  afterAll(() => bench.close())
  const put = (query: string, body: RequestInit['body'], type = 'application/octet-stream'): Promise<{ status: number; body: ErrorBody }> => bench.ask(`/api/v1/ingest${query}`, { method: 'POST', headers: { 'content-type': type }, body: body ?? null })
  const folders = async (): Promise<string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith('heavens-upload-'))

  it('hands a file to ingest under a harmless name and leaves nothing behind', async () => {
    const before = await folders()
    const { status, body } = await put('?name=..%2F..%2Fetc%2Fpa%20ss.fits', new Uint8Array(5000), 'application/fits')
    expect([status, body]).toEqual([202, { accepted: [{ file: 'pa_ss.fits', instrument: 'example-monitor', run: 'main', events: 7 }], refused: [] }])
    expect(bench.uploads.at(-1)).toEqual([{ name: 'pa_ss.fits', bytes: 5000 }])
    expect(await folders()).toEqual(before)
  })
  it('keeps the files of a session together', async () => {
    expect((await put('?session=s1&more=true&name=a.fits', new Uint8Array(10))).body).toEqual({ accepted: [], refused: [] })
    expect((await put('?session=s1&name=a.fits', new Uint8Array(20))).status).toBe(202)
    expect(bench.uploads.at(-1)).toEqual([{ name: 'a.fits', bytes: 10 }, { name: 'a.fits', bytes: 20 }])
  })
  it('bounds one file and all of a session, announced or not', async () => {
    const before = await folders()
    expect(await put('', new Uint8Array(10_001))).toMatchObject({ status: 413, body: { error: { code: 'too-large' } } })
    const stream = new ReadableStream<Uint8Array>({ start(c) { for (let i = 0; i < 11; i++) c.enqueue(new Uint8Array(1000)); c.close() } })
    const chunked = await bench.ask('/api/v1/ingest', { method: 'POST', headers: { 'content-type': 'application/fits' }, body: stream, duplex: 'half' } as RequestInit)
    expect(chunked).toMatchObject({ status: 413, body: { error: { code: 'too-large' } } })
    await put('?session=s2&more=true', new Uint8Array(6000))
    expect((await put('?session=s2', new Uint8Array(6000))).status).toBe(413)
    expect(await folders()).toEqual(before)
  })
  it('answers as an error when nothing of it was of use', async () => {
    const { status, body } = await put('?name=notes.txt', 'hello', 'text/plain')
    expect([status, body.error.code, body.error.path]).toEqual([415, 'fits-not-fits', 'notes.txt'])
  })
  it('refuses forms, empty bodies and bad queries', async () => {
    const form = new FormData()
    form.set('file', new Blob(['x']), 'x.fits')
    expect((await bench.ask('/api/v1/ingest', { method: 'POST', body: form })).body.error).toMatchObject({ code: 'bad-request', path: 'content-type' })
    expect((await bench.ask('/api/v1/ingest', { method: 'POST' })).body.error.code).toBe('bad-request')
    expect((await put('', new Uint8Array(0))).body.error.code).toBe('bad-request')
    expect((await put('?session=..%2F..', new Uint8Array(9))).body.error).toMatchObject({ code: 'bad-request', path: 'session' })
    expect((await put('?more=maybe', new Uint8Array(9))).body.error.path).toBe('more')
  })
})

/** Over node:http, which sends Host and Origin as they are given. */
function ask(bench: Bench, path: string, { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<{ status: number; headers: Record<string, unknown>; body: { error?: { code: string } } }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: bench.api.port, path, method, headers }, (answer) => {
      let text = ''
      answer.on('data', (piece: Buffer) => { text += piece.toString() })
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) as { error: { code: string } } : {} }))
    }).on('error', reject).end(body)
  })
}

function local(bench: Bench): string {
  return `http://127.0.0.1:${bench.api.port}`
}
