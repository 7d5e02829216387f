import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError, type Job } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { Claim, Claims, Stores } from '@heavens/storage'
import { keepFiles } from './job-folder.js'
import { followJobs } from './job-view.js'
import { asError, localRunner, threadRunner } from './runner.js'
import { jobUnit } from './shared-jobs.js'
import type { StoreConfig } from './store-config.js'

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

/** Run the jobs on the log, oldest first, sharing them with every other worker. A job whose worker has died is run again, once. */
export function workOnJobs(options: WorkOnJobsOptions): JobWork {
  const { stores, claims, signal, version, threads } = options
  const runner = threadRunner(options.storeConfig, version, threads) ?? localRunner(stores, options.instruments, version)
  const running = new Map<string, { end: AbortController; done: Promise<void> }>()
  const following = new AbortController()
  let count = 0
  let wake = (): void => undefined
  const view = followJobs({
    log: stores.log, signal: following.signal, failed: (error) => options.log(asText(error)),
    changed(id) {
      if (view.ordered.has(id)) running.get(id)?.end.abort()
      wake()
    },
  })
  const open = (): Job[] =>
    [...view.jobs.values()].filter((job) => (job.phase === 'QUEUED' || job.phase === 'EXECUTING') && !running.has(job.id)).sort((a, b) => (a.created < b.created ? -1 : 1))

  async function begin(id: string): Promise<void> {
    const claim = await claims.take(jobUnit(id))
    if (!claim) return
    await view.caughtUp()
    const job = view.jobs.get(id)
    if (!job || (job.phase !== 'QUEUED' && job.phase !== 'EXECUTING')) return claim.release()
    const end = new AbortController()
    const done = execute(structuredClone(job), claim, end)
      .catch((error: unknown) => options.log(`job ${id}: ${asText(error)}`))
      .finally(async () => {
        await claim.release().catch((error: unknown) => options.log(asText(error)))
        running.delete(id)
        wake()
      })
    running.set(id, { end, done })
  }

  async function execute(job: Job, claim: Claim, end: AbortController): Promise<void> {
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
    const result = await runner.run(job.request, folder, {
      onStep: (steps) => (change({ steps }), soon()),
      onProduct: (product) => (change({ products: [...job.products, product] }), soon()),
    }, AbortSignal.any([end.signal, signal, claim.lost]))
    clearTimeout(timer)
    if (signal.aborted && !end.signal.aborted && 'error' in result) {
      // This worker goes; another begins anew, and this was no failure.
      change({ phase: 'QUEUED', steps: [], products: [], attempts })
      return save()
    }
    if (!('error' in result)) {
      const texts = await keepFiles(folder, result.products, stores.products)
      change({ phase: 'COMPLETED', ended: now(), used: result.used, products: result.products, texts })
    } else change({ phase: end.signal.aborted ? 'ABORTED' : 'ERROR', ended: now(), error: result.error })
    count++
    await save()
  }

  async function work(): Promise<void> {
    await view.caughtUp()
    while (!signal.aborted) {
      for (const job of open()) {
        if (running.size >= threads || signal.aborted) break
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
