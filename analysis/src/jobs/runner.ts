import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { HeavensError } from '@heavens/schemas'
import type { ErrorCode, Job, JobStep, Product, RequestAsUsed } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { Stores } from '@heavens/storage'
import { Piscina } from 'piscina'
import { analyse } from '../analyse.js'
import type { AnalysisLimits } from '../limits.js'
import type { StoreConfig } from './store-config.js'

/** What comes while an analysis runs. */
export interface RunEvents {
  onStep(steps: JobStep[]): void
  onProduct(product: Product): void
}

export type RunResult = { used: RequestAsUsed; products: Product[]; read: NonNullable<Job['read']> } | { error: { code: ErrorCode; sentence: string } }

/** Runs analyses somewhere: in threads, or here. Never rejects: an error is a result. */
export interface Runner {
  run(request: unknown, out: string, events: RunEvents, signal: AbortSignal): Promise<RunResult>
  close(): Promise<void>
}

/** What a worker is given. `flag[0]` becomes 1 when the analysis is to stop. */
export interface WorkerTask {
  request: unknown
  out: string
  version: string
  limits: AnalysisLimits
  flag: Int32Array
  port: MessagePort
}

export type WorkerMessage = { steps: JobStep[] } | { product: Product } | { ended: true }

/** What a run ended with, as plain data. */
export function asError(cause: unknown): { code: ErrorCode; sentence: string } {
  if (cause instanceof HeavensError) return { code: cause.code, sentence: cause.message }
  const error = new HeavensError('internal', { reason: cause instanceof Error ? cause.message : String(cause) })
  return { code: error.code, sentence: error.message }
}

/** Runs in this thread, on the stores that are open here. */
export function localRunner(stores: Stores, instruments: readonly Instrument[], version: string, limits: AnalysisLimits): Runner {
  return {
    async run(request, out, events, signal) {
      try {
        const { used, products, read } = await analyse(request, { stores, instruments, out, version, limits, signal, ...events })
        return { used, products, read }
      } catch (cause) {
        return { error: asError(cause) }
      }
    },
    close: async () => undefined,
  }
}

/** Seconds that a worker has to stop by itself before its thread is ended. */
const GRACE = 10_000

/** Runs in worker threads, which open their own stores and keep them. Undefined where the built worker is not there (running from sources). */
export function threadRunner(stores: StoreConfig, version: string, threads: number, limits: AnalysisLimits): Runner | undefined {
  const filename = fileURLToPath(new URL('./worker.js', import.meta.url))
  if (!existsSync(filename)) return undefined
  // One thread is kept warm: loading its code takes longer than the first part of a big request.
  const pool = new Piscina({ filename, minThreads: 1, maxThreads: threads, idleTimeout: 60_000, workerData: { stores } })
  return {
    run: (request, out, events, signal) => runInThread(pool, { request, out, version, limits }, events, signal),
    close: () => pool.destroy(),
  }
}

async function runInThread(pool: Piscina, task: Omit<WorkerTask, 'flag' | 'port'>, events: RunEvents, signal: AbortSignal): Promise<RunResult> {
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const { port1, port2 } = new MessageChannel()
  const hard = new AbortController()
  let grace: NodeJS.Timeout | undefined
  const stop = (): void => {
    Atomics.store(flag, 0, 1)
    grace = setTimeout(() => hard.abort(), GRACE)
  }
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  // The last messages may come after the task's own answer: wait for the one that says so.
  const ended = new Promise<void>((resolve) => {
    port1.on('message', (message: WorkerMessage) => {
      if ('steps' in message) events.onStep(message.steps)
      else if ('product' in message) events.onProduct(message.product)
      else resolve()
    })
    port1.on('close', resolve)
  })
  try {
    const result = (await pool.run({ ...task, flag, port: port2 } satisfies WorkerTask, { transferList: [port2], signal: hard.signal })) as RunResult
    await ended
    return result
  } catch (cause) {
    return { error: signal.aborted ? asError(new HeavensError('cancelled', {}, { cause })) : asError(cause) }
  } finally {
    clearTimeout(grace)
    signal.removeEventListener('abort', stop)
    port1.close()
  }
}
