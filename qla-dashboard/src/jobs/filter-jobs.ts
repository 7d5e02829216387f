import type { Job } from '@heavens/schemas'
import { describeJob } from './describe-job.js'

/** Groups of phases that a list can be cut to. */
export const PHASE_GROUPS = ['all', 'running', 'done', 'failed'] as const
export type PhaseGroup = (typeof PHASE_GROUPS)[number]

const GROUP_OF: Record<Job['phase'], Exclude<PhaseGroup, 'all'>> = { PENDING: 'running', QUEUED: 'running', EXECUTING: 'running', COMPLETED: 'done', ERROR: 'failed', ABORTED: 'failed' }

/** Analyses of a group whose name, id, target or instruments hold every word of a text, newest first. */
export function filterJobs(jobs: Iterable<Job>, text: string, group: PhaseGroup): Job[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const said = (job: Job): string => [describeJob(job), job.id, job.used?.target?.name ?? '', ...(job.used?.instruments.map((i) => i.id) ?? [])].join(' ').toLowerCase()
  return [...jobs].filter((job) => (group === 'all' || GROUP_OF[job.phase] === group) && words.every((word) => said(job).includes(word)))
    .sort((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0))
}
