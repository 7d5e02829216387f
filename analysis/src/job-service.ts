import type { FitAnswer, Job, Quote } from '@heavens/schemas'
import type { JobPage } from './jobs/page-of.js'
import type { Amendment, Asked } from './jobs/job-order.js'

/** What a list says of a job. */
export type JobBrief = Pick<Job, 'id' | 'label' | 'phase' | 'created' | 'ended' | 'owner' | 'destruction'>

/**
 * Analyses as jobs. Every change of a job is appended to the topic `heavens.jobs` (key: its id), which is the only record of
 * jobs: a service opened on the same log knows them all again; those that were EXECUTING at a crash are queued anew.
 */
export interface JobService {
  /** Validate and queue. Throws HeavensError with the path of what is wrong. An identical request on identical data is answered by the finished job. */
  submit(request: unknown, asked?: Asked): Promise<Job>
  /** Validate and keep as PENDING, until `run`. Always a job of its own. */
  hold(request: unknown, asked?: Asked): Promise<Job>
  /** Queue a PENDING job; any other is answered as it is. Throws not-found. */
  run(id: string): Promise<Job>
  quote(request: unknown): Promise<Quote>
  /** Oldest first; a page of them, or all. */
  list(page?: JobPage<Job>): Promise<Job[]>
  /** The same without what a job holds: ten thousand are answered in milliseconds. */
  brief(page?: JobPage<Job>): Promise<JobBrief[]>
  /** Change when a job is forgotten, or how long it may run; also while it runs. Throws not-found. */
  amend(id: string, change: Amendment): Promise<Job>
  /** Throws not-found. */
  get(id: string): Promise<Job>
  /** Ends as ABORTED; of an ended job: forgets it and its files. */
  cancel(id: string): Promise<Job>
  /** End a followed job with what has come until now: it is COMPLETED as a closed request. Any other is answered as it is. Throws not-found. */
  finish(id: string): Promise<Job>
  /** Fit a model to spectra that a job has made; `request` is a FitRequest. Throws HeavensError with the path of what is wrong. */
  fit(id: string, request: unknown): Promise<FitAnswer>
  /** Absolute path of one product. Throws not-found, also for anything outside the job's folder. */
  productPath(id: string, path: string): Promise<string>
  close(): Promise<void>
}
