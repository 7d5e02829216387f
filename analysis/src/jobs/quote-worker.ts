import { parentPort, workerData } from 'node:worker_threads'
import { INSTRUMENTS } from '@heavens/instruments'
import { openEmbeddedStores, openStores } from '@heavens/storage'
import { quote } from '../quote.js'
import { asCrossed } from './crossed-error.js'
import type { QuoteAnswer, QuoteQuestion, QuoteWorkerData } from './quote-thread.js'

/** Answers quotes one after the other, on stores that stay open. */
const { stores: config, limits } = workerData as QuoteWorkerData
const stores = config.kind === 'embedded' ? await openEmbeddedStores(config.dir) : await openStores(config.settings, { clientId: config.clientId, folder: config.dir, log: (sentence) => console.error(sentence) })
let last: Promise<void> = Promise.resolve()
parentPort!.on('message', (message: QuoteQuestion | 'close') => {
  last = last.then(() => (message === 'close' ? close() : answer(message)))
})

async function answer({ id, request }: QuoteQuestion): Promise<void> {
  const say = (content: QuoteAnswer): void => parentPort!.postMessage(content)
  try {
    say({ id, quote: await quote(request, stores, INSTRUMENTS, { limits }) })
  } catch (cause) {
    say({ id, error: asCrossed(cause) })
  }
}

async function close(): Promise<void> {
  await stores.close()
  parentPort!.close()
}
