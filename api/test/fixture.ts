import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AnalysisRequest, HeavensError, candidateExample, curveKeyExample, encodeFrame, instrumentDescriptorExample, jobExample, quoteExample, skyImageExample, streamHealthExample, TOPICS } from '@heavens/schemas'
import type { Candidate, CurveBins, CurveKey, CurveNotice, ErrorBody, IngestAnswer, Job, SkyImage, StreamHealth } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { JobService } from '@heavens/analysis'
import { openEmbeddedStores } from '@heavens/storage'
import type { Stores } from '@heavens/storage'
import { createApi } from '../src/index.js'
import type { Api, ApiOptions } from '../src/index.js'

const text = new TextEncoder()

/** The instrument of the examples: n0, n1, n2; one band; photons with directions. */
export const INSTRUMENT: Instrument = {
  descriptor: { ...instrumentDescriptorExample, curves: { ...instrumentDescriptorExample.curves, widths: [1, 10], main: 1 } },
  recognise: () => undefined,
  async* decode() { yield* [] },
}
export const ID = INSTRUMENT.descriptor.id

/** A server over embedded stores in a folder of its own. */
export interface Bench {
  dir: string
  stores: Stores
  api: Api
  options: ApiOptions
  uploads: { name: string; bytes: number }[][]
  /** GET or another method under the server's address; the body is JSON if it is an object. */
  ask<T = ErrorBody>(path: string, init?: RequestInit & { json?: unknown }): Promise<{ status: number; headers: Headers; body: T }>
  /** Close the api only and open it again on the same stores. */
  restart(more?: Partial<ApiOptions>): Promise<void>
  candidates(...list: Partial<Candidate>[]): Promise<void>
  jobs(...list: Partial<Job>[]): Promise<void>
  health(...list: Partial<StreamHealth>[]): Promise<void>
  image(header: Partial<SkyImage>, counts: number): Promise<void>
  curve(key: Partial<CurveKey>, from: number, counts: readonly number[]): Promise<void>
  notice(notice: Partial<CurveNotice>): Promise<void>
  close(): Promise<void>
}

/** Bins of these counts from index `from` on; exposure is the width, background unknown. */
export function binsOf(from: number, counts: readonly number[], width: number, revision = 0): CurveBins {
  const n = counts.length
  return {
    phase: 0, index: Float64Array.from(counts, (_, i) => from + i), counts: Float64Array.from(counts), exposure: new Float32Array(n).fill(width),
    background: new Float32Array(n).fill(NaN), revision: new Uint16Array(n).fill(revision), completeness: new Float32Array(n).fill(1), flags: new Uint8Array(n),
  }
}

/** Jobs that only exist on the log: enough to see what the api does with a job service. */
function stubJobs(stores: Stores, dir: string): JobService {
  const known = new Map<string, Job>()
  const find = (id: string): Job => known.get(id) ?? (() => { throw new HeavensError('not-found', { what: 'analysis', id }) })()
  const keep = async (job: Job): Promise<Job> => {
    known.set(job.id, job)
    await stores.log.append(TOPICS.jobs, [{ key: job.id, value: text.encode(JSON.stringify(job)) }])
    return job
  }
  return {
    async submit(request) {
      AnalysisRequest.parse(request)
      const id = `j-${known.size + 1}`
      await mkdir(join(dir, 'jobs', id, 'a'), { recursive: true })
      await writeFile(join(dir, 'jobs', id, 'a', 'light-curve.fits'), 'SIMPLE  =')
      await writeFile(join(dir, 'jobs', id, 'request.json'), '{}')
      return keep({ ...jobExample, id, phase: 'COMPLETED', request, products: [{ ...jobExample.products[0]!, path: 'a/light-curve.fits' }] })
    },
    hold: async (request) => keep({ ...jobExample, id: `j-${known.size + 1}`, phase: 'PENDING', request, products: [] }),
    run: async (id) => keep({ ...find(id), phase: 'QUEUED' }),
    quote: () => Promise.resolve(quoteExample),
    list: () => Promise.resolve([...known.values()]),
    brief: () => Promise.resolve([...known.values()]),
    amend: async (id, change) => keep({ ...find(id), ...change }),
    get: async (id) => find(id),
    cancel: async (id) => keep({ ...find(id), phase: 'ABORTED' }),
    async productPath(id, path) {
      find(id)
      return join(dir, 'jobs', id, path)
    },
    close: () => Promise.resolve(),
  }
}

