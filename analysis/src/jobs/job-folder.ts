import { readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { RECORD_FILES, type Job, type Product } from '@heavens/schemas'
import type { ProductStore } from '@heavens/storage'
import { writeWhole } from '../product-folder.js'

/** Folder of products that are not final. */
const PASSING = '.passing'

/** Keep all files of a finished job in the product store; answers what its record says of them. */
export async function keepFiles(folder: string, products: Job['products'], store: ProductStore): Promise<NonNullable<Job['texts']>> {
  for (const product of products) await store.put(await readFile(path.join(folder, product.path)))
  const texts: NonNullable<Job['texts']> = []
  for (const name of RECORD_FILES) texts.push({ path: name, sha256: await store.put(await readFile(path.join(folder, name))) })
  return texts
}

/**
 * Fetch a product of a job that still runs, whose file is replaced as it goes on: kept by its hash, apart from the worker's own files,
 * which may be in the same folder. Answers its place. Throws not-found, store-damaged.
 */
export async function fetchPassing(folder: string, { sha256 }: Product, store: ProductStore): Promise<string> {
  const file = path.join(folder, PASSING, sha256)
  if (!(await exists(file))) await writeWhole(file, await store.get(sha256))
  return file
}

/** Fetch those files of a job that are not in `folder` from the product store. Throws not-found, store-damaged. */
export async function fetchFiles(folder: string, job: Job, store: ProductStore): Promise<void> {
  await rm(path.join(folder, PASSING), { recursive: true, force: true })
  for (const { path: name, sha256 } of [...job.products, ...(job.texts ?? [])]) {
    const file = path.join(folder, name)
    if (!(await exists(file))) await writeWhole(file, await store.get(sha256))
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw cause
  }
}
