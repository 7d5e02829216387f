import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createEmbeddedArchive } from './archive/embedded-archive.js'
import { createEmbeddedCurveStore } from './curves/embedded-curve-store.js'
import { openEnvironment } from './lmdb/environment.js'
import { createEmbeddedLog } from './log/embedded-log.js'
import { createEmbeddedProductStore } from './products/embedded-product-store.js'
import type { Stores } from './stores.js'

export interface EmbeddedStoresOptions {
  /** a slice of the archive is written when this many bytes of items have come; default 8 MiB */
  sliceBytes?: number
  /** wall milliseconds since 1970, written beside each record; default Date.now */
  now?: () => number
}

/**
 * All stores in one folder, without any server: `log` (LMDB, with the light curves), `archive`, `products`. Any number of
 * threads and processes of one machine may open the same folder. Throws store-full, log-unreachable.
 */
export async function openEmbeddedStores(folder: string, options: EmbeddedStoresOptions = {}): Promise<Stores> {
  const root = resolve(folder)
  await mkdir(root, { recursive: true })
  const environment = openEnvironment(join(root, 'log'))
  const log = createEmbeddedLog(environment, options.now ?? Date.now)
  const curves = createEmbeddedCurveStore(environment)
  const archive = createEmbeddedArchive(join(root, 'archive'), log, options)
  const products = createEmbeddedProductStore(join(root, 'products'))
  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    await archive.close()
    await products.close()
    await curves.close()
    await log.close()
    await environment.close()
  }
  return {
    log, archive, curves, products,
    close(): Promise<void> {
      closing ??= close()
      return closing
    },
  }
}
