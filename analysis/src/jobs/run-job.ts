import { setTimeout as sleep } from 'node:timers/promises'
import type { Instrument } from '@heavens/instruments'
import { HeavensError, type Job, type Product } from '@heavens/schemas'
import { utcIsoFromTt } from '@heavens/science/time'
import type { Stores } from '@heavens/storage'
import type { AnalysisLimits } from '../limits.js'
import { closedRequest, isOpen } from '../request/close-request.js'
import { dataUntil } from '../request/data-until.js'
import { requestContext, resolveRequest } from '../request/resolve-request.js'
import { firstPart } from './first-part.js'
import { asError, type Runner, type RunResult } from './runner.js'

/** What changes in a job's record while it runs. */
export type JobChange = Pick<Partial<Job>, 'steps' | 'products' | 'until' | 'follows'>

export interface JobRun {
  request: unknown
  /** folder of the products */
  out: string
  runner: Runner
  stores: Stores
  instruments: readonly Instrument[]
  limits: AnalysisLimits
  /** ends the job where it is, with an error */
  signal: AbortSignal
  /** ends a followed request with what has come until then, as a success */
  finish: AbortSignal
  /** wall-clock seconds after which a followed request is finished by itself */
  followFor: number
  changed(change: JobChange): void
  /** true: waits for data and needs no processor; false: goes on */
  resting(rests: boolean): void
}

/** How long a request is followed where nobody says otherwise [s]. */
export const FOLLOW_FOR = 86_400
/** Least time between two passes of a followed request [ms]. */
const LEAST_PAUSE = 1000
/** A followed request works at most this share of the time. */
const SHARE = 0.2
/** How often it is looked whether data have come [ms]. */
const LOOK = 500

/**
 * Run a job to its end. A closed request of many events shows a first part of itself, then the whole. One with an open end is run
 * again and again as data arrive, each time on the closed request that ends where data are whole; its last pass is what that
 * closed request gives at any later time.
 */
export async function runJob(job: JobRun): Promise<RunResult> {
  try {
    const context = await requestContext(job.stores, job.instruments, job.limits)
    const used = resolveRequest(job.request, context)
    if (isOpen(used)) return await follow(job)
    const part = firstPart(used, context)
    if (part === undefined) return await pass(job, job.request)
    // A first part that cannot be made (nothing in its time) says nothing of the whole.
    const first = await pass(job, part, part.time.intervals.at(-1)![1] as string)
    return await pass(job, job.request, undefined, 'error' in first ? [] : first.products)
  } catch (cause) {
    return { error: asError(job.signal.aborted ? new HeavensError('cancelled', {}, { cause }) : cause) }
  }
}

/**
 * One run over a closed request. What it makes takes the place of what an earlier pass has made.
 *
 * @param until the end of what it shows, where more is to come
 * @param before products of the pass before
 */
async function pass({ runner, out, signal, changed }: JobRun, request: unknown, until?: string, before: readonly Product[] = []): Promise<RunResult> {
  let products = [...before]
  const result = await runner.run(request, out, {
    onStep: (steps) => changed({ steps }),
    onProduct(product) {
      products = [...products.filter((other) => other.path !== product.path), product]
      changed({ products, ...(until === undefined ? {} : { until }) })
    },
  }, signal)
  if (!('error' in result)) changed({ products: result.products })
  return result
}

async function follow(job: JobRun): Promise<RunResult> {
  const { stores, instruments, signal, finish, changed } = job
  const begun = performance.now()
  let done = -Infinity
  let last: RunResult | undefined
  let products: readonly Product[] = []
  changed({ follows: true })
  for (;;) {
    signal.throwIfAborted()
    const over = finish.aborted || performance.now() - begun > job.followFor * 1000
    const context = await requestContext(stores, instruments, job.limits)
    const used = resolveRequest(job.request, context)
    const until = await dataUntil(used, context.coverage, stores.log)
    const had = await total(stores)
    const started = performance.now()
    if (until !== undefined && until > done) {
      job.resting(false)
      const result = await pass(job, closedRequest(used, until), utcIsoFromTt(until), products)
      if (!('error' in result)) {
        products = result.products
        last = result
        done = until
      } else if (signal.aborted || !['no-data', 'no-exposure', 'no-product'].includes(result.error.code)) return result
      // Nothing in it yet: more may come.
      else if (over) return result
    }
    if (over) return last ?? { error: asError(new HeavensError('no-data', { reason: 'nothing came while it was followed' })) }
    job.resting(true)
    await rest(Math.max(LEAST_PAUSE, (performance.now() - started) * (1 / SHARE - 1)), AbortSignal.any([signal, finish]))
    while (!signal.aborted && !finish.aborted && performance.now() - begun <= job.followFor * 1000) {
      if (await total(stores) > had) break
      await rest(LOOK, AbortSignal.any([signal, finish]))
    }
  }
}

/** Events of all streams: more of them is reason to look again. */
async function total({ archive }: Stores): Promise<number> {
  return (await archive.coverage()).reduce((sum, { events }) => sum + events, 0)
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((cause: unknown) => {
    if (!signal.aborted) throw cause
  })
}
