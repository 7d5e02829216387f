import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FitRequest, HeavensError, type FitAnswer, type Job } from '@heavens/schemas'
import { Piscina } from 'piscina'
import type { AnalysisLimits } from '../limits.js'
import { fromCrossed, type Crossed } from '../jobs/crossed-error.js'
import { parseAs } from '../request/parse-request.js'
import runFit, { type FitTask } from './fit-worker.js'

/** Fits to spectra that an analysis has made, in a thread of their own. */
export interface FitThread {
  /**
   * @param place absolute path of a product of the job
   * @throws bad-request with its path; not-found; too-large; what a fit refuses; too-slow
   */
  fit(job: Job, request: unknown, place: (path: string) => Promise<string>): Promise<FitAnswer>
  close(): Promise<void>
}

/** Fits that wait at the same time. */
const MOST_WAITING = 50
/** Bytes of the files of one fit. */
const LARGEST = 256 << 20
const PARTS = new Set<Job['products'][number]['kind']>(['spectrum', 'background', 'response', 'arf'])

/**
 * @param threads    false: fits run here, where there is no built worker or no thread is wanted
 * @param fitSeconds a fit in the thread that takes longer is given up
 */
export function fitThread(threads: boolean, { fitSeconds }: Pick<AnalysisLimits, 'fitSeconds'>): FitThread {
  const filename = fileURLToPath(new URL('./fit-worker.js', import.meta.url))
  const pool = threads && existsSync(filename) ? new Piscina({ filename, minThreads: 0, maxThreads: 1, idleTimeout: 60_000, maxQueue: MOST_WAITING }) : undefined

  async function inThread(task: FitTask): Promise<Awaited<ReturnType<typeof runFit>>> {
    if (pool === undefined) return runFit(task)
    const signal = AbortSignal.timeout(1000 * fitSeconds)
    try {
      return (await pool.run(task, { signal })) as { answer: FitAnswer } | { error: Crossed }
    } catch (cause) {
      if (signal.aborted) throw new HeavensError('too-slow', { what: 'The fit', seconds: fitSeconds }, { cause })
      if (pool.queueSize >= MOST_WAITING) throw new HeavensError('busy', { what: 'fits', waiting: MOST_WAITING }, { cause })
      throw cause
    }
  }

  return {
    async fit(job, input, place) {
      const request = parseAs(FitRequest, input)
      const files: Record<string, Uint8Array> = {}
      let size = 0
      for (const path of request.spectra) {
        if (!job.products.some((product) => product.path === path && product.kind === 'spectrum')) throw new HeavensError('not-found', { what: 'spectrum of the analysis', id: path.slice(0, 200) })
        for (const product of job.products) {
          if (product.path in files || !PARTS.has(product.kind) || posix.dirname(product.path) !== posix.dirname(path)) continue
          size += product.bytes
          if (size > LARGEST) throw new HeavensError('too-large', { what: 'What is to be fitted', size, limit: LARGEST })
          files[product.path] = await readFile(await place(product.path))
        }
      }
      const result = await inThread({ request, files })
      if ('error' in result) throw fromCrossed(result.error)
      return result.answer
    },
    async close() {
      await pool?.destroy()
    },
  }
}
