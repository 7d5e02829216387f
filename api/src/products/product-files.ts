import { stat } from 'node:fs/promises'
import { HeavensError, RECORD_FILES } from '@heavens/schemas'
import type { Job } from '@heavens/schemas'
import type { JobService } from '@heavens/analysis'

/**
 * Absolute path of one file of an analysis. The job service keeps to the job's folder; what does not even look like a path
 * in it is refused before it is asked.
 *
 * @throws HeavensError not-found
 */
export async function productFile(jobs: JobService, id: string, path: string): Promise<string> {
  const missing = new HeavensError('not-found', { what: 'product', id: path.slice(0, 200) })
  if (path === '' || path.length > 1000 || /[\\\0]/.test(path) || path.split('/').some((part) => part === '' || part === '.' || part === '..')) throw missing
  const file = await jobs.productPath(id, path)
  if (!await isFile(file)) throw missing
  return file
}

/** Every file of an analysis that is there now: its records, then its products. */
export async function productFiles(jobs: JobService, job: Job): Promise<{ name: string; file: string }[]> {
  const found: { name: string; file: string }[] = []
  for (const name of new Set([...RECORD_FILES, ...job.products.map((product) => product.path)])) {
    try {
      found.push({ name, file: await productFile(jobs, job.id, name) })
    } catch (error) {
      // A job that runs or failed has not written all of its records.
      if (!(error instanceof HeavensError && error.code === 'not-found')) throw error
    }
  }
  return found
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
