import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError, isEnded, type Job } from '@heavens/schemas'
import type { JobService } from '../job-service.js'

/** Wait between two looks for jobs to forget [ms]. */
const LOOK = 30_000

/**
 * When a job is forgotten with its files, ISO UTC: when its owner said, but where jobs are kept for a time no later than that after the end, or after it was made
 * where it waits to be run; undefined: not yet known (it waits for its turn, or runs), or never.
 */
export function destructionOf({ ended, destruction, phase, created }: Pick<Job, 'ended' | 'destruction' | 'phase' | 'created'>, keepFor: number | undefined): string | undefined {
  const from = ended ?? (phase === 'PENDING' ? created : undefined)
  const last = from === undefined || keepFor === undefined ? undefined : new Date(Date.parse(from) + 1000 * keepFor).toISOString()
  if (destruction === undefined || last === undefined) return destruction ?? last
  return Date.parse(destruction) < Date.parse(last) ? destruction : last
}

/** Forget the jobs whose destruction has come; one that is still in work is ended first. @returns their ids */
export async function forgetOld(jobs: Pick<JobService, 'brief' | 'cancel'>, keepFor: number | undefined, now: number): Promise<string[]> {
  const forgotten: string[] = []
  const due = (job: Readonly<Job>): boolean => Date.parse(destructionOf(job, keepFor) ?? '') <= now
  for (const { id, phase } of await jobs.brief({ where: due })) {
    try {
      const left = isEnded(phase) ? undefined : await jobs.cancel(id)
      // One that would not end in time is tried again at the next look.
      if (left !== undefined && !isEnded(left.phase)) continue
      await jobs.cancel(id)
      forgotten.push(id)
    } catch (cause) {
      // Another replica, or a user, was quicker.
      if (!(cause instanceof HeavensError && cause.code === 'not-found')) throw cause
    }
  }
  return forgotten
}

/** Forget jobs whose destruction has come, again and again, until `signal` aborts. What fails is told and tried again. */
export async function forgetRegularly(jobs: Pick<JobService, 'brief' | 'cancel'>, keepFor: number | undefined, signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
  while (!signal.aborted) {
    await forgetOld(jobs, keepFor, Date.now()).catch(failed)
    await sleep(LOOK, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
