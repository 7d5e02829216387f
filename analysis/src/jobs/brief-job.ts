import type { Job } from '@heavens/schemas'
import type { JobBrief } from '../job-service.js'

/** What a list says of a job: a new object that shares nothing. */
export function briefJob({ id, label, phase, created, ended, owner, destruction }: Job): JobBrief {
  return { id, label, phase, created, ...(ended === undefined ? {} : { ended }), ...(owner === undefined ? {} : { owner }), ...(destruction === undefined ? {} : { destruction }) }
}
