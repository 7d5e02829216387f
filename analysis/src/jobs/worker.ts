import { INSTRUMENTS } from '@heavens/instruments'
import { openEmbeddedStores, openStores } from '@heavens/storage'
import { analyse } from '../analyse.js'
import { asError } from './runner.js'
import type { RunResult, WorkerMessage, WorkerTask } from './runner.js'

/** How often the flag that says "stop" is looked at [ms]. */
const LOOK = 25

/** One analysis in a worker thread, on stores of its own. */
export default async function run({ request, out, version, stores: config, limits, flag, port }: WorkerTask): Promise<RunResult> {
  const tell = (message: WorkerMessage): void => port.postMessage(message)
  const abort = new AbortController()
  const timer = setInterval(() => Atomics.load(flag, 0) === 1 && abort.abort(), LOOK)
  try {
    const stores = config.kind === 'embedded' ? await openEmbeddedStores(config.dir) : await openStores(config.settings, { clientId: config.clientId, folder: config.dir, log: (sentence) => console.error(sentence) })
    try {
      const { used, products, read } = await analyse(request, {
        stores, instruments: INSTRUMENTS, out, version, limits, signal: abort.signal,
        onStep: (steps) => tell({ steps }), onProduct: (product) => tell({ product }),
      })
      return { used, products, read }
    } finally {
      await stores.close()
    }
  } catch (cause) {
    return { error: asError(cause) }
  } finally {
    clearInterval(timer)
    tell({ ended: true })
  }
}
