import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readArchiveSettings, type ArchiveSettings } from './archive-settings.js'
import { createArchive, createEmbeddedArchive } from './archive/embedded-archive.js'
import { createS3Place } from './archive/s3-place.js'
import type { EventArchive } from './archive/archive.js'
import { readCurveSettings, type CurveSettings } from './curve-settings.js'
import type { CurveStore } from './curves/curve-store.js'
import { createEmbeddedCurveStore } from './curves/embedded-curve-store.js'
import { openEnvironment, type Environment } from './lmdb/environment.js'
import { asFolderError } from './lmdb/store-errors.js'
import { readLogSettings, type LogSettings } from './log-settings.js'
import { createEmbeddedLog } from './log/embedded-log.js'
import type { Log } from './log/log.js'
import { openLog } from './open-log.js'
import { createEmbeddedProductStore } from './products/embedded-product-store.js'
import type { ProductStore } from './products/product-store.js'
import { createS3ProductStore } from './products/s3-product-store.js'
import type { ObjectStore } from './s3/object-store.js'
import type { Stores } from './stores.js'

/** Which implementation each store has, and how it is reached. Plain data, so that it can be handed to a worker thread. */
export interface StoreSettings {
  log: LogSettings
  curves: CurveSettings
  archive: ArchiveSettings
}

export interface OpenStoresOptions {
  /** names this process to the servers, e.g. 'heavens-ingest-1' */
  clientId: string
  /** data folder: all embedded stores, and what waits for servers that are away */
  folder: string
  /** curves that waited for their server when an earlier process of this name ended: `drop` where they are put again from a snapshot. Default `send` */
  leftovers?: 'send' | 'drop'
  /** told one sentence for each thing worth an operator's eye */
  log(sentence: string): void
}

/** The settings of all stores from HEAVENS_* variables. Throws bad-setting with the name of the variable that is wrong. */
export function readStoreSettings(environment: Readonly<Record<string, string | undefined>>): StoreSettings {
  return { log: readLogSettings(environment), curves: readCurveSettings(environment), archive: readArchiveSettings(environment) }
}

/**
 * The four stores that the settings name. Embedded ones lie in `folder`, which any number of processes of one machine may share.
 * Throws folder-unusable, and what the log, the curve store and the archive throw when they cannot be reached; nothing stays open then.
 */
export async function openStores(settings: StoreSettings, options: OpenStoresOptions): Promise<Stores> {
  const root = resolve(options.folder)
  await mkdir(root, { recursive: true }).catch((error: unknown) => { throw asFolderError(root, error) })
  const opened: (() => Promise<void>)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of opened.toReversed()) await close()
  }
  try {
    let environment: Environment | undefined
    const embedded = async (): Promise<Environment> => {
      if (environment) return environment
      const held = (environment = openEnvironment(join(root, 'log')))
      opened.unshift(() => held.close())
      return held
    }
    const keep = <T extends { close(): Promise<void> }>(store: T): T => {
      opened.push(() => store.close())
      return store
    }
    const log: Log = keep(settings.log.kind === 'embedded' ? createEmbeddedLog(await embedded(), Date.now) : await openLog(settings.log, options))
    const curves: CurveStore = keep(settings.curves.kind === 'embedded' ? createEmbeddedCurveStore(await embedded()) : await openInflux(settings.curves, root, options))
    const bucket = settings.archive.kind === 's3' ? await openBucket(settings.archive) : undefined
    if (bucket) opened.push(async () => bucket.close())
    const products: ProductStore = keep(bucket ? createS3ProductStore(bucket) : createEmbeddedProductStore(join(root, 'products')))
    const archive: EventArchive = keep(bucket ? createArchive(createS3Place(bucket), log) : createEmbeddedArchive(join(root, 'archive'), log))
    let closing: Promise<void> | undefined
    return { log, archive, curves, products, close: () => (closing ??= closeAll()) }
  } catch (error) {
    await closeAll()
    throw asFolderError(root, error)
  }
}

/** Loaded where it is needed: most commands run on the embedded store. */
async function openInflux(settings: Extract<CurveSettings, { kind: 'influxdb' }>, root: string, options: OpenStoresOptions): Promise<CurveStore> {
  const { openInfluxCurveStore } = await import('./curves/influx/open-influx-curve-store.js')
  const { kind: _, ...influx } = settings
  return openInfluxCurveStore({ ...influx, spool: join(root, 'curves-waiting', options.clientId), log: options.log, ...(options.leftovers ? { leftovers: options.leftovers } : {}) })
}

async function openBucket(settings: Extract<ArchiveSettings, { kind: 's3' }>): Promise<ObjectStore> {
  const { openObjectStore } = await import('./s3/object-store.js')
  return openObjectStore(settings)
}
