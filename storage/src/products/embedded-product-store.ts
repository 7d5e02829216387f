import { createHash } from 'node:crypto'
import { access, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { writeWhole } from '../files/durable-files.js'
import type { ProductStore } from './product-store.js'

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Products as files named by their hash, in folders of its first two digits. */
export function createEmbeddedProductStore(folder: string): ProductStore {
  /** Throws not-found for what cannot be the name of a product, so that no name leads out of the folder. */
  const pathOf = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new HeavensError('not-found', { what: 'product', id: sha256 })
    return join(folder, sha256.slice(0, 2), sha256)
  }
  const has = async (sha256: string): Promise<boolean> => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) return false
    return access(pathOf(sha256)).then(() => true, () => false)
  }
  return {
    async put(bytes: Uint8Array): Promise<string> {
      const sha256 = hashOf(bytes)
      if (await has(sha256)) return sha256
      await writeWhole(pathOf(sha256), bytes, 'a product')
      return sha256
    },
    async get(sha256: string): Promise<Uint8Array> {
      const path = pathOf(sha256)
      const bytes = await readFile(path).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new HeavensError('not-found', { what: 'product', id: sha256 })
        throw error
      })
      if (hashOf(bytes) !== sha256) {
        // Set aside, so that putting the product again mends the store.
        await rename(path, `${path}.damaged`)
        throw new HeavensError('store-damaged', { store: 'products', reason: `${sha256} has other bytes than were kept` })
      }
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    },
    has,
    async close(): Promise<void> {},
  }
}
