import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStores, type EmbeddedStoresOptions } from '../open-embedded-stores.js'
import type { Stores } from '../stores.js'

/** Embedded stores in a new folder. */
export interface TemporaryStores {
  folder: string
  stores: Stores
  reopen(): Promise<Stores>
  destroy(): Promise<void>
}

/** Open embedded stores in a new temporary folder, for tests. */
export async function openTemporaryStores(options: EmbeddedStoresOptions = {}): Promise<TemporaryStores> {
  const folder = await mkdtemp(join(tmpdir(), 'heavens-stores-'))
  let stores = await openEmbeddedStores(folder, options)
  return {
    folder,
    get stores(): Stores {
      return stores
    },
    async reopen(): Promise<Stores> {
      await stores.close()
      stores = await openEmbeddedStores(folder, options)
      return stores
    },
    async destroy(): Promise<void> {
      await stores.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
