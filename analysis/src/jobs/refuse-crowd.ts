import { HeavensError, type Job } from '@heavens/schemas'

/** Refuse one more analysis of an owner who has as many waiting as one may. @throws busy */
export function refuseCrowd(jobs: Iterable<Pick<Job, 'owner' | 'phase'>>, owner: string | undefined, most: number): void {
  if (owner === undefined) return
  let waiting = 0
  for (const job of jobs) if (job.owner === owner && (job.phase === 'PENDING' || job.phase === 'QUEUED')) waiting++
  if (waiting >= most) throw new HeavensError('busy', { what: 'analyses of yours', waiting })
}
