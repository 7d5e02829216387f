import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { HeavensError, isEnded, RECORD_FILES } from '@heavens/schemas'
import type { Job } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { Stores } from '@heavens/storage'
import type { JobService } from '../job-service.js'
import { hashOnce } from './hash-once.js'
import type { NameResolver } from '../names/name-resolver.js'
import { DEFAULT_LIMITS, type AnalysisLimits } from '../limits.js'
import { placeNamed } from '../names/place-named.js'
import { quote } from '../quote.js'
import { requestContext, resolveRequest } from '../request/resolve-request.js'
import { answeredBy } from './answered-by.js'
import { briefJob } from './brief-job.js'
import { answersOthers, nextJob } from './job-order.js'
import { jobTopic } from './job-topic.js'
import { keptFits } from '../fits/kept-fits.js'
import { fitThread } from '../fits/fit-thread.js'
import { pageOf } from './page-of.js'
import { quoteThread } from './quote-thread.js'
import { FOLLOW_FOR, runJob } from './run-job.js'
import { asError, localRunner, threadRunner } from './runner.js'
import { refuseCrowd } from './refuse-crowd.js'
import type { StoreConfig } from './store-config.js'
import { timeLimit, type TimeLimit } from './time-limit.js'
import { tooSlow } from './too-slow.js'

export interface OpenJobsOptions {
  stores: Stores
  instruments: readonly Instrument[]
  /** data folder; products go to `jobs/<id>` in it */
  dir: string
  /** version written into the products */
  version: string
  /** analyses that run at the same time, each in a thread of its own (default 1); 0: one at a time in this thread */
  threads?: number
  /** stores that the threads open; absent: the embedded ones in `dir` */
  storeConfig?: StoreConfig
  /** wall-clock seconds after which a followed request is finished by itself (default a day) */
  followFor?: number
  /** asked for names that the catalogue lacks */
  names?: NameResolver
  /** absent: the usual ones */
  limits?: AnalysisLimits
}

/** Least time between two records of a running job's progress [ms]. */
const PAUSE = 200


