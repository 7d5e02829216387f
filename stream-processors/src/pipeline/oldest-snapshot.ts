import { TOPICS, type InstrumentDescriptor, type StreamId } from '@heavens/schemas'
import type { Log } from '@heavens/storage'
import { snapshotKeys } from './snapshot-slots.js'
import { restoreState } from './stream-state.js'

/** The offset at which the processors would begin from the oldest snapshot of a stream that can be used; undefined without one: then they need the whole log. */
export async function oldestSnapshot(log: Log, descriptor: InstrumentDescriptor, stream: StreamId): Promise<number | undefined> {
  const keys = snapshotKeys(stream)
  let oldest: number | undefined
  for (const { key, value } of await log.latest(TOPICS.snapshots)) {
    if (key === null || !keys.includes(key)) continue
    const restored = restoreState(descriptor, value)
    if (!('refused' in restored)) oldest = Math.min(oldest ?? Infinity, restored.offset)
  }
  return oldest
}
