import { encodeFrame, TOPICS, type Item } from '@heavens/schemas'
import { isUnreadable, type Log, type LogBatch } from '@heavens/storage'

/**
 * Put records of a telemetry topic that are no items on the dead-letter topic with their bytes. What is processed again after a crash may be
 * there twice: `file` says which record it was.
 */
export async function keepUnreadable(log: Log, batch: LogBatch, decoded: readonly { item: Item }[]): Promise<void> {
  for (const [i, { offset, value, appended }] of batch.records.entries()) {
    if (!isUnreadable(decoded[i]!.item)) continue
    const letter = { file: `${batch.topic} at offset ${offset}`, code: 'undecodable', sentence: 'A record of the log is no item.', size: value.length, received: new Date(appended).toISOString() }
    await log.append(TOPICS.deadletter, [{ key: null, value: encodeFrame(letter, { bytes: new Uint8Array(value) }) }])
  }
}
