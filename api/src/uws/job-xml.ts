import type { JobBrief } from '@heavens/analysis'
import type { Job } from '@heavens/schemas'
import { contentTypeOf } from '../products/content-type.js'
import { escapeXml } from './xml.js'

const SPACES = 'xmlns:uws="http://www.ivoa.net/xml/UWS/v1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1.1"'
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** Where a job's parts are; absolute, as clients resolve results from anywhere. */
export interface JobAddresses {
  job(id: string): string
  product(id: string, path: string): string
}

const time = (name: string, iso: string | undefined): string => (iso === undefined ? `<uws:${name} xsi:nil="true"/>` : `<uws:${name}>${escapeXml(iso)}</uws:${name}>`)

/** One job as UWS 1.1 describes it (`uws:job`), with the time when it is forgotten, ISO UTC. Clients of 1.0 find all that they know. */
export function jobXml(job: Job, addresses: JobAddresses, destruction?: string): string {
  return `${HEAD}<uws:job ${SPACES}>\n<uws:jobId>${escapeXml(job.id)}</uws:jobId>\n${job.label ? `<uws:runId>${escapeXml(job.label)}</uws:runId>\n` : ''}${job.owner === undefined ? '<uws:ownerId xsi:nil="true"/>' : `<uws:ownerId>${escapeXml(job.owner)}</uws:ownerId>`}\n`
    + `<uws:phase>${job.phase}</uws:phase>\n<uws:quote xsi:nil="true"/>\n${time('creationTime', job.created)}\n${time('startTime', job.started)}\n${time('endTime', job.ended)}\n`
    + `<uws:executionDuration>${job.executionDuration ?? 0}</uws:executionDuration>\n${time('destruction', destruction)}\n${parametersXml(job)}\n${resultsXml(job, addresses)}\n${errorXml(job)}</uws:job>\n`
}

/** The parameters as one: the request in JSON. `alone`: a document of its own. */
export function parametersXml(job: Job, alone = false): string {
  return `${alone ? HEAD : ''}<uws:parameters${alone ? ` ${SPACES.replace(' version="1.1"', '')}` : ''}><uws:parameter id="REQUEST">${escapeXml(JSON.stringify(job.request))}</uws:parameter></uws:parameters>`
}

export function resultsXml(job: Job, addresses: JobAddresses, alone = false): string {
  const rows = job.phase === 'COMPLETED' ? job.products.map((p) => `<uws:result id="${escapeXml(p.path)}" xlink:href="${escapeXml(addresses.product(job.id, p.path))}" mime-type="${escapeXml(contentTypeOf(p.path))}" size="${p.bytes}"/>`) : []
  return `${alone ? HEAD : ''}<uws:results${alone ? ` ${SPACES.replace(' version="1.1"', '')}` : ''}>${rows.join('')}</uws:results>`
}

function errorXml(job: Job): string {
  return job.error ? `<uws:errorSummary type="fatal" hasDetail="true"><uws:message>${escapeXml(job.error.sentence)}</uws:message></uws:errorSummary>\n` : ''
}

/** The list of jobs (`uws:jobs`). */
export function jobListXml(jobs: readonly JobBrief[], addresses: JobAddresses): string {
  const rows = jobs.map((job) => `<uws:jobref id="${escapeXml(job.id)}" xlink:href="${escapeXml(addresses.job(job.id))}"><uws:phase>${job.phase}</uws:phase>${job.label ? `<uws:runId>${escapeXml(job.label)}</uws:runId>` : ''}${job.owner === undefined ? '' : `<uws:ownerId>${escapeXml(job.owner)}</uws:ownerId>`}<uws:creationTime>${escapeXml(job.created)}</uws:creationTime></uws:jobref>`)
  return `${HEAD}<uws:jobs ${SPACES}>${rows.join('\n')}</uws:jobs>\n`
}
