import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Job } from '@heavens/schemas'
import type { ProductStore } from '@heavens/storage'
import { writeWhole } from '../product-folder.js'

/** Files of a job beside its products. */
export const TEXT_FILES = ['request.json', 'provenance.json', 'products.json']

/** Keep all files of a finished job in the product store; answers what its record says of them. */
export async function keepFiles(folder: string, products: Job['products'], store: ProductStore): Promise<NonNullable<Job['texts']>> {
  for (const product of products) await store.put(await readFile(path.join(folder, product.path)))
  const texts: NonNullable<Job['texts']> = []
  for (const name of TEXT_FILES) texts.push({ path: name, sha256: await store.put(await readFile(path.join(folder, name))) })
  return texts
}

/** Fetch those files of a job that are not in `folder` from the product store. Throws not-found, store-damaged. */
export async function fetchFiles(folder: string, job: Job, store: ProductStore): Promise<void> {
  for (const { path: name, sha256 } of [...job.products, ...(job.texts ?? [])]) {
    const file = path.join(folder, name)
    const there = await readFile(file).then(() => true, () => false)
    if (!there) await writeWhole(file, await store.get(sha256))
  }
}
