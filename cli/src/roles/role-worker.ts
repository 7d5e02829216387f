import { parentPort, workerData } from 'node:worker_threads'
import { INSTRUMENTS } from '@heavens/instruments'
import { openEmbeddedStores } from '@heavens/storage'
import { processAll } from '@heavens/stream-processors'
import { createIngestRole } from './ingest-role.js'
import type { FromRole, RoleStart, ToRole } from './messages.js'

/** Entry of a worker thread: one role on its own stores; roles meet only on the log. */
const start = workerData as RoleStart
const port = parentPort!
const tell = (message: FromRole): void => port.postMessage(message)
const log = (sentence: string): void => tell({ type: 'log', sentence })
const stop = new AbortController()
const stores = await openEmbeddedStores(start.data)

async function serve(): Promise<void> {
  if (start.role === 'process') {
    port.on('message', (message: ToRole) => void (message.type === 'stop' && stop.abort()))
    await processAll({ stores, instruments: INSTRUMENTS, signal: stop.signal, clock: () => Date.now(), log })
    return
  }
  const role = createIngestRole({ stores, start: start.ingest, signal: stop.signal, log })
  port.on('message', (message: ToRole) => {
    if (message.type === 'stop') stop.abort()
    else {
      role.ingest(message.files).then(
        (answer) => tell({ type: 'ingested', id: message.id, answer }),
        (error: unknown) => tell({ type: 'ingest-failed', id: message.id, sentence: error instanceof Error ? error.message : String(error) }),
      )
    }
  })
  await role.run()
}

try {
  await serve()
  await stores.close()
  tell({ type: 'stopped' })
} catch (error) {
  tell({ type: 'failed', sentence: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}
port.close()
