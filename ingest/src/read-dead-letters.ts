import { decodeFrame, HeavensError, TOPICS } from '@heavens/schemas'
import type { Log } from '@heavens/storage'
import type { DeadLetter } from './dead-letters.js'

export interface KeptLetter {
  offset: number
  letter: DeadLetter
  bytes: Uint8Array
}

/** The dead letters that are held, oldest first, one batch at a time in memory. */
export async function* readDeadLetters(log: Log, from = 0): AsyncGenerator<KeptLetter> {
  const { first, next } = await log.bounds(TOPICS.deadletter)
  if (next === 0) return
  for await (const batch of log.read(TOPICS.deadletter, 0, Math.max(first, from), { follow: false })) {
    for (const record of batch.records) {
      const { header, arrays } = decodeFrame<DeadLetter>(record.value)
      yield { offset: record.offset, letter: { ...header, via: header.via ?? 'file' }, bytes: arrays['bytes'] as Uint8Array }
    }
  }
}

/** The dead letter at an offset. Throws not-found. */
export async function readDeadLetter(log: Log, offset: number): Promise<KeptLetter> {
  const { first, next } = await log.bounds(TOPICS.deadletter)
  if (offset >= first && offset < next) for await (const kept of readDeadLetters(log, offset)) return kept
  throw new HeavensError('not-found', { what: 'dead letter', id: String(offset) })
}
