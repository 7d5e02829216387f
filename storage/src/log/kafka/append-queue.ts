import { HeavensError } from '@heavens/schemas'
import type { LogInput } from '../log.js'
import { LARGEST_APPEND } from './kafka-log-options.js'

/** Waiting appends are sent together up to this many bytes and records. */
const BATCH_BYTES = 1 << 20
const BATCH_RECORDS = 20_000
/** What a record needs beside key and value, at most. */
const RECORD_OVERHEAD = 32

interface Waiting {
  inputs: readonly LogInput[]
  bytes: number
  resolve(offsets: { first: number; last: number }): void
  reject(error: unknown): void
}

/** Sends records as one batch and answers the offset of the first. */
export type SendBatch = (inputs: readonly LogInput[]) => Promise<number>

const sizeOf = (inputs: readonly LogInput[]): number => inputs.reduce((sum, { key, value }) => sum + value.length + (key === null ? 0 : 3 * key.length) + RECORD_OVERHEAD, 0)

export interface AppendQueue {
  append(inputs: readonly LogInput[]): Promise<{ first: number; last: number }>
}

/**
 * The appends to one partition, in the order of the calls, one batch under way at a time. What has come meanwhile travels
 * together. An append is never divided, so a batch that is written or not makes it all records or none.
 */
export function createAppendQueue(topic: string, send: SendBatch): AppendQueue {
  const waiting: Waiting[] = []
  let running = false

  function takeSome(): Waiting[] {
    let bytes = 0
    let records = 0
    let count = 0
    for (; count < waiting.length; count++) {
      bytes += waiting[count]!.bytes
      records += waiting[count]!.inputs.length
      if (count > 0 && (bytes > BATCH_BYTES || records > BATCH_RECORDS)) break
    }
    return waiting.splice(0, count)
  }

  async function run(): Promise<void> {
    running = true
    while (waiting.length > 0) {
      const some = takeSome()
      try {
        let first = await send(some.length === 1 ? some[0]!.inputs : some.flatMap(({ inputs }) => inputs))
        for (const { inputs, resolve } of some) {
          resolve({ first, last: first + inputs.length - 1 })
          first += inputs.length
        }
      } catch (error) {
        for (const { reject } of some) reject(error)
      }
    }
    running = false
  }

  return {
    append(inputs: readonly LogInput[]): Promise<{ first: number; last: number }> {
      const bytes = sizeOf(inputs)
      if (bytes > LARGEST_APPEND) return Promise.reject(new HeavensError('too-large', { what: `An append to ${topic}`, size: bytes, limit: LARGEST_APPEND }))
      return new Promise((resolve, reject) => {
        waiting.push({ inputs, bytes, resolve, reject })
        if (!running) void run()
      })
    },
  }
}
