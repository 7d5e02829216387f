import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { HeavensError, isEnded, RECORD_FILES } from '@heavens/schemas'
import type { Job } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { Claims, Stores } from '@heavens/storage'
import type { JobService } from '../job-service.js'
import { hashOnce } from './hash-once.js'
import type { NameResolver } from '../names/name-resolver.js'
import { DEFAULT_LIMITS, type AnalysisLimits } from '../limits.js'
import { placeNamed } from '../names/place-named.js'
import { quote } from '../quote.js'
import { requestContext, resolveRequest } from '../request/resolve-request.js'
import { answeredBy } from './answered-by.js'
import { fetchFiles, fetchPassing } from './job-folder.js'
import { answersOthers, type Asked } from './job-order.js'
import { briefJob } from './brief-job.js'
import { followJobs } from './job-view.js'
import { keptFits } from '../fits/kept-fits.js'
import { fitThread } from '../fits/fit-thread.js'
import { pageOf } from './page-of.js'
import { quoteThread } from './quote-thread.js'
import { refuseCrowd } from './refuse-crowd.js'
import type { StoreConfig } from './store-config.js'

export interface SharedJobsOptions {
  stores: Stores
  claims: Claims
  instruments: readonly Instrument[]
  /** files of jobs are fetched from the product store to `jobs/<id>` in it */
  dir: string
  version: string
  /** stores that the thread of quotes opens; absent: quotes are made in this thread */
  storeConfig?: StoreConfig
  /** asked for names that the catalogue lacks */
  names?: NameResolver
  /** absent: the usual ones */
  limits?: AnalysisLimits
  failed(error: unknown): void
}

/** Longest wait for a worker to end a job [ms]. */
const PATIENCE = 15_000

/** The unit of work that a job is. */
export const jobUnit = (id: string): string => `job/${id}`

