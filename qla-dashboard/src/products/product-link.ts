import type { Job, Product } from '@heavens/schemas'
import { apiUrl } from '../wire/rest.js'

/** Address of one file of an analysis, with the token where there is one. */
export function productLink(job: Pick<Job, 'id'>, path: Product['path']): string {
  return apiUrl(`analyses/${encodeURIComponent(job.id)}/products/${path.split('/').map(encodeURIComponent).join('/')}`, {}, true)
}

/** Address of the page of the fits that were asked of an analysis. */
export function fitsPageLink(job: Pick<Job, 'id'>): string {
  return apiUrl(`analyses/${encodeURIComponent(job.id)}/fits.html`, {}, true)
}

/** Address of all files of an analysis in one tar. */
export function archiveLink(job: Pick<Job, 'id'>): string {
  return apiUrl(`analyses/${encodeURIComponent(job.id)}/archive.tar`, {}, true)
}
