import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError, type Job, type Product } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { Claim, Claims, Stores } from '@heavens/storage'
import { DEFAULT_LIMITS, type AnalysisLimits } from '../limits.js'
import { keepFiles } from './job-folder.js'
import { nextJob } from './job-order.js'
import { followJobs } from './job-view.js'
import { FOLLOW_FOR, runJob } from './run-job.js'
import { asError, localRunner, threadRunner } from './runner.js'
import { jobUnit } from './shared-jobs.js'
import type { StoreConfig } from './store-config.js'
import { timeLimit, type TimeLimit } from './time-limit.js'
import { tooSlow } from './too-slow.js'

export interface WorkOnJobsOptions {
  stores: Stores
  claims: Claims
  instruments: readonly Instrument[]
  /** products are written to `jobs/<id>` in it, then kept in the product store */
  dir: string
  version: string
  /** analyses at the same time, each in a thread of its own */
  threads: number
  /** stores that the threads open */
  storeConfig: StoreConfig
  /** wall-clock seconds after which a followed request is finished by itself (default a day) */
  followFor?: number
  /** absent: the usual ones */
  limits?: AnalysisLimits
  signal: AbortSignal
  log(sentence: string): void
}

/** What a worker is doing. */
export interface JobWork {
  running(): string[]
  waiting(): number
  ended(): number
  /** resolves when `signal` has aborted and all is put back */
  done: Promise<void>
}

/** A job is begun again after its worker died, once. */
const ATTEMPTS = 2
/** Wait between two looks for work when nothing changes [ms]. */
const LOOK = 500
/** Least time between two records of a running job's progress [ms]. */
const PAUSE = 200