/** Jobs that other processes run: submitted, watched and cancelled over the log, so that every replica shows the same. */
export async function openSharedJobs(options: SharedJobsOptions): Promise<JobService> {
  const { stores, claims, instruments, dir, version, limits = DEFAULT_LIMITS } = options
  const hashOf = hashOnce()
  const stop = new AbortController()
  const fits = fitThread(true, limits)
  const quotes = options.storeConfig === undefined ? undefined : quoteThread(options.storeConfig, limits)
  const watching = new Set<() => void>()
  const view = followJobs({ log: stores.log, signal: stop.signal, failed: options.failed, changed: () => { for (const look of watching) look() } })
  await view.caughtUp()
  const folder = (id: string): string => path.join(dir, 'jobs', id)
  const find = (id: string): Job => {
    const job = amended(id)
    if (job === undefined) throw new HeavensError('not-found', { what: 'analysis', id })
    return job
  }
  /** A job with what its owner has changed since: that is kept apart, as its worker writes the job. */
  const amended = (id: string): Job | undefined => {
    const job = view.jobs.get(id)
    const change = view.amended.get(id)
    return job === undefined || change === undefined ? job : { ...job, ...change }
  }
  const oldestFirst = (): Job[] => [...view.jobs.keys()].map((id) => amended(id)!).toSorted((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0))

  /** Resolves when the job has ended, or after PATIENCE. */
  function ended(id: string): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, PATIENCE)
      function done(): void {
        clearTimeout(timer)
        watching.delete(look)
        resolve()
      }
      function look(): void {
        const job = view.jobs.get(id)
        if (!job || isEnded(job.phase)) done()
      }
      watching.add(look)
      look()
    })
  }

  async function answers(job: Job, used: NonNullable<Job['used']>): Promise<boolean> {
    if (job.phase !== 'COMPLETED') return false
    await fetchFiles(folder(job.id), job, stores.products).catch((error: unknown) => {
      if (!(error instanceof HeavensError && error.code === 'not-found')) throw error
    })
    return answeredBy(job, folder(job.id), used, stores, instruments, version)
  }

  async function fresh(request: unknown, used: NonNullable<Job['used']>, phase: Job['phase'], asked: Asked): Promise<Job> {
    refuseCrowd(view.jobs.values(), asked.owner, limits.waiting)
    const job: Job = { id: `j-${randomBytes(6).toString('hex')}`, label: used.request.label, phase, created: new Date().toISOString(), ...asked, request, used, steps: [], products: [], attempts: 0, revision: 0 }
    await view.save(job)
    return job
  }

  const service: JobService = {
    async submit(given, asked = {}) {
      const request = await placeNamed(given, options.names)
      const used = resolveRequest(request, await requestContext(stores, instruments, limits))
      const hash = hashOf(used)
      for (const job of oldestFirst().toReversed()) {
        if (!answersOthers(job) || job.used === undefined || hashOf(job.used) !== hash) continue
        if (!isEnded(job.phase) || (await answers(job, used))) return structuredClone(job)
      }
      return fresh(request, used, 'QUEUED', asked)
    },
    async hold(given, asked = {}) {
      const request = await placeNamed(given, options.names)
      return fresh(request, resolveRequest(request, await requestContext(stores, instruments, limits)), 'PENDING', asked)
    },
    async run(id) {
      const job = structuredClone(find(id))
      if (job.phase === 'PENDING') await view.save({ ...job, phase: 'QUEUED', revision: job.revision + 1 })
      return structuredClone(find(id))
    },
    async quote(given) {
      const request = await placeNamed(given, options.names)
      return quotes?.quote(request) ?? quote(request, stores, instruments, { limits })
    },
    list: async (page) => pageOf(oldestFirst(), page).map((job) => structuredClone(job)),
    brief: async (page) => pageOf(oldestFirst(), page).map(briefJob),
    async amend(id, change) {
      find(id)
      await view.amend(id, change)
      return structuredClone(find(id))
    },
    get: async (id) => structuredClone(find(id)),
    async cancel(id) {
      const job = structuredClone(find(id))
      if (isEnded(job.phase)) {
        await view.remove(id)
        await rm(folder(id), { recursive: true, force: true })
        return job
      }
      const claim = await claims.take(jobUnit(id))
      if (!claim) {
        await view.orderEnd(id)
        await ended(id)
        return structuredClone(find(id))
      }
      try {
        // Nobody works on it: what has been written until now is all that there is.
        await view.caughtUp()
        const now = structuredClone(find(id))
        if (!isEnded(now.phase)) await view.save({ ...now, phase: 'ABORTED', ended: new Date().toISOString(), revision: now.revision + 1 })
      } finally {
        await claim.release()
      }
      return structuredClone(find(id))
    },
    async finish(id) {
      const job = find(id)
      if (job.follows !== true || isEnded(job.phase)) return structuredClone(job)
      await view.orderFinish(id)
      await ended(id)
      return structuredClone(find(id))
    },
    async fit(id, request) {
      const answer = await fits.fit(find(id), request, (name) => service.productPath(id, name))
      const job = view.jobs.get(id)
      // A job that still runs is written by its worker, with other spectra the next time.
      if (job?.phase === 'COMPLETED') await view.save({ ...structuredClone(job), fits: keptFits(job, request, answer, new Date().toISOString()), revision: job.revision + 1 })
      return answer
    },
    async productPath(id, name) {
      const job = find(id)
      if (!job.products.some((product) => product.path === name) && !(job.phase === 'COMPLETED' && RECORD_FILES.includes(name))) throw new HeavensError('not-found', { what: 'product', id: name })
      const product = job.products.find((one) => one.path === name)
      if (job.phase !== 'COMPLETED' && product !== undefined) return fetchPassing(folder(id), product, stores.products)
      await fetchFiles(folder(id), job, stores.products)
      return path.resolve(folder(id), name)
    },
    async close() {
      stop.abort()
      await quotes?.close()
      await fits.close()
    },
  }
  return service
}
