import { workerData } from 'node:worker_threads'
import { INSTRUMENTS } from '@heavens/instruments'
import { openEmbeddedStores, openStores, type Stores } from '@heavens/storage'
import { analyse } from '../analyse.js'
import { asError } from './runner.js'
import type { RunResult, WorkerMessage, WorkerTask } from './runner.js'
import type { StoreConfig } from './store-config.js'

/** How often the flag that says "stop" is looked at [ms]. */
const LOOK = 25

/** Stores of this thread, which stay open: what they know of the archive (its manifest, the indexes of its slices) takes longer to read than a small request. */
const { stores: config } = workerData as { stores: StoreConfig }
let opened: Promise<Stores> | undefined

function open(): Promise<Stores> {
  opened ??= config.kind === 'embedded' ? openEmbeddedStores(config.dir) : openStores(config.settings, { clientId: config.clientId, folder: config.dir, log: (sentence) => console.error(sentence) })
  return opened
}

/** One analysis in a worker thread. */
export default async function run({ request, out, version, limits, flag, port }: WorkerTask): Promise<RunResult> {
  const tell = (message: WorkerMessage): void => port.postMessage(message)
  const abort = new AbortController()
  const timer = setInterval(() => Atomics.load(flag, 0) === 1 && abort.abort(), LOOK)
  try {
    const stores = await open().catch((cause: unknown) => {
      // The next request tries again.
      opened = undefined
      throw cause
    })
    const { used, products, read } = await analyse(request, {
      stores, instruments: INSTRUMENTS, out, version, limits, signal: abort.signal,
      onStep: (steps) => tell({ steps }), onProduct: (product) => tell({ product }),
    })
    return { used, products, read }
  } catch (cause) {
    return { error: asError(cause) }
  } finally {
    clearInterval(timer)
    tell({ ended: true })
  }
}
