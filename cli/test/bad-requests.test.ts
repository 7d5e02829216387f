import { readdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ErrorBody, IngestAnswer, Job } from '@heavens/schemas'
import { bytesSource, openFits } from '@heavens/science/fits'
import { start, temporaryFolder, type Running } from './heavens.js'
import { MET, partFile, photons } from './tte-file.js'

// What people and programs send by mistake, or not by mistake, to a server that runs.
const LENGTH = 100
let folder: string
let remove: () => Promise<void>
let server: Running
let url = ''
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder())
  const rows = photons(7, LENGTH, 300)
  const file = path.join(folder, 'n0.fit')
  await writeFile(file, partFile(0, rows, 0, rows.time.length, { start: 0, stop: LENGTH }))
  server = start(['up', '--port', '0', '--data', path.join(folder, 'data'), '--speed', 'max', '--replay', file])
  url = (await server.prints(/at (http:\/\/127\.0\.0\.1:\d+)/))[1]!
  await server.prints(/all files have been played/, 40)
}, 60_000)
afterAll(async () => {
  server.process.kill('SIGKILL')
  await server.ended
  await remove()
})

const time = { format: 'met', mission: 'Fermi', intervals: [[MET + 1, MET + 50]] }
const request = (more: object = {}): object => ({ time, instruments: [{ id: 'fermi-gbm', groups: ['n0'] }], products: { lightCurve: { bin: 1 } }, ...more })
async function post<T = ErrorBody>(where: string, body: BodyInit, type = 'application/json'): Promise<{ status: number; body: T }> {
  const answer = await fetch(url + where, { method: 'POST', headers: { 'content-type': type }, body })
  return { status: answer.status, body: (await answer.json()) as T }
}
async function run(more: object): Promise<Job> {
  let job = (await post<Job>('/api/v1/analyses', JSON.stringify(request(more)))).body
  for (let i = 0; i < 400 && !['COMPLETED', 'ERROR'].includes(job.phase); i++) {
    await sleep(25)
    job = (await (await fetch(`${url}/api/v1/analyses/${job.id}`)).json()) as Job
  }
  return job
}
/** A request as it is written, with nothing put right before it is sent; answers all that comes back until the other side ends or `ms` are over. */
function raw(text: string, ms = 3000): Promise<string> {
  return new Promise((resolve) => {
    let got = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
    const timer = setTimeout(() => socket.destroy(), ms)
    socket.on('data', (bytes) => (got += bytes.toString())).on('error', () => undefined).on('close', () => {
      clearTimeout(timer)
      resolve(got)
    })
  })
}
const get = (where: string, ms?: number): Promise<string> => raw(`GET ${where} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\n\r\n`, ms)

it.each(['../../../etc/passwd', 'a/../../b', '<script>alert(1)</script>', 'x\u0000y', '\u202egnp.exe', 'a\r\nSet-Cookie: x=1', '%2e%2e%2f', 'é'.repeat(200)])('a label like %j is a text and nothing else', async (label) => {
  const job = await run({ label })
  expect([job.phase, job.label]).toEqual(['COMPLETED', label])
  expect(job.products.every((p) => /^(fermi-gbm\/n0\/[\w.-]+|report\.html)$/.test(p.path))).toBe(true)
  expect((await readdir(path.join(folder, 'data', 'jobs', job.id))).toSorted()).toEqual(['fermi-gbm', 'products.json', 'provenance.json', 'report.html', 'request.json'])
  const of = async (name: string): Promise<Response> => fetch(`${url}/api/v1/analyses/${job.id}/products/${name}`)
  expect(await (await of('report.html')).text()).not.toMatch(/<script/i)
  const file = await openFits(bytesSource(new Uint8Array(await (await of('fermi-gbm/n0/light-curve.fits')).arrayBuffer())), 'curve')
  expect(file.hdus.length).toBeGreaterThan(1)
  const uws = await fetch(`${url}/uws/${job.id}`)
  const xml = await uws.text()
  expect([uws.headers.get('set-cookie'), /<script/i.test(xml), [...xml].filter((c) => c < '\t')]).toEqual([null, false, []])
}, 20_000)

