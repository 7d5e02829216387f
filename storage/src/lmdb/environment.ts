import { mkdirSync, realpathSync } from 'node:fs'
import { open, type Database, type RootDatabase } from 'lmdb'
import { HeavensError } from '@heavens/schemas'
import { hasRoom } from './has-room.js'
import { asStoreError } from './store-errors.js'

/** Number of the error "Input/output error", as LMDB gives it. */
const EIO = 5

/** Where a partition stands: everything before `first` is forgotten, `next` is the offset to be given next. */
export interface PartitionBounds {
  first: number
  next: number
}

/**
 * One LMDB environment, shared by the log and the curves. Several threads and several processes may hold it open.
 * `records` [topic, partition, offset] -> frame · `keys` [topic, partition, key] -> offset of the last record ·
 * `bounds` [topic, partition] -> PartitionBounds · `curves` [curve, chunk] -> bins · `curveKeys` names -> curve.
 */
export interface Environment {
  /** the folder with its links resolved: the same for everybody who has it open */
  path: string
  records: Database<Buffer, [string, number, number]>
  keys: Database<number, [string, number, string]>
  bounds: Database<PartitionBounds, [string, number]>
  curves: Database<Buffer, [number, number]>
  curveKeys: Database<unknown, (string | number)[]>
  /**
   * Run `action` in a write transaction of its own: all of it or nothing, and on disk when the promise resolves.
   * Waiting writers of a thread share one flush. Throws store-full.
   */
  write<T>(what: string, action: () => T): Promise<T>
  /** See what other threads and processes have written since the last look. */
  refresh(): void
  close(): Promise<void>
}

interface Waiting {
  what: string
  action: () => void
  fail: (error: HeavensError) => void
  done: () => void
}

/** Open or create the environment in a folder. */
export function openEnvironment(folder: string): Environment {
  mkdirSync(folder, { recursive: true })
  const root: RootDatabase = open({ path: folder, maxDbs: 8, overlappingSync: false, noSubdir: false, compression: false })
  let queue: Waiting[] = []
  let running: Promise<void> | undefined
  let closed = false

  /**
   * All that waits in one transaction; each action has its own nested in it, so that one that fails leaves no trace among
   * the others. Committed synchronously: lmdb's asynchronous commit reports a full disk by a rejection nobody can catch.
   */
  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue
      queue = []
      const failed = new Map<Waiting, unknown>()
      let broken: { error: unknown } | undefined
      try {
        root.transactionSync(() => {
          for (const waiting of batch) {
            try {
              root.transactionSync(waiting.action)
            } catch (error) {
              failed.set(waiting, error)
            }
          }
        })
      } catch (error) {
        broken = { error }
      }
      for (const waiting of batch) {
        if (failed.has(waiting)) waiting.fail(await explain(waiting.what, failed.get(waiting)))
        else if (broken) waiting.fail(await explain(waiting.what, broken.error))
        else waiting.done()
      }
    }
    running = undefined
  }

  /** LMDB says "Input/output error" when a write was cut short, which is what a disk does that has just become full. */
  async function explain(what: string, error: unknown): Promise<HeavensError> {
    const cutShort = error instanceof Error && 'code' in error && error.code === EIO
    if (cutShort && !(await hasRoom(folder))) return new HeavensError('store-full', { what, reason: 'a write was cut short' }, { cause: error })
    return asStoreError(what, error)
  }

  return {
    path: realpathSync(folder),
    records: root.openDB({ name: 'records', encoding: 'binary' }),
    keys: root.openDB({ name: 'keys', encoding: 'ordered-binary' }),
    bounds: root.openDB({ name: 'bounds', encoding: 'json' }),
    curves: root.openDB({ name: 'curves', encoding: 'binary' }),
    curveKeys: root.openDB({ name: 'curve-keys', encoding: 'json' }),
    write<T>(what: string, action: () => T): Promise<T> {
      if (closed) return Promise.reject(asStoreError(what, new Error('it is closed')))
      return new Promise<T>((resolve, reject) => {
        let answer: T
        queue.push({
          what,
          action: () => {
            answer = action()
          },
          fail: reject,
          done: () => resolve(answer),
        })
        running ??= Promise.resolve().then(drain)
      })
    },
    refresh(): void {
      root.resetReadTxn()
    },
    async close(): Promise<void> {
      if (closed) return
      closed = true
      while (running) await running
      await root.close()
    },
  }
}
