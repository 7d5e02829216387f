import type { LogBatch, LogRecord } from '../log.js'
import type { Piece } from './follow-partition.js'

/** Hands the records of one answer on in batches of at most `maxBytes` of values, one record at least. */
export function* cutBatches(topic: string, partition: number, piece: Piece, maxBytes: number): Generator<LogBatch, void, void> {
  const { records, next, end } = piece
  let from = 0
  while (from < records.length) {
    let to = from
    let bytes = 0
    while (to < records.length && (to === from || bytes + records[to]!.value.length <= maxBytes)) bytes += records[to++]!.value.length
    const part: LogRecord[] = from === 0 && to === records.length ? records : records.slice(from, to)
    const after = to === records.length ? next : part.at(-1)!.offset + 1
    yield { topic, partition, records: part, next: after, end: Math.max(end, after) }
    from = to
  }
}
