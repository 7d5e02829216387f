import { isEnded, type Job } from '@heavens/schemas'

/** Who asks for an analysis, how urgent it is, how long it may run and when it is to be forgotten. */
export type Asked = Pick<Job, 'owner' | 'priority' | 'destruction' | 'executionDuration'>

/** What can be changed of a job that exists. */
export type Amendment = Pick<Job, 'destruction' | 'executionDuration'>

/**
 * The job that is begun next: work of duty before reruns of the archive; among these, of whoever has least in work, then of whoever was
 * served longest ago, so that one who asks for a hundred holds nobody up, even where there is one place only; then the oldest.
 *
 * @param waiting   jobs that may begin
 * @param executing jobs in work, anywhere
 * @param known     all jobs: when one of each owner was begun last
 */
export function nextJob<T extends Job>(waiting: readonly T[], executing: readonly Job[], known: Iterable<Job> = executing): T | undefined {
  if (waiting.length === 0) return undefined
  const served = new Map<string, string>()
  for (const { owner = '', started } of known) if (started !== undefined && started > (served.get(owner) ?? '')) served.set(owner, started)
  const inWork = new Map<string, number>()
  for (const { owner = '' } of executing) inWork.set(owner, (inWork.get(owner) ?? 0) + 1)
  const rank = ({ priority }: Job): number => (priority === 'archive' ? 1 : 0)
  const load = ({ owner = '' }: Job): number => inWork.get(owner) ?? 0
  const before = (a: Job, b: Job): boolean => {
    if (rank(a) !== rank(b)) return rank(a) < rank(b)
    if (load(a) !== load(b)) return load(a) < load(b)
    const [then, when] = [served.get(a.owner ?? '') ?? '', served.get(b.owner ?? '') ?? '']
    if (then !== when) return then < when
    return a.created < b.created
  }
  return waiting.reduce<T | undefined>((best, job) => (best === undefined || before(job, best) ? job : best), undefined)
}

/** Whether a job may answer the same request of somebody else: not where it may never be run, ends before it is done, or is forgotten when its owner says. */
export function answersOthers({ phase, destruction, executionDuration = 0 }: Job): boolean {
  return phase !== 'PENDING' && destruction === undefined && (executionDuration === 0 || isEnded(phase))
}
