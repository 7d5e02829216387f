import path from 'node:path'
import { openEmbeddedStores, type Stores } from '@heavens/storage'
import { afterAll, beforeAll } from 'vitest'
import { temporaryFolder } from './heavens.js'

/** A folder for the tests of one file, gone afterwards; answers how to work in embedded stores of one's own in it. To be called before the tests are declared. */
export function ownStores(): <T>(work: (stores: Stores) => Promise<T>) => Promise<T> {
  let folder: string
  let remove: () => Promise<void>
  let names = 0
  beforeAll(async () => void ({ folder, remove } = await temporaryFolder()))
  afterAll(() => remove())
  return async (work) => {
    const stores = await openEmbeddedStores(path.join(folder, `data-${names++}`))
    try {
      return await work(stores)
    } finally {
      await stores.close()
    }
  }
}
