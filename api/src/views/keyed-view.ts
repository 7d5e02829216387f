import { setTimeout as sleep } from 'node:timers/promises'
import type { Log, LogRecord } from '@heavens/storage'

/** One record as it is known now. `seq` is its offset on the log plus one. */
export interface ViewEntry<T> {
  key: string
  seq: number
  value: T
}

/** A change of a view: a new value of a key, or, without a value, its end. */
export interface ViewChange<T> {
  key: string
  seq: number
  value: T | undefined
}

/** The last record of each key of one compacted topic, kept up to date from the log. */
export interface KeyedView<T> {
  /** Resolves when all that was on the log at the start has been read; rejects only when the view was stopped before. */
  readonly ready: Promise<void>
  /** true while the view follows the log; false before it is rebuilt and while the log cannot be read */
  following(): boolean
  /** seq of the last record seen, 0 when there is none */
  seq(): number
  /** In order of seq. */
  entries(): ViewEntry<T>[]
  get(key: string): ViewEntry<T> | undefined
  /** What has changed after `since`, once for each key and in its latest form; undefined when that is not known any more. */
  changesSince(since: number): ViewChange<T>[] | undefined
  /** Called in the order of the log, with the wall clock of the append [ms]; answers how to stop. */
  subscribe(listener: (change: ViewChange<T>, appended: number) => void): () => void
}

export interface KeyedViewOptions<T> {
  log: Log
  topic: string
  decode(value: Uint8Array): T
  signal: AbortSignal
  /** whether keys of this topic are ever removed: if not, any `since` can be answered, also after a restart */
  removals: boolean
  /** a record that `decode` refuses is left out and reported here */
  unreadable(key: string, error: unknown): void
  /** the log could not be read; it is tried again after a second */
  failed(error: unknown): void
}

/** Rebuild a view by `latest`, then follow the log until `signal` aborts. */
export function followKeyedView<T>(options: KeyedViewOptions<T>): KeyedView<T> {
  const { log, topic, signal } = options
  const known = new Map<string, ViewEntry<T>>()
  const removed = new Map<string, number>()
  const listeners = new Set<(change: ViewChange<T>, appended: number) => void>()
  let seq = 0
  // Removals with a seq up to this are not remembered: who has seen less must start from a snapshot.
  let horizon = 0
  let following = false

  function apply(record: LogRecord): void {
    const { key } = record
    seq = Math.max(seq, record.offset + 1)
    if (key === null) return
    let value: T | undefined
    if (record.value.byteLength) {
      try { value = options.decode(record.value) } catch (error) { return options.unreadable(key, error) }
    }
    if (value === undefined) return remove(key, record.appended)
    // Deleting first keeps the map in order of seq.
    known.delete(key)
    removed.delete(key)
    known.set(key, { key, seq, value })
    for (const listener of listeners) listener({ key, seq, value }, record.appended)
  }

  function remove(key: string, appended: number): void {
    known.delete(key)
    removed.set(key, seq)
    for (const listener of listeners) listener({ key, seq, value: undefined }, appended)
  }

  async function rebuild(): Promise<void> {
    const { first } = await log.bounds(topic)
    const before = seq
    const latest = await log.latest(topic)
    for (const record of latest) if (record.offset >= before) apply(record)
    seq = Math.max(seq, first)
    // After a break: what was removed meanwhile has left no record.
    const still = new Set(latest.map((record) => record.key))
    for (const key of known.keys()) if (!still.has(key)) remove(key, NaN)
    if (before === 0) horizon = seq
  }

  async function run(rebuilt: () => void): Promise<void> {
    while (!signal.aborted) {
      try {
        await rebuild()
        following = true
        rebuilt()
        for await (const batch of log.read(topic, 0, seq, { signal })) {
          for (const record of batch.records) apply(record)
        }
        if (!signal.aborted) throw new Error(`the log ended the reading of ${topic}`)
      } catch (error) {
        following = false
        if (signal.aborted) return
        options.failed(error)
        await sleep(1000, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  const ready = new Promise<void>((resolve, reject) => {
    void run(resolve).finally(() => { following = false; reject(new Error('the view was stopped before it was rebuilt')) })
  })
  ready.catch(() => undefined)
  return {
    ready,
    following: () => following,
    seq: () => seq,
    entries: () => [...known.values()],
    get: (key) => known.get(key),
    changesSince(since) {
      if (since > seq || (options.removals && since < horizon)) return undefined
      const gone = [...removed].filter(([, at]) => at > since).map(([key, at]) => ({ key, seq: at, value: undefined }))
      const here = [...known.values()].filter((entry) => entry.seq > since)
      return [...here, ...gone].sort((a, b) => a.seq - b.seq)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
