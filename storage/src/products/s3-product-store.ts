import { createHash } from 'node:crypto'
import { HeavensError } from '@heavens/schemas'
import type { ObjectStore } from '../s3/object-store.js'
import type { ProductStore } from './product-store.js'

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const isName = (sha256: string): boolean => /^[0-9a-f]{64}$/.test(sha256)
const keyOf = (sha256: string): string => `products/${sha256.slice(0, 2)}/${sha256}`

/** Products as objects named by their hash. */
export function createS3ProductStore(store: ObjectStore): ProductStore {
  const has = async (sha256: string): Promise<boolean> => isName(sha256) && store.has(keyOf(sha256))
  return {
    async put(bytes) {
      const sha256 = hashOf(bytes)
      // Somebody may be putting the same at the same time: only what is there counts. The same bytes put twice are the same product.
      if (!(await has(sha256)) && (await store.put(keyOf(sha256), bytes, null)) === undefined && !(await has(sha256))) await store.put(keyOf(sha256), bytes)
      return sha256
    },
    async get(sha256) {
      const found = isName(sha256) ? await store.get(keyOf(sha256)) : undefined
      if (found === undefined || found === 'unchanged') throw new HeavensError('not-found', { what: 'product', id: sha256 })
      if (hashOf(found.bytes) !== sha256) {
        // Set aside, so that putting the product again mends the store.
        await store.put(`damaged/${sha256}`, found.bytes)
        await store.remove(keyOf(sha256))
        throw new HeavensError('store-damaged', { store: 'products', reason: `${sha256} has other bytes than were kept` })
      }
      return found.bytes
    },
    has,
    async close(): Promise<void> {},
  }
}