/** Run the jobs on the log in the order of `nextJob`, sharing them with every other worker. A job whose worker has died is run again, once. */
export function workOnJobs(options: WorkOnJobsOptions): JobWork {
  const { stores, claims, signal, version, threads, limits = DEFAULT_LIMITS } = options
  const runner = threadRunner(options.storeConfig, version, threads, limits) ?? localRunner(stores, options.instruments, version, limits)
  const running = new Map<string, { end: AbortController; finish: AbortController; limit: TimeLimit; done: Promise<void> }>()
  /** followed jobs that wait for data: they hold no place */
  const resting = new Set<string>()
  const following = new AbortController()
  let count = 0
  let wake = (): void => undefined
  const view = followJobs({
    log: stores.log, signal: following.signal, failed: (error) => options.log(asText(error)),
    changed(id) {
      if (view.ordered.has(id)) running.get(id)?.end.abort()
      if (view.finishing.has(id)) running.get(id)?.finish.abort()
      running.get(id)?.limit.look()
      wake()
    },
  })
  const open = (): Job[] =>
    [...view.jobs.values()].filter((job) => (job.phase === 'QUEUED' || job.phase === 'EXECUTING') && !running.has(job.id))

  async function begin(id: string): Promise<void> {
    const claim = await claims.take(jobUnit(id))
    if (!claim) return
    await view.caughtUp()
    const job = view.jobs.get(id)
    if (!job || (job.phase !== 'QUEUED' && job.phase !== 'EXECUTING')) return claim.release()
    const end = new AbortController()
    const finish = new AbortController()
    if (view.finishing.has(id)) finish.abort()
    const late = new AbortController()
    // A followed request ends with what has come until then.
    const limit = timeLimit(() => view.amended.get(id)?.executionDuration ?? job.executionDuration, () => (view.jobs.get(id)?.follows === true ? finish.abort() : late.abort()))
    const done = execute(structuredClone(job), claim, end, finish.signal, late.signal)
      .catch((error: unknown) => options.log(`job ${id}: ${asText(error)}`))
      .finally(async () => {
        limit.end()
        await claim.release().catch((error: unknown) => options.log(asText(error)))
        running.delete(id)
        resting.delete(id)
        wake()
      })
    running.set(id, { end, finish, limit, done })
  }

  async function execute(job: Job, claim: Claim, end: AbortController, finish: AbortSignal, late: AbortSignal): Promise<void> {
    const change = (with_: Partial<Job>): void => void Object.assign(job, with_, { revision: job.revision + 1 })
    const now = (): string => new Date().toISOString()
    const save = async (): Promise<void> => {
      if (!claim.holds()) throw new HeavensError('claim-lost', { unit: claim.unit, reason: 'it was not renewed in time' })
      await view.save(job)
    }
    const attempts = job.attempts ?? 0
    if (attempts >= ATTEMPTS) {
      change({ phase: 'ERROR', ended: now(), error: asError(new HeavensError('worker-lost', { reason: `its worker ended ${attempts} times while it ran` })) })
      return save()
    }
    if (view.ordered.has(job.id)) {
      change({ phase: 'ABORTED', ended: now() })
      return save()
    }
    change({ phase: 'EXECUTING', started: now(), products: [], steps: [], attempts: attempts + 1 })
    await save()
    let timer: NodeJS.Timeout | undefined
    let told = 0
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        told = Date.now()
        // Progress that cannot be recorded does not stop the work; the last record is awaited below.
        save().catch((error: unknown) => options.log(`progress of ${job.id} is not recorded: ${asText(error)}`))
      }, Math.max(0, PAUSE - (Date.now() - told)))
    }
    const folder = path.join(options.dir, 'jobs', job.id)
    const isKept = new Set<string>()
    const keep = async ({ path: name, sha256 }: Product): Promise<void> => {
      const bytes = await readFile(path.join(folder, name))
      // A later pass may have written its own already, which is told next.
      if ((await stores.products.put(bytes)) === sha256) isKept.add(sha256)
    }
    let kept = Promise.resolve()
    const result = await runJob({
      request: job.request, out: folder, runner, stores, instruments: options.instruments, limits, finish, followFor: options.followFor ?? FOLLOW_FOR,
      signal: AbortSignal.any([end.signal, late, signal, claim.lost]),
      changed(with_) {
        // Replicas elsewhere fetch a product by its hash: it is kept before it is told.
        kept = kept.then(async () => {
          for (const product of with_.products ?? []) if (!isKept.has(product.sha256)) await keep(product)
          change(with_)
          soon()
        })
      },
      resting(rests) {
        if (rests) {
          resting.add(job.id)
          // It has come through a whole pass: a worker that dies later costs no attempt of this one.
          kept = kept.then(() => (job.attempts === 0 ? undefined : (change({ attempts: 0 }), soon())))
        } else resting.delete(job.id)
        wake()
      },
    })
    await kept
    clearTimeout(timer)
    if (signal.aborted && !end.signal.aborted && !late.aborted && 'error' in result) {
      // This worker goes; another begins anew, and this was no failure.
      change({ phase: 'QUEUED', steps: [], products: [], attempts })
      return save()
    }
    if (!('error' in result)) {
      const texts = await keepFiles(folder, result.products, stores.products)
      change({ phase: 'COMPLETED', ended: now(), used: result.used, read: result.read, products: result.products, texts, until: undefined })
    } else if (late.aborted && !end.signal.aborted) change({ phase: 'ABORTED', ended: now(), error: tooSlow({ ...job, ...view.amended.get(job.id) }) })
    else change({ phase: end.signal.aborted ? 'ABORTED' : 'ERROR', ended: now(), error: result.error })
    count++
    await save()
  }

  async function work(): Promise<void> {
    await view.caughtUp()
    while (!signal.aborted) {
      const tried = new Set<string>()
      while (running.size - resting.size < threads && !signal.aborted) {
        const executing = [...view.jobs.values()].filter((job) => job.phase === 'EXECUTING' && !resting.has(job.id))
        const job = nextJob(open().filter(({ id }) => !tried.has(id)), executing, view.jobs.values())
        if (job === undefined) break
        tried.add(job.id)
        await begin(job.id).catch((error: unknown) => options.log(`job ${job.id}: ${asText(error)}`))
      }
      const woken = new Promise<void>((resolve) => (wake = resolve))
      await Promise.race([woken, sleep(LOOK, undefined, { signal }).catch(() => undefined)])
    }
    await Promise.all([...running.values()].map(({ done }) => done))
    await runner.close()
    following.abort()
  }

  return { running: () => [...running.keys()], waiting: () => open().length, ended: () => count, done: work() }
}

function asText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
