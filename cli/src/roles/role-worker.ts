import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { HeavensError, streamOfTopic, type StreamId } from '@heavens/schemas'
import { INSTRUMENTS } from '@heavens/instruments'
import { openEmbeddedStores } from '@heavens/storage'
import { processAll } from '@heavens/stream-processors'
import { trimRegularly } from '../trim-regularly.js'
import { createIngestRole } from './ingest-role.js'
import type { FromRole, RoleStart, ToRole } from './messages.js'

/** Entry of a worker thread: one role on its own stores; roles meet only on the log. */
const start = workerData as RoleStart
const port = parentPort!
const tell = (message: FromRole): void => port.postMessage(message)
const log = (sentence: string): void => tell({ type: 'log', sentence })
const stop = new AbortController()
/** The ingest role of this turn; none while there is no room. */
let ingest: ReturnType<typeof createIngestRole> | undefined

/** Wait before it is tried again whether there is room [ms]. */
const NO_ROOM = 2000

/** Do the work on stores of its own until `signal` aborts, or until something fails: then nothing of it goes on. */
async function serve(signal: AbortSignal): Promise<void> {
  const turn = new AbortController()
  const either = AbortSignal.any([signal, turn.signal])
  const stores = await openEmbeddedStores(start.data)
  try {
    if (start.role === 'process') {
      const processing = processAll({ stores, instruments: INSTRUMENTS, signal: either, clock: () => Date.now(), log })
      const streams = async (): Promise<StreamId[]> => (await stores.log.topics()).flatMap((topic) => streamOfTopic(topic) ?? [])
      await Promise.all([processing, start.trimMinutes === undefined ? undefined : trimRegularly({ stores, minutes: start.trimMinutes, streams, signal: either, log })])
    }
    else {
      ingest = createIngestRole({ stores, start: start.ingest, signal: either, log })
      await ingest.run()
    }
  } finally {
    ingest = undefined
    turn.abort()
    await stores.close()
  }
}

async function take(message: ToRole): Promise<void> {
  if (message.type === 'stop') return stop.abort()
  try {
    if (!ingest) throw new HeavensError('store-full', { what: 'telemetry', reason: 'nothing is taken in until there is room' })
    tell({ type: 'ingested', id: message.id, answer: await ingest.ingest(message.files) })
  } catch (error) {
    tell({ type: 'ingest-failed', id: message.id, sentence: error instanceof Error ? error.message : String(error) })
  }
}

port.on('message', (message: ToRole) => void take(message))
try {
  while (!stop.signal.aborted) {
    try {
      await serve(stop.signal)
      break
    } catch (error) {
      if (!(error instanceof HeavensError && error.code === 'store-full')) throw error
      // Stores are opened anew: what they hold in memory may be ahead of what is on the disk.
      log(`${start.role}: ${error.message} What was acknowledged is safe; it goes on when there is room. [${error.code}]`)
      await sleep(NO_ROOM, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  }
  tell({ type: 'stopped' })
} catch (error) {
  tell({ type: 'failed', sentence: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}
port.close()
