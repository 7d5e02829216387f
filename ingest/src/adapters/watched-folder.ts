import path from 'node:path'
import { watch } from 'chokidar'

export interface WatchedFolderOptions {
  /** a file counts as written when its size has not changed for this long [ms] */
  settled?: number
  signal: AbortSignal
  /** called with one file at a time, in order of appearance */
  onFile(file: string): Promise<void>
  onError(error: unknown): void
}

const FITS_NAME = /\.(fits?|fit|lc|pha|evt|rsp2?|rmf|arf|hk)(\.gz)?$/i

/**
 * Call `onFile` for every FITS-like file in a folder and for each that appears, once it is wholly written. A file that is
 * touched again is offered again: ingest knows it by its content. Returns when `signal` aborts.
 */
export async function watchFolder(folder: string, options: WatchedFolderOptions): Promise<void> {
  const watcher = watch(folder, { awaitWriteFinish: { stabilityThreshold: options.settled ?? 1000, pollInterval: 100 }, depth: 8 })
  let queue = Promise.resolve()
  const take = (file: string): void => {
    if (!FITS_NAME.test(path.basename(file))) return
    queue = queue.then(() => options.onFile(file)).catch(options.onError)
  }
  watcher.on('add', take).on('change', take).on('error', options.onError)
  await new Promise<void>((resolve) => {
    if (options.signal.aborted) resolve()
    else options.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await watcher.close()
  await queue
}
