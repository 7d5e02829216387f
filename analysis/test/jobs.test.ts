import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Job, type EventBlock } from '@heavens/schemas'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { destructionOf, forgetOld, openJobs } from '../src/index.js'
import type { JobService } from '../src/index.js'
import { counter, counterItems } from './counter.js'
import { storesInMemory } from './stores-in-memory.js'

let dir: string
beforeEach(async () => void (dir = await mkdtemp(path.join(tmpdir(), 'heavens-jobs-'))))
afterEach(() => rm(dir, { recursive: true }))

const time = { format: 'seconds', reference: '2019-05-30T10:00:00Z', intervals: [[1, 50]] }
const request = { label: 'first', time, products: { lightCurve: { bin: 1 }, spectrum: {} } }
const open = (stores = freshStores()): Promise<JobService> => openJobs({ stores, instruments: [counter], dir, version: '1.2.3', threads: 0 })

function freshStores(): ReturnType<typeof storesInMemory> {
  return storesInMemory([{ stream: { instrument: 'counter', run: 'main' }, items: counterItems(60, 20) }])
}

async function ended(jobs: JobService, id: string): Promise<Job> {
  for (;;) {
    const job = await jobs.get(id)
    if (job.phase !== 'QUEUED' && job.phase !== 'EXECUTING') return job
    await wait(5)
  }
}

test('a job runs to its end and its products can be fetched', async () => {
  const jobs = await open()
  const { id, phase } = await jobs.submit(request)
  expect(phase).toBe('QUEUED')
  const job = Job.parse(await ended(jobs, id))
  expect([job.phase, job.label, job.error]).toEqual(['COMPLETED', 'first', undefined])
  expect(job.steps.map((s) => `${s.depth} ${s.id} ${s.state}`)).toEqual(['0 counter done', '1 counter/read done', '1 counter/light-curve done', '1 counter/spectrum done'])
  expect(existsSync(await jobs.productPath(id, job.products[0]!.path))).toBe(true)
  expect(existsSync(await jobs.productPath(id, 'products.json'))).toBe(true)
  for (const outside of ['../../log', 'counter/../../x', '/etc/passwd', 'nothing.fits']) await expect(jobs.productPath(id, outside)).rejects.toMatchObject({ code: 'not-found' })
  await jobs.close()
})

test('the same request on the same data is answered by the finished job, on other data it is not', async () => {
  const items = counterItems(60, 20)
  const jobs = await open(storesInMemory([{ stream: { instrument: 'counter', run: 'main' }, items }]))
  const first = await jobs.submit(request)
  await ended(jobs, first.id)
  expect((await jobs.submit(request)).id).toBe(first.id)
  expect((await jobs.submit({ ...request, label: 'other' })).id).not.toBe(first.id)
  const late = items.find((item): item is EventBlock => item.kind === 'events')!
  // What comes later and lies elsewhere changes nothing; what lies within the time does.
  const moved = (by: number): EventBlock => ({ ...late, sequence: 9000 + by, start: late.start + by, stop: late.stop + by, columns: { ...late.columns, time: late.columns.time.map((t) => t + by) } })
  items.push(moved(500))
  expect((await jobs.submit(request)).id).toBe(first.id)
  items.push(moved(10))
  expect((await jobs.submit(request)).id).not.toBe(first.id)
  await jobs.close()
})

test('what cannot be made ends as an error with its reason; what is not valid is refused at once', async () => {
  const jobs = await open()
  const { id } = await jobs.submit({ time: { ...time, intervals: [[500, 600]] }, instruments: [{ id: 'counter' }] })
  expect(await ended(jobs, id)).toMatchObject({ phase: 'ERROR', error: { code: 'no-data', sentence: expect.stringContaining('counter was not taking data') as string } })
  await expect(jobs.submit({ ...request, colour: 'red' })).rejects.toMatchObject({ code: 'bad-request', path: 'colour' })
  expect(await jobs.list()).toHaveLength(1)
  await expect(jobs.get('j-none')).rejects.toMatchObject({ code: 'not-found' })
  await jobs.close()
})

test('a cancelled job ends as aborted; cancelled again it is forgotten with its files', async () => {
  const jobs = await open()
  const [running, waiting] = [await jobs.submit(request), await jobs.submit({ ...request, label: 'second' })]
  expect((await jobs.cancel(waiting.id)).phase).toBe('ABORTED')
  await ended(jobs, running.id)
  await jobs.cancel(running.id)
  await expect(jobs.get(running.id)).rejects.toMatchObject({ code: 'not-found' })
  expect(existsSync(path.join(dir, 'jobs', running.id))).toBe(false)
  await jobs.close()
})

test('a service on the same log knows the jobs again and runs those that were cut off', async () => {
  const stores = freshStores()
  const before = await open(stores)
  const done = await before.submit(request)
  await ended(before, done.id)
  const cut = await before.submit({ ...request, label: 'cut off' })
  await before.close()
  const after = await open(stores)
  expect((await after.list()).map((job) => job.id)).toEqual([done.id, cut.id])
  expect((await after.get(done.id)).phase).toBe('COMPLETED')
  expect((await ended(after, cut.id)).phase).toBe('COMPLETED')
  await after.close()
})

test('ended jobs are forgotten with their files when their time has come, others are not', async () => {
  const jobs = await open()
  const done = await ended(jobs, (await jobs.submit(request)).id)
  const held = await jobs.hold({ ...request, label: 'held' })
  const product = await jobs.productPath(done.id, done.products[0]!.path)
  const end = Date.parse(done.ended!)
  expect([destructionOf(done, 60), destructionOf(done, undefined), destructionOf(held, 60)]).toEqual([new Date(end + 60_000).toISOString(), undefined, new Date(Date.parse(held.created) + 60_000).toISOString()])
  expect(await forgetOld(jobs, 60, end + 59_999)).toEqual([])
  expect(existsSync(product)).toBe(true)
  expect(await forgetOld(jobs, 60, end + 60_000)).toEqual([done.id])
  expect([existsSync(product), (await jobs.list()).map(({ id }) => id)]).toEqual([false, [held.id]])
  // One that was made and never run does not stay for ever either.
  expect(await forgetOld(jobs, 60, Date.parse(held.created) + 60_000)).toEqual([held.id])
  // Another replica may have been quicker: then there is nothing left to do.
  expect(await forgetOld({ brief: async () => [done], cancel: jobs.cancel }, 60, end + 60_000)).toEqual([])
  await jobs.close()
})
