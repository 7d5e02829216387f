import path from 'node:path'
import { watch } from 'chokidar'

export interface WatchedFolderOptions {
  /** a file counts as written when its size has not changed for this long [ms] */
  settled?: number
  signal: AbortSignal
  /** called with the files that settled together, such as those of one burst's detectors, one batch after the other */
  onFiles(files: readonly string[]): Promise<void>
  onError(error: unknown): void
}

/** Files that settle within this of each other are handed over together [ms]: detectors of one instrument are then put into one order. */
const TOGETHER = 1500

const FILE_NAME = /\.(fits?|fit|ecsv|lc|pha|evt|rsp2?|rmf|arf|hk)(\.gz)?$/i

/**
 * Call `onFiles` for every FITS-like file or text table (ECSV) in a folder and for each that appears, once it is wholly written. A file that is
 * touched again is offered again: ingest knows it by its content. Returns when `signal` aborts.
 */
export async function watchFolder(folder: string, options: WatchedFolderOptions): Promise<void> {
  const watcher = watch(folder, { awaitWriteFinish: { stabilityThreshold: options.settled ?? 2000, pollInterval: 100 }, depth: 8 })
  let queue = Promise.resolve()
  let batch = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const hand = (): void => {
    const files = [...batch].sort()
    batch = new Set()
    queue = queue.then(() => options.onFiles(files)).catch(options.onError)
  }
  const take = (file: string): void => {
    if (!FILE_NAME.test(path.basename(file))) return
    batch.add(file)
    clearTimeout(timer)
    timer = setTimeout(hand, TOGETHER)
  }
  watcher.on('add', take).on('change', take).on('error', options.onError)
  await new Promise<void>((resolve) => {
    if (options.signal.aborted) resolve()
    else options.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await watcher.close()
  clearTimeout(timer)
  await queue
}
