import { createHash } from 'node:crypto'
import { HeavensError, isCompacted } from '@heavens/schemas'
import type { Environment, PartitionBounds } from '../lmdb/environment.js'
import { asStoreError } from '../lmdb/store-errors.js'
import { createWakeUp } from '../lmdb/wake-up.js'
import type { Log, LogBatch, LogInput, LogRecord, ReadOptions } from './log.js'
import { frameRecord, readFrame } from './record-frame.js'

const MAX_BYTES = 4 << 20
/** LMDB keys are short: a longer key is indexed by its hash. */
const LONGEST_KEY = 400
/** Entries that one trim transaction removes: others may write in between. */
const TRIM_STEP = 2000

const NEW: PartitionBounds = { first: 0, next: 0 }

const indexKey = (key: string): string => (key.length <= LONGEST_KEY ? `=${key}` : `#${createHash('sha256').update(key).digest('hex')}`)

/** The log in an LMDB environment, in which each append is one transaction. `now`: wall milliseconds. */
export function createEmbeddedLog(environment: Environment, now: () => number): Log {
  const { records, keys, bounds } = environment
  const wakeUp = createWakeUp(environment.path)
  let closed = false

  const boundsOf = (topic: string, partition: number): PartitionBounds => bounds.get([topic, partition]) ?? NEW
  const range = (topic: string, partition: number, from: number) => ({ start: [topic, partition, from] as [string, number, number], end: [topic, partition, Infinity] as [string, number, number] })

  function place(topic: string, partition: number, inputs: readonly LogInput[]): { first: number; last: number } {
    const held = boundsOf(topic, partition)
    const compacted = isCompacted(topic)
    let offset = held.next
    for (const input of inputs) {
      const { key } = input
      if (compacted && key !== null) {
        const before = keys.get([topic, partition, indexKey(key)])
        if (before !== undefined) records.removeSync([topic, partition, before])
        keys.putSync([topic, partition, indexKey(key)], offset)
      }
      records.putSync([topic, partition, offset++], frameRecord(now(), input))
    }
    bounds.putSync([topic, partition], { first: held.first, next: offset })
    return { first: held.next, last: offset - 1 }
  }

  /** The records from `from` on that fit; undefined when there is none yet. */
  function fetch(topic: string, partition: number, from: number, maxBytes: number): LogBatch | undefined {
    environment.refresh()
    const { first, next } = boundsOf(topic, partition)
    if (from < first) throw new HeavensError('log-offset', { topic, offset: from, first })
    const found: LogRecord[] = []
    let bytes = 0
    for (const { key, value } of records.getRange(range(topic, partition, from))) {
      if (found.length > 0 && bytes + value.length > maxBytes) break
      const record = readFrame(key[2], value)
      found.push(record)
      bytes += value.length
    }
    if (found.length === 0) return undefined
    const after = found.at(-1)!.offset + 1
    return { topic, partition, records: found, next: after, end: Math.max(next, after) }
  }

  async function* read(topic: string, partition: number, from: number, options: ReadOptions = {}): AsyncGenerator<LogBatch, void, void> {
    const { signal, follow = true, maxBytes = MAX_BYTES } = options
    let offset = from
    while (!signal?.aborted && !closed) {
      const batch = fetch(topic, partition, offset, maxBytes)
      if (batch) {
        offset = batch.next
        yield batch
      } else if (follow) await wakeUp.wait(signal)
      else return
    }
  }

  async function trim(topic: string, before: number, partition = 0): Promise<void> {
    for (let more = true; more; ) {
      more = await environment.write('the log', () => {
        const held = boundsOf(topic, partition)
        const to = Math.min(before, held.next)
        if (to > held.first) bounds.putSync([topic, partition], { first: to, next: held.next })
        const old = [...records.getRange({ start: [topic, partition, 0], end: [topic, partition, to], limit: TRIM_STEP })]
        for (const { key, value } of old) {
          records.removeSync(key)
          const name = isCompacted(topic) ? readFrame(key[2], value).key : null
          if (name !== null) keys.removeSync([topic, partition, indexKey(name)])
        }
        return old.length === TRIM_STEP
      })
    }
  }

  return {
    async append(topic: string, inputs: readonly LogInput[], partition = 0): Promise<{ first: number; last: number }> {
      if (closed) throw asStoreError('the log', new Error('it is closed'))
      const answer = await environment.write('the log', () => place(topic, partition, inputs))
      wakeUp.tell()
      return answer
    },
    read,
    async latest(topic: string): Promise<LogRecord[]> {
      environment.refresh()
      const found: LogRecord[] = []
      const last = new Map<string, LogRecord>()
      for (const { key, value } of records.getRange({ start: [topic], end: [topic, Infinity] as never })) {
        const record = readFrame(key[2], value)
        if (record.key !== null) last.set(record.key, record)
      }
      for (const record of last.values()) if (record.value.length > 0) found.push(record)
      return found.sort((a, b) => a.offset - b.offset)
    },
    async bounds(topic: string, partition = 0): Promise<{ first: number; next: number }> {
      environment.refresh()
      const { first, next } = boundsOf(topic, partition)
      return { first, next }
    },
    async topics(): Promise<string[]> {
      environment.refresh()
      return [...new Set([...bounds.getKeys()].map(([topic]) => topic))].sort()
    },
    trim,
    async close(): Promise<void> {
      closed = true
      wakeUp.close()
    },
  }
}
