import { Job, TOPICS } from '@heavens/schemas'
import type { Log } from '@heavens/storage'

/** The record of jobs: every change is appended, the last one of a key is the truth. */
export interface JobTopic {
  /** All jobs as last written, oldest first. */
  load(): Promise<Job[]>
  /** Append the job as it is now. Calls are written in order. */
  save(job: Job): Promise<void>
  /** Forget a job. */
  remove(id: string): Promise<void>
  /** All that was asked to be written has been. */
  settled(): Promise<void>
}

export function jobTopic(log: Log): JobTopic {
  let tail: Promise<unknown> = Promise.resolve()
  const append = (key: string, value: Uint8Array): Promise<void> => {
    const next = tail.then(() => log.append(TOPICS.jobs, [{ key, value }]))
    // A failed append is told to its caller; the ones after it are tried all the same.
    tail = next.catch(() => undefined)
    return next.then(() => undefined)
  }
  return {
    async load() {
      const jobs: Job[] = []
      for (const record of await log.latest(TOPICS.jobs)) if (record.value.length > 0) jobs.push(Job.parse(JSON.parse(new TextDecoder().decode(record.value))))
      return jobs.toSorted((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0))
    },
    save: (job) => append(job.id, new TextEncoder().encode(JSON.stringify(job))),
    remove: (id) => append(id, new Uint8Array()),
    settled: () => tail.then(() => undefined),
  }
}
