import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { DataItem, Job, Quote } from '@heavens/schemas'
import { INSTRUMENTS } from '@heavens/instruments'
import { encodeItem, openEmbeddedStores } from '@heavens/storage'
import type { Stores } from '@heavens/storage'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JobService, OpenJobsOptions } from '../src/index.js'
import { counterItems } from './counter.js'

// A worker thread is plain Node: it runs the built package, which `npm test` makes first.
const built = fileURLToPath(new URL('../dist/index.js', import.meta.url))
const absent = !existsSync(built)
if (absent) console.warn('SKIPPED: worker threads are tried on the built package; run npm run build')

let dir: string
let stores: Stores
let jobs: JobService
beforeEach(async () => {
  if (absent) return
  dir = await mkdtemp(path.join(tmpdir(), 'heavens-threads-'))
  stores = await openEmbeddedStores(dir)
  const items: DataItem[] = counterItems(200, 500)
  await stores.log.append('heavens.telemetry.fermi-gbm', items.map((item) => ({ key: null, value: encodeItem(item) })))
  const { openJobs } = (await import(built)) as { openJobs(options: OpenJobsOptions): Promise<JobService> }
  jobs = await openJobs({ stores, instruments: INSTRUMENTS, dir, version: '1.2.3' })
})
afterEach(async () => {
  if (absent) return
  await jobs.close()
  await stores.close()
  await rm(dir, { recursive: true })
})

const request = { time: { format: 'seconds', reference: '2019-05-30T10:00:00Z', intervals: [[0, 150]] }, products: { lightCurve: { bin: 0.064 }, spectrum: {} } }

async function until(id: string, holds: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await jobs.get(id)
    if (holds(job)) return job
    await wait(2)
  }
}

test.skipIf(absent)('a job runs in a thread on stores of its own and tells its steps', async () => {
  const { id } = await jobs.submit(request)
  const early = await until(id, (job) => job.products.length > 0)
  expect(early.products[0]!.kind).toBe('light-curve')
  const job = await until(id, ({ phase }) => phase !== 'QUEUED' && phase !== 'EXECUTING')
  expect([job.phase, job.error]).toEqual(['COMPLETED', undefined])
  expect(job.products.filter((product) => product.kind !== 'preview').map((product) => product.path)).toEqual(['fermi-gbm/n0/light-curve.fits', 'fermi-gbm/n1/light-curve.fits', 'fermi-gbm/n0/spectrum.pha', 'fermi-gbm/n1/spectrum.pha', 'report.html'])
  expect(job.steps.every((step) => step.state === 'done' && step.fraction === 1)).toBe(true)
  expect(existsSync(await jobs.productPath(id, 'provenance.json'))).toBe(true)
  expect((await jobs.submit(request)).id).toBe(id)
})

test.skipIf(absent)('a running job can be cancelled', async () => {
  const { id } = await jobs.submit(request)
  await until(id, ({ phase }) => phase === 'EXECUTING')
  expect(await jobs.cancel(id)).toMatchObject({ phase: 'ABORTED', error: { code: 'cancelled' } })
})

test.skipIf(absent)('a job that runs longer than it may is given up, and says so', async () => {
  // Four million bins for each of two groups, as text and pictures too: seconds of work.
  const long = { ...request, products: { lightCurve: { bin: 0.00005 } } }
  const { id } = await jobs.submit(long, { executionDuration: 1 })
  const begun = performance.now()
  const job = await until(id, ({ phase }) => phase !== 'QUEUED' && phase !== 'EXECUTING')
  expect(job).toMatchObject({ phase: 'ABORTED', error: { code: 'too-slow', sentence: 'The analysis took longer than 1 s and was given up.' } })
  expect(performance.now() - begun).toBeLessThan(15_000)
  // Nobody else is answered by it, and the next runs.
  const other = await jobs.submit({ ...request, label: 'next' })
  expect((await until(other.id, ({ phase }) => phase !== 'QUEUED' && phase !== 'EXECUTING')).phase).toBe('COMPLETED')
}, 60_000)

test.skipIf(absent)('quotes come from a thread of their own, with their errors whole', async () => {
  const { quote } = (await import(built)) as { quote(request: unknown, stores: Stores, instruments: typeof INSTRUMENTS): Promise<Quote> }
  const here = await quote(request, stores, INSTRUMENTS)
  expect(here.instruments[0]!.events).toBeGreaterThan(1000)
  expect(await Promise.all([jobs.quote(request), jobs.quote(request)])).toEqual([here, here])
  await expect(jobs.quote({ ...request, colour: 'red' })).rejects.toMatchObject({ code: 'bad-request', path: 'colour', status: 400 })
  await expect(jobs.quote({ ...request, time: { ...request.time, intervals: [[9e6, 9.1e6]] } })).rejects.toMatchObject({ code: 'no-data', message: expect.stringContaining('no instrument has data') as string })
})
