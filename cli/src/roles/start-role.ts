import { Worker } from 'node:worker_threads'
import { HeavensError, type IngestAnswer } from '@heavens/schemas'
import type { FromRole, RoleStart, ToRole } from './messages.js'

export interface RunningRole {
  /** ingest role only */
  ingest(files: readonly string[]): Promise<IngestAnswer>
  /** resolves when the role has stopped */
  stop(): Promise<void>
}

/** Longest wait for a role to stop by itself [ms]. */
const PATIENCE = 8000

/** Start a role in a worker thread. `failed` is called when it ends without having been asked to. */
export function startRole(start: RoleStart, log: (sentence: string) => void, failed: (sentence: string) => void): RunningRole {
  const worker = new Worker(new URL('./role-worker.js', import.meta.url), { workerData: start })
  const waiting = new Map<number, { resolve(answer: IngestAnswer): void; reject(error: Error): void }>()
  let next = 0
  let stopping = false
  let ended: () => void
  const end = new Promise<void>((resolve) => (ended = resolve))
  worker.on('message', (message: FromRole) => {
    if (message.type === 'log') log(message.sentence)
    else if (message.type === 'ingested') settle(message.id)?.resolve(message.answer)
    else if (message.type === 'ingest-failed') settle(message.id)?.reject(new HeavensError('internal', { reason: message.sentence }))
    else if (message.type === 'failed') failed(`${start.role}: ${message.sentence}`)
  })
  worker.on('error', (error) => failed(`${start.role}: ${error.stack ?? error.message}`))
  worker.on('exit', () => {
    ended()
    for (const { reject } of waiting.values()) reject(new HeavensError('internal', { reason: 'ingest has stopped' }))
    if (!stopping) failed(`${start.role}: it has stopped`)
  })
  function settle(id: number): { resolve(answer: IngestAnswer): void; reject(error: Error): void } | undefined {
    const entry = waiting.get(id)
    waiting.delete(id)
    return entry
  }
  const post = (message: ToRole): void => worker.postMessage(message)
  return {
    ingest: (files) =>
      new Promise((resolve, reject) => {
        const id = next++
        waiting.set(id, { resolve, reject })
        post({ type: 'ingest', id, files })
      }),
    async stop() {
      stopping = true
      post({ type: 'stop' })
      let timer: NodeJS.Timeout | undefined
      await Promise.race([end, new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE)))])
      clearTimeout(timer)
      // A thread that is caught within the store does not end by force either: then the program must not wait for it.
      await Promise.race([worker.terminate(), new Promise((resolve) => setTimeout(resolve, 1000).unref())])
    },
  }
}
