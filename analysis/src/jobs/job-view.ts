import { Job, TOPICS } from '@heavens/schemas'
import type { Amendment } from './job-order.js'
import { followTopic, type FollowedTopic, type Log } from '@heavens/storage'

/** All jobs as the log has them, kept up to date. */
export interface JobView extends FollowedTopic {
  jobs: ReadonlyMap<string, Job>
  /** ids that somebody wants ended */
  ordered: ReadonlySet<string>
  /** ids of followed jobs that somebody wants finished */
  finishing: ReadonlySet<string>
  /** what owners have changed of their jobs */
  amended: ReadonlyMap<string, Amendment>
  /** Append a job's record, and see it here when it resolves. */
  save(job: Job): Promise<void>
  /** Ask the worker of a job to end it. */
  orderEnd(id: string): Promise<void>
  /** Ask the worker of a followed job to finish it. */
  orderFinish(id: string): Promise<void>
  /** Change what an owner may, whoever works on the job; and see it here when it resolves. */
  amend(id: string, change: Amendment): Promise<void>
  remove(id: string): Promise<void>
}

export interface JobViewOptions {
  log: Log
  signal: AbortSignal
  /** called after each change */
  changed(id: string): void
  failed(error: unknown): void
}

const text = new TextEncoder()
/** Before the id in the keys of changes by owners, which no order may take the place of. */
const AMENDED = 'amend/'

/** Follow the topics of jobs and of orders until `signal` aborts. A record that is no job is reported and left out. */
export function followJobs(options: JobViewOptions): JobView {
  const { log, signal, failed } = options
  const jobs = new Map<string, Job>()
  const ordered = new Set<string>()
  const finishing = new Set<string>()
  const amended = new Map<string, Amendment>()
  const followed = followTopic({
    log, topic: TOPICS.jobs, signal, failed,
    apply({ key, value }) {
      if (key === null) return
      if (value.length === 0) jobs.delete(key)
      else {
        try {
          jobs.set(key, Job.parse(JSON.parse(new TextDecoder().decode(value))))
        } catch (error) {
          return failed(error)
        }
      }
      options.changed(key)
    },
  })
  const orders = followTopic({
    log, topic: TOPICS.orders, signal, failed,
    apply({ key, value }) {
      if (key === null) return
      if (key.startsWith(AMENDED)) {
        const id = key.slice(AMENDED.length)
        if (value.length === 0) amended.delete(id)
        else amended.set(id, JSON.parse(new TextDecoder().decode(value)) as Amendment)
        return options.changed(id)
      }
      if (value.length === 0) {
        ordered.delete(key)
        finishing.delete(key)
      } else if ('finish' in (JSON.parse(new TextDecoder().decode(value)) as object)) finishing.add(key)
      else ordered.add(key)
      options.changed(key)
    },
  })
  const append = async (id: string, value: Uint8Array): Promise<void> => followed.reached((await log.append(TOPICS.jobs, [{ key: id, value }])).last + 1)
  return {
    jobs, ordered, finishing, amended, reached: followed.reached, caughtUp: followed.caughtUp,
    save: (job) => append(job.id, text.encode(JSON.stringify(job))),
    async orderEnd(id) {
      await log.append(TOPICS.orders, [{ key: id, value: text.encode(JSON.stringify({ end: true })) }])
    },
    async orderFinish(id) {
      await log.append(TOPICS.orders, [{ key: id, value: text.encode(JSON.stringify({ finish: true })) }])
    },
    async amend(id, change) {
      const value = text.encode(JSON.stringify({ ...amended.get(id), ...change }))
      await orders.reached((await log.append(TOPICS.orders, [{ key: `${AMENDED}${id}`, value }])).last + 1)
    },
    async remove(id) {
      await append(id, new Uint8Array())
      if (amended.has(id)) await log.append(TOPICS.orders, [{ key: `${AMENDED}${id}`, value: new Uint8Array() }])
      if (ordered.has(id) || finishing.has(id)) await log.append(TOPICS.orders, [{ key: id, value: new Uint8Array() }])
    },
  }
}