/** Open stores in a temporary folder and serve them on a free port. */
export async function openBench(more: Partial<ApiOptions> = {}, openJobs: (stores: Stores, dir: string) => JobService | Promise<JobService> = stubJobs): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'heavens-api-test-'))
  const stores = await openEmbeddedStores(join(dir, 'stores'))
  const dashboard = join(dir, 'dashboard')
  await mkdir(join(dashboard, 'assets'), { recursive: true })
  await writeFile(join(dashboard, 'index.html'), '<!doctype html><script type="module" src="./assets/index-BxYz0123.js"></script>')
  await writeFile(join(dashboard, 'assets', 'index-BxYz0123.js'), 'export {}')
  const uploads: Bench['uploads'] = []
  const ingest: ApiOptions['ingest'] = async (files) => {
    const { stat } = await import('node:fs/promises')
    uploads.push(await Promise.all(files.map(async ({ name, path }) => ({ name, bytes: (await stat(path)).size }))))
    const bad = files.filter(({ name }) => name.endsWith('.txt'))
    return {
      accepted: files.filter((f) => !bad.includes(f)).map(({ name }) => ({ file: name, instrument: ID, run: 'main', events: 7 })),
      refused: bad.map(({ name }) => ({ file: name, code: 'fits-not-fits', sentence: `${name} is not a FITS file: it does not begin with SIMPLE.` })),
    } satisfies IngestAnswer
  }
  const options: ApiOptions = {
    stores, jobs: await openJobs(stores, dir), instruments: [INSTRUMENT], ingest, dashboard, host: '127.0.0.1', port: 0, maxUpload: 100_000, log: { level: 'silent' },
    status: () => ({ name: 'heavens', version: '0.0.0', simulated: true, started: '2026-01-01T00:00:00.000000Z', mode: 'live', speed: 1, roles: [] }), ...more,
  }
  const put = (topic: string, list: readonly { key: string; record: object }[]): Promise<unknown> =>
    stores.log.append(topic, list.map(({ key, record }) => ({ key, value: text.encode(JSON.stringify(record)) })))
  const bench: Bench = {
    dir, stores, options, uploads,
    api: await createApi(options),
    async ask(path, { json, ...init } = {}) {
      const answer = await fetch(bench.api.url + path, json === undefined ? init : { method: 'POST', ...init, headers: { 'content-type': 'application/json', ...init.headers }, body: JSON.stringify(json) })
      const bytes = new Uint8Array(await answer.arrayBuffer())
      const isJson = answer.headers.get('content-type')?.startsWith('application/json')
      return { status: answer.status, headers: answer.headers, body: (isJson ? JSON.parse(new TextDecoder().decode(bytes)) : bytes) as never }
    },
    async restart(changes = {}) {
      await bench.api.close()
      bench.api = await createApi({ ...options, ...changes })
    },
    async candidates(...list) { await put(TOPICS.candidates, list.map((c) => ({ ...candidateExample, instrument: ID, ...c })).map((record) => ({ key: record.id, record }))) },
    async jobs(...list) { await put(TOPICS.jobs, list.map((j) => ({ ...jobExample, ...j })).map((record) => ({ key: record.id, record }))) },
    async health(...list) { await put(TOPICS.health, list.map((h) => ({ ...streamHealthExample, instrument: ID, ...h })).map((record) => ({ key: `${record.instrument}/${record.run}`, record }))) },
    async image(header, counts) {
      const full = { ...skyImageExample, instrument: ID, nside: 1, ...header, counts }
      const pixels = new Float32Array(12).fill(counts)
      await stores.log.append(TOPICS.images, [{ key: [full.instrument, full.run, full.band, full.window].join('/'), value: encodeFrame(full, { counts: pixels, exposure: pixels, background: pixels, significance: pixels }) }])
    },
    async curve(key, from, counts) {
      const full = { ...curveKeyExample, instrument: ID, width: 1, ...key }
      await stores.curves.put([{ key: full, bins: binsOf(from, counts, full.width) }])
    },
    async notice(notice) {
      const record = { instrument: ID, run: 'main', from: 0, to: 0, watermark: 0, ...notice }
      await put(TOPICS.curves, [{ key: `${record.instrument}/${record.run}`, record }])
    },
    async close() {
      await bench.api.close()
      await options.jobs.close()
      await stores.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
  return bench
}
