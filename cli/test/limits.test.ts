import { request as httpRequest } from 'node:http'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ErrorBody, Job, Quote } from '@heavens/schemas'
import { realFiles, start, temporaryFolder, type Running } from './heavens.js'
import { MET, partFile, photons } from './tte-file.js'

const LENGTH = 400
/** A server may live so long [s]: the work it is given takes seconds, and ten times that on a busy machine. */
const PATIENCE = 300
/** MJD (TT) of MET 0. */
const EPOCH = 51_910 + 7.428703703703703e-4
let folder: string
let remove: () => Promise<void>
let server: Running
let url = ''

async function up(data: string, files: readonly string[], env: Record<string, string>): Promise<Running> {
  const program = start(['up', '--port', '0', '--data', path.join(folder, data), '--speed', 'max', '--replay', ...files], env, PATIENCE)
  url = (await program.prints(/at (http:\/\/127\.0\.0\.1:\d+)/))[1]!
  await program.prints(/all files have been played/, 40)
  return program
}

/** Ask from an address of this machine: each is a client of its own. */
function from<T>(address: string, method: string, where: string, body?: object): Promise<{ status: number; body: T; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(url + where, { method, localAddress: address, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' } }) }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece)).on('end', () => resolve({ status: answer.statusCode!, text, body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined) as T }))
    })
    asked.on('error', reject)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
const ME = '127.0.0.1'
const asked = (label: string, bin: number, more: object = {}): object => ({ label, time: { format: 'met', mission: 'Fermi', intervals: [[MET + 1, MET + LENGTH - 1]] }, instruments: [{ id: 'fermi-gbm' }], products: { lightCurve: { bin } }, ...more })
async function ended(id: string, seconds = 100): Promise<Job> {
  for (const until = performance.now() + 1000 * seconds; ; await sleep(30)) {
    const { body } = await from<Job>(ME, 'GET', `/api/v1/analyses/${id}`)
    if (['COMPLETED', 'ERROR', 'ABORTED'].includes(body.phase)) return body
    if (performance.now() > until) throw new Error(`${id} is still ${body.phase}`)
  }
}

beforeAll(async () => ({ folder, remove } = await temporaryFolder()))
afterAll(() => remove())

describe('a server with limits of its own', () => {
  beforeAll(async () => {
    const files: string[] = []
    for (const detector of [0, 1, 2]) {
      const rows = photons(30 + detector, LENGTH, 300)
      files.push(path.join(folder, `n${detector}.fit`))
      await writeFile(files.at(-1)!, partFile(detector, rows, 0, rows.time.length, { start: 0, stop: LENGTH }))
    }
    server = await up('limits', files, { HEAVENS_MOST_EVENTS: '1000000', HEAVENS_MOST_BINS: '3000000', HEAVENS_MOST_INTERVALS: '50', HEAVENS_MOST_FIT_SECONDS: '7', HEAVENS_MOST_WAITING: '9', HEAVENS_SYNC_SECONDS: '1' })
  }, 60_000)
  afterAll(async () => {
    server.process.kill('SIGTERM')
    await server.ended
  })

  it('states them in its quote and refuses what is more', async () => {
    const { body } = await from<Quote>(ME, 'POST', '/api/v1/analyses/quote', asked('', 1))
    expect(body.limits).toMatchObject({ events: 1_000_000, bins: 3_000_000, intervals: 50, fitSeconds: 7, waiting: 9 })
    const refuse = async (request: object): Promise<ErrorBody['error']> => (await from<ErrorBody>(ME, 'POST', '/api/v1/analyses', request)).body.error
    expect(await refuse(asked('', 0.0001))).toMatchObject({ code: 'too-much', path: 'products.lightCurve.bin', sentence: expect.stringContaining('at most 3,000,000') as string })
    expect(await refuse(asked('', 1, { time: { format: 'met', mission: 'Fermi', intervals: Array.from({ length: 51 }, (_, i) => [MET + 2 * i, MET + 2 * i + 1]) } }))).toMatchObject({ code: 'too-much', path: 'time.intervals' })
  })

  it('says of a job that goes on beyond the wait of /sync where it is, and it does go on', async () => {
    const parameters = new URLSearchParams({ TIME: `${EPOCH + (MET + 1) / 86_400} ${EPOCH + (MET + LENGTH - 1) / 86_400}`, INSTRUMENT: 'fermi-gbm', GROUP: 'n0', LABEL: 'in time' })
    // On a busy machine it may take several tries: a finished job answers at once.
    let inTime = 503
    for (let i = 0; i < 60 && inTime === 503; i++) inTime = (await from(ME, 'GET', `/sync?${parameters.toString()}`)).status
    expect(inTime).toBe(200)
    // Something long has the one place: this one must wait for longer than /sync does.
    const long = (await from<Job>(ME, 'POST', '/api/v1/analyses', asked('long', 0.002))).body
    parameters.set('LABEL', 'late')
    const late = await from(ME, 'GET', `/sync?${parameters.toString()}`)
    expect([late.status, late.text]).toEqual([503, expect.stringMatching(/^ServiceUnavailable: Analysis j-[0-9a-f]+ is not done after 1 s and goes on; follow it at \/uws\/j-[0-9a-f]+\. \[still-running\]\n$/) as string])
    expect((await ended(long.id)).phase).toBe('COMPLETED')
    expect((await ended(/\/uws\/(j-[0-9a-f]+)/.exec(late.text)![1]!)).phase).toBe('COMPLETED')
  }, 200_000)

  it('takes duty before the archive, lets two users of the archive take turns, and holds each to what may wait', async () => {
    const blocker = (await from<Job>(ME, 'POST', '/api/v1/analyses', asked('blocker', 0.002))).body
    const submit = async (address: string, label: string, bin: number, priority: string): Promise<Job> => (await from<Job>(address, 'POST', `/api/v1/analyses?priority=${priority}`, asked(label, bin))).body
    const jobs: Job[] = []
    for (let i = 0; i < 4; i++) jobs.push(await submit('127.0.0.2', `a${i}`, 2 + i, 'archive'))
    for (let i = 0; i < 4; i++) jobs.push(await submit('127.0.0.3', `b${i}`, 12 + i, 'archive'))
    jobs.push(await submit('127.0.0.2', 'duty', 22, 'duty'))
    expect((await from<Job>(ME, 'GET', `/api/v1/analyses/${blocker.id}`)).body.phase).toBe('EXECUTING')
    expect(new Set(jobs.map(({ owner }) => owner)).size).toBe(2)
    for (let i = 4; i < 8; i++) expect((await submit('127.0.0.2', `more${i}`, 30 + i, 'archive')).phase).toBe('QUEUED')
    expect(await from<ErrorBody>('127.0.0.2', 'POST', '/api/v1/analyses', asked('one more', 50))).toMatchObject({ status: 503, body: { error: { code: 'busy', sentence: 'Too many analyses of yours wait already (9); try again soon.' } } })
    expect((await submit('127.0.0.3', 'b4', 60, 'archive')).phase).toBe('QUEUED')
    const done: Job[] = []
    for (const { id } of jobs) done.push(await ended(id))
    const order = done.toSorted((p, q) => (p.started! < q.started! ? -1 : 1)).map(({ label }) => label)
    expect(order[0]).toBe('duty')
    // 127.0.0.2 was served by its duty work: then it is the other's turn, and so on.
    expect(order.slice(1)).toEqual(['b0', 'a0', 'b1', 'a1', 'b2', 'a2', 'b3', 'a3'])
    expect(done.every(({ phase }) => phase === 'COMPLETED')).toBe(true)
  }, 200_000)
})

const real = realFiles('fermi-gbm/GRB190530A/glg_cspec_n0_bn190530430_v02.rsp2', 'fermi-gbm/GRB190530A/glg_cspec_n1_bn190530430_v02.rsp2', 'fermi-gbm/GRB190530A/glg_tte_n0_bn190530430_v00.fit.gz', 'fermi-gbm/GRB190530A/glg_tte_n1_bn190530430_v00.fit.gz')
describe.skipIf(!real.present)('a fit that takes too long', () => {
  it('is given up after its seconds, and says so; a shorter one is answered', async () => {
    const program = await up('fits', real.paths, { HEAVENS_MOST_FIT_SECONDS: '1' })
    try {
      const { body } = await from<Job>(ME, 'POST', '/api/v1/analyses', { time: { intervals: [['2019-05-30T10:19:08', '2019-05-30T10:19:30']] }, instruments: [{ id: 'fermi-gbm', groups: ['n0', 'n1'] }], products: { spectrum: { background: [[-100, -10], [60, 160]] } } })
      const job = await ended(body.id)
      const spectra = job.products.filter(({ kind }) => kind === 'spectrum').map((product) => product.path)
      expect(spectra).toHaveLength(2)
      const slow = await from<ErrorBody>(ME, 'POST', `/api/v1/analyses/${job.id}/fits`, { spectra, fit: { model: 'grbm+bbody+cutoffpl+bknpower+diskbb+powerlaw', energy: [9, 900], statistic: 'wstat', grouping: 'none' } })
      expect(slow).toMatchObject({ status: 503, body: { error: { code: 'too-slow', sentence: 'The fit took longer than 1 s and was given up.' } } })
      // The next has a thread of its own again, whose start counts: on a busy machine it may take several tries.
      let quick = slow as { status: number; text: string }
      for (let i = 0; i < 10 && quick.status === 503; i++) quick = await from(ME, 'POST', `/api/v1/analyses/${job.id}/fits`, { spectra: spectra.slice(0, 1), fit: { model: 'powerlaw', energy: [50, 300], grouping: { minimumCounts: 1000 } } })
      expect(quick.status, quick.text).toBe(200)
    } finally {
      program.process.kill('SIGTERM')
      await program.ended
    }
  }, 200_000)
})
