import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError, type Job } from '@heavens/schemas'
import type { JobService } from '../job-service.js'

/** Wait between two looks for jobs to forget [ms]. */
const LOOK = 60_000

/** When an ended job is forgotten with its files, ISO UTC; undefined while it has not ended, or where jobs are kept for ever. */
export function destructionOf({ ended }: Pick<Job, 'ended'>, keepFor: number | undefined): string | undefined {
  return ended === undefined || keepFor === undefined ? undefined : new Date(Date.parse(ended) + 1000 * keepFor).toISOString()
}

/** Forget the jobs whose destruction has come. @returns their ids */
export async function forgetOld(jobs: Pick<JobService, 'list' | 'cancel'>, keepFor: number, now: number): Promise<string[]> {
  const forgotten: string[] = []
  for (const job of await jobs.list()) {
    const due = destructionOf(job, keepFor)
    if (due === undefined || Date.parse(due) > now) continue
    try {
      await jobs.cancel(job.id)
      forgotten.push(job.id)
    } catch (cause) {
      // Another replica, or a user, was quicker.
      if (!(cause instanceof HeavensError && cause.code === 'not-found')) throw cause
    }
  }
  return forgotten
}

/** Forget ended jobs `keepFor` seconds after their end, again and again, until `signal` aborts. What fails is told and tried again. */
export async function forgetRegularly(jobs: Pick<JobService, 'list' | 'cancel'>, keepFor: number, signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
  while (!signal.aborted) {
    await forgetOld(jobs, keepFor, Date.now()).catch(failed)
    await sleep(LOOK, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