it('answers no file from outside of an analysis', async () => {
  const { id } = await run({ label: 'files' })
  for (const name of ['../../../../etc/passwd', '..%2f..%2f..%2f..%2fetc%2fpasswd', '%2e%2e/%2e%2e/data.mdb', 'fermi-gbm/../../../n0.fit', 'request.json%00.png', '/etc/passwd', 'fermi-gbm%5c..%5cx', '.', '']) {
    expect(await get(`/api/v1/analyses/${id}/products/${name}`), name).toMatch(/^HTTP\/1\.1 404 [\s\S]*"not-found"/)
    expect(await get(`/uws/${id}/results/${name}`), name).toMatch(/^HTTP\/1\.1 404 /)
  }
  for (const other of ['..', '%2e%2e', 'j-0', 'x'.repeat(900)]) expect(await get(`/uws/${other}`), other).toMatch(/^HTTP\/1\.1 404 /)
})

it.each([['../../../tmp/evil.fits', 'evil.fits'], ['..\\..\\evil.fits', 'evil.fits'], ['/etc/cron.d/x', 'x'], ['a\u0000b.fits', 'a_b.fits'], ['.hidden', 'hidden'], ['-rf', '-rf'], ['..', 'file']])('an upload named %j is %s, and so its refusal says', async (name, harmless) => {
  const { status, body } = await post<ErrorBody & IngestAnswer>(`/api/v1/ingest?name=${encodeURIComponent(name)}`, 'not a fits file', 'application/octet-stream')
  expect([status, body.error.code, body.error.path]).toEqual([415, 'fits-not-fits', harmless])
  expect(body.error.sentence).toMatch(new RegExp(`^${harmless.replace('.', '\\.')} is not a FITS file`))
})

it('refuses ten years in bins of a millisecond, and bins of nothing, in few words', async () => {
  const years = { time: { intervals: [['2015-01-01', '2025-01-01']] } }
  for (const where of ['/api/v1/analyses/quote', '/api/v1/analyses']) {
    expect(await post(where, JSON.stringify(request({ ...years, products: { lightCurve: { bin: 0.001 } } })))).toMatchObject({ status: 422, body: { error: { code: 'too-much', path: 'products.lightCurve.bin' } } })
    const { body } = await post(where, JSON.stringify(request({ products: { lightCurve: { bin: 1e-300 } } })))
    expect([body.error.code, body.error.sentence.length < 300]).toEqual(['too-much', true])
  }
})

it('forgets two hundred clients that waited for ever and went away', async () => {
  const made = await fetch(`${url}/uws`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ REQUEST: JSON.stringify(request({ label: 'waited for' })) }) })
  const where = new URL(made.headers.get('location')!).pathname
  await Promise.all(Array.from({ length: 200 }, (_, i) => get(`${where}?WAIT=-1`, 100 + (i % 20) * 10)))
  expect(await (await fetch(`${url}${where}/phase`)).text()).toBe('PENDING')
  for (const wait of ['1e9', '0x10', 'NaN', '', '1.5', ' 1']) expect(await get(`${where}?WAIT=${encodeURIComponent(wait)}`), wait).toMatch(/^HTTP\/1\.1 400 /)
  const waiting = get(`${where}/phase?WAIT=-1`, 10_000)
  await sleep(200)
  await fetch(`${url}${where}/phase`, { method: 'POST', body: new URLSearchParams({ PHASE: 'ABORT' }) })
  expect(await waiting).toMatch(/\r\n\r\nABORTED$/)
}, 30_000)

it.each<[string, string]>([['a list', '[]'], ['null', 'null'], ['a prototype', '{"__proto__":{"x":1}}'], ['a tower', `{"time":${'['.repeat(50_000)}${']'.repeat(50_000)}}`], ['a mission that is none', '{"time":{"format":"met","mission":"constructor","intervals":[[1,2]]}}'], ['an instrument that is none', JSON.stringify(request({ instruments: [{ id: '__proto__' }] }))]])('refuses %s', async (_, body) => {
  const answer = await post('/api/v1/analyses', body)
  expect([400, 404]).toContain(answer.status)
  expect(answer.body.error.sentence).not.toMatch(/\.\.$/)
})

it('has warned of nothing by then, and ends as it should', async () => {
  server.process.kill('SIGTERM')
  const { code, stderr } = await server.ended
  expect([code, /MaxListeners|Unhandled|TypeError/.exec(stderr)?.[0]]).toEqual([0, undefined])
})
