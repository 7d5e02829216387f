import type { JobService } from '@heavens/analysis'
import type { Job } from '@heavens/schemas'

/** Jobs that are copied at once. */
const PAGE = 200

/** Jobs that are so, the newest first, page by page: whoever stops early has the rest neither copied nor looked at. */
export async function* newestFirst(jobs: Pick<JobService, 'list'>, where: (job: Readonly<Job>) => boolean): AsyncGenerator<Job, void, void> {
  for (let before: string | undefined; ;) {
    const page = await jobs.list({ limit: PAGE, before, where })
    yield* page.toReversed()
    if (page.length < PAGE) return
    before = page[0]!.id
  }
}