/** Open the job service on its log. Jobs that were waiting or running when the last one closed are queued anew. */
export async function openJobs(options: OpenJobsOptions): Promise<JobService> {
  const { stores, instruments, dir, version, threads = 1, limits = DEFAULT_LIMITS } = options
  const hashOf = hashOnce()
  const topic = jobTopic(stores.log)
  const runner = (threads > 0 ? threadRunner(options.storeConfig ?? { kind: 'embedded', dir }, version, threads, limits) : undefined) ?? localRunner(stores, instruments, version, limits)
  const fits = fitThread(threads > 0, limits)
  const quotes = threads > 0 ? quoteThread(options.storeConfig ?? { kind: 'embedded', dir }, limits) : undefined
  const jobs = new Map<string, Job>()
  const waiting: string[] = []
  const running = new Map<string, { abort: AbortController; finish: AbortController; limit: TimeLimit; done: Promise<void> }>()
  /** followed jobs that wait for data: they hold no place */
  const resting = new Set<string>()
  let closed = false

  const folder = (id: string): string => path.join(dir, 'jobs', id)
  const copy = (job: Job): Job => structuredClone(job)
  const find = (id: string): Job => {
    const job = jobs.get(id)
    if (job === undefined) throw new HeavensError('not-found', { what: 'analysis', id })
    return job
  }
  const change = (job: Job, with_: Partial<Job>): void => void Object.assign(job, with_, { revision: job.revision + 1 })
  const now = (): string => new Date().toISOString()

  const next = (): void => {
    while (!closed && waiting.length > 0 && running.size - resting.size < Math.max(1, threads)) {
      const { id } = nextJob(waiting.map(find), [...running.keys()].filter((one) => !resting.has(one)).map(find), jobs.values())!
      waiting.splice(waiting.indexOf(id), 1)
      const abort = new AbortController()
      const finish = new AbortController()
      const job = find(id)
      const late = new AbortController()
      // A followed request ends with what has come until then.
      const limit = timeLimit(() => job.executionDuration, () => (job.follows === true ? finish.abort() : late.abort()))
      const done = execute(job, abort.signal, finish.signal, late.signal)
        .catch((cause: unknown) => {
          // Only its record could not be written: it is told here, and holds until the service is opened again.
          change(job, { phase: 'ERROR', ended: now(), error: asError(cause) })
          console.error(`heavens: the record of ${id} cannot be written: ${asText(cause)}`)
        })
        .finally(() => {
          limit.end()
          running.delete(id)
          resting.delete(id)
          next()
        })
      running.set(id, { abort, finish, limit, done })
    }
  }

  const execute = async (job: Job, signal: AbortSignal, finish: AbortSignal, late: AbortSignal): Promise<void> => {
    let saved = 0
    let timer: NodeJS.Timeout | undefined
    const save = (): void => {
      timer = undefined
      saved = Date.now()
      // Progress that cannot be recorded does not stop the work; the last record is awaited below.
      topic.save(job).catch((cause: unknown) => console.error(`heavens: progress of ${job.id} is not recorded: ${asText(cause)}`))
    }
    const soon = (): void => void (timer ??= setTimeout(save, Math.max(0, PAUSE - (Date.now() - saved))))
    change(job, { phase: 'EXECUTING', started: now(), products: [], steps: [] })
    await topic.save(job)
    const result = await runJob({
      request: job.request, out: folder(job.id), runner, stores, instruments, limits, signal: AbortSignal.any([signal, late]), finish, followFor: options.followFor ?? FOLLOW_FOR,
      changed: (with_) => (change(job, with_), soon()),
      resting(rests) {
        if (rests) resting.add(job.id)
        else resting.delete(job.id)
        next()
      },
    })
    clearTimeout(timer)
    // Closed while running: the record stays EXECUTING, so that the next service runs it again.
    if (closed && signal.aborted) return
    if (!('error' in result)) change(job, { phase: 'COMPLETED', ended: now(), used: result.used, read: result.read, products: result.products, until: undefined })
    else if (late.aborted && !signal.aborted) change(job, { phase: 'ABORTED', ended: now(), error: tooSlow(job) })
    else if (signal.aborted) change(job, { phase: 'ABORTED', ended: now(), error: result.error })
    else change(job, { phase: 'ERROR', ended: now(), error: result.error })
    await topic.save(job)
  }

  for (const job of await topic.load()) {
    jobs.set(job.id, job)
    if (isEnded(job.phase) || job.phase === 'PENDING') continue
    change(job, { phase: 'QUEUED', steps: [], products: [] })
    await topic.save(job)
    waiting.push(job.id)
  }
  queueMicrotask(next)

  const service: JobService = {
    async submit(given, asked = {}) {
      const request = await placeNamed(given, options.names)
      const used = resolveRequest(request, await requestContext(stores, instruments, limits))
      const hash = hashOf(used)
      for (const job of [...jobs.values()].toReversed()) {
        if (!answersOthers(job) || job.used === undefined || hashOf(job.used) !== hash) continue
        if (!isEnded(job.phase) || (job.phase === 'COMPLETED' && (await answeredBy(job, folder(job.id), used, stores, instruments, version)))) return copy(job)
      }
      refuseCrowd(jobs.values(), asked.owner, limits.waiting)
      const job: Job = { id: `j-${randomBytes(6).toString('hex')}`, label: used.request.label, phase: 'QUEUED', created: now(), ...asked, request, used, steps: [], products: [], revision: 0 }
      jobs.set(job.id, job)
      await topic.save(job)
      waiting.push(job.id)
      queueMicrotask(next)
      return copy(job)
    },
    async hold(given, asked = {}) {
      const request = await placeNamed(given, options.names)
      const used = resolveRequest(request, await requestContext(stores, instruments, limits))
      refuseCrowd(jobs.values(), asked.owner, limits.waiting)
      const job: Job = { id: `j-${randomBytes(6).toString('hex')}`, label: used.request.label, phase: 'PENDING', created: now(), ...asked, request, used, steps: [], products: [], revision: 0 }
      jobs.set(job.id, job)
      await topic.save(job)
      return copy(job)
    },
    async run(id) {
      const job = find(id)
      if (job.phase !== 'PENDING') return copy(job)
      change(job, { phase: 'QUEUED' })
      await topic.save(job)
      waiting.push(id)
      queueMicrotask(next)
      return copy(job)
    },
    async quote(given) {
      const request = await placeNamed(given, options.names)
      return quotes?.quote(request) ?? quote(request, stores, instruments, { limits })
    },
    list: async (page) => pageOf([...jobs.values()], page).map(copy),
    brief: async (page) => pageOf([...jobs.values()], page).map(briefJob),
    async amend(id, amendment) {
      const job = find(id)
      change(job, amendment)
      running.get(id)?.limit.look()
      await topic.save(job)
      return copy(job)
    },
    get: async (id) => copy(find(id)),
    async cancel(id) {
      const job = find(id)
      const active = running.get(id)
      if (active !== undefined) {
        active.abort.abort()
        await active.done
      } else if (isEnded(job.phase)) {
        jobs.delete(id)
        await topic.remove(id)
        await rm(folder(id), { recursive: true, force: true })
      } else {
        if (waiting.includes(id)) waiting.splice(waiting.indexOf(id), 1)
        change(job, { phase: 'ABORTED', ended: now() })
        await topic.save(job)
      }
      return copy(job)
    },
    async finish(id) {
      const job = find(id)
      const active = running.get(id)
      if (active !== undefined && job.follows === true) {
        active.finish.abort()
        await active.done
      }
      return copy(job)
    },
    async fit(id, request) {
      const job = find(id)
      const answer = await fits.fit(job, request, (name) => service.productPath(id, name))
      // A job that still runs is written by its runner, with other spectra the next time.
      if (job.phase === 'COMPLETED' && jobs.get(id) === job) {
        change(job, { fits: keptFits(job, request, answer, now()) })
        await topic.save(job)
      }
      return answer
    },
    async productPath(id, name) {
      const job = find(id)
      if (!job.products.some((product) => product.path === name) && !(job.phase === 'COMPLETED' && RECORD_FILES.includes(name))) throw new HeavensError('not-found', { what: 'product', id: name })
      return path.resolve(folder(id), name)
    },
    async close() {
      closed = true
      for (const { abort } of running.values()) abort.abort()
      await Promise.all([...running.values()].map(({ done }) => done))
      await quotes?.close()
      await fits.close()
      await runner.close()
      await topic.settled()
    },
  }
  return service
}

function asText(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
