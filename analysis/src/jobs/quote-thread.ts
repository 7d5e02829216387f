import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { HeavensError } from '@heavens/schemas'
import type { Quote } from '@heavens/schemas'
import { fromCrossed, type Crossed } from './crossed-error.js'
import type { AnalysisLimits } from '../limits.js'
import type { StoreConfig } from './store-config.js'

export interface QuoteWorkerData {
  stores: StoreConfig
  limits: AnalysisLimits
}

export interface QuoteQuestion {
  id: number
  request: unknown
}

export type QuoteAnswer = { id: number; quote: Quote } | { id: number; error: Crossed }

/** Quotes from a thread of its own: one reads all that a request touches, and nobody else waits for it. */
export interface QuoteThread {
  /** @throws HeavensError as `quote` */
  quote(request: unknown): Promise<Quote>
  close(): Promise<void>
}

interface Waiting {
  resolve(quote: Quote): void
  reject(error: Error): void
}

/** Undefined where the built worker is not there (running from sources). The thread starts with the first question, and again after it has died. */
export function quoteThread(stores: StoreConfig, limits: AnalysisLimits): QuoteThread | undefined {
  const filename = fileURLToPath(new URL('./quote-worker.js', import.meta.url))
  if (!existsSync(filename)) return undefined
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let count = 0

  function begin(): Worker {
    const begun = new Worker(filename, { workerData: { stores, limits } satisfies QuoteWorkerData })
    const lost = (reason: string): void => {
      if (worker !== begun) return
      worker = undefined
      for (const { reject } of waiting.values()) reject(new HeavensError('internal', { reason: `the thread of quotes has ended: ${reason}` }))
      waiting.clear()
    }
    begun.on('message', (answer: QuoteAnswer) => {
      const asker = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (waiting.size === 0) begun.unref()
      if ('quote' in answer) asker?.resolve(answer.quote)
      else asker?.reject(fromCrossed(answer.error))
    })
    begun.on('error', (error) => lost(error.message))
    begun.on('exit', (code) => lost(`exit code ${code}`))
    return begun
  }

  return {
    quote(request) {
      worker ??= begin()
      worker.ref()
      const id = count++
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        worker!.postMessage({ id, request } satisfies QuoteQuestion)
      })
    },
    async close() {
      if (worker === undefined) return
      const ended = new Promise((resolve) => worker!.once('exit', resolve))
      worker.ref()
      worker.postMessage('close')
      await ended
    },
  }
}
