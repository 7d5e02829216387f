import { telemetryTopic, HeavensError, TOPICS, type InstrumentDescriptor, type StreamId } from '@heavens/schemas'
import type { Log } from '@heavens/storage'
import { restoreState, snapshotBytes, type CapturedState, type StreamState } from './stream-state.js'

/** The topic of snapshots keeps the last record of each key: two keys in turn keep the last two snapshots. */
const SLOTS = [0, 1] as const

/** Where the next snapshot of a stream goes: over the older of the two. */
export interface SnapshotSlots {
  stream: StreamId
  next: 0 | 1
}

/**
 * The newest snapshot of a stream that can be used, and where the next one goes. One that cannot be used is said, with the
 * reason, and the one before it is taken. Without any: undefined, to begin at the beginning of the log.
 *
 * @throws HeavensError log-offset where the log no longer holds what follows on the snapshot
 */
export async function loadSnapshot(log: Log, descriptor: InstrumentDescriptor, stream: StreamId, say: (sentence: string) => void): Promise<{ slots: SnapshotSlots; found: { state: StreamState; offset: number } | undefined }> {
  const name = nameOf(stream)
  const keys = snapshotKeys(stream)
  const kept = (await log.latest(TOPICS.snapshots)).filter((r) => r.key !== null && keys.includes(r.key)).sort((a, b) => b.offset - a.offset)
  const { first } = await log.bounds(telemetryTopic(stream))
  for (const [i, record] of kept.entries()) {
    const restored = restoreState(descriptor, record.value)
    if (!('refused' in restored)) {
      if (restored.offset < first) throw new HeavensError('log-offset', { topic: telemetryTopic(stream), offset: restored.offset, first })
      // Over the one that was refused, not over the one in use.
      return { slots: { stream, next: record.key === `${name}/0` ? 1 : 0 }, found: restored }
    }
    say(`${record.key}: the snapshot is not used, as ${restored.refused}; ${i + 1 < kept.length ? 'trying the one before it' : 'processing again from the beginning of the log'}`)
  }
  return { slots: { stream, next: 0 }, found: undefined }
}

/** Write a snapshot over the older of the two; `guard` is asked just before. Answers its bytes. */
export async function storeSnapshot(log: Log, slots: SnapshotSlots, captured: CapturedState, guard?: () => void): Promise<number> {
  const value = await snapshotBytes(captured)
  guard?.()
  await log.append(TOPICS.snapshots, [{ key: `${nameOf(slots.stream)}/${slots.next}`, value }])
  slots.next = slots.next === 0 ? 1 : 0
  return value.length
}

/** Keys under which snapshots of a stream are kept. Before there were two, the key was the stream's name alone. */
export function snapshotKeys(stream: StreamId): string[] {
  const name = nameOf(stream)
  return [name, ...SLOTS.map((slot) => `${name}/${slot}`)]
}

function nameOf(stream: StreamId): string {
  return `${stream.instrument}/${stream.run}`
}
