import { setTimeout as sleep } from 'node:timers/promises'
import { telemetryTopic, TOPICS, type StreamId } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import type { Log } from '@heavens/storage'
import { readCheckpoint } from './checkpoint.js'
import { blockOfKey, type BlockKey } from './raw-record.js'
import { readSentItem, type ChannelLimits } from './read-sent-item.js'
import { addSequence, type SequenceRanges } from './sequence-ranges.js'

/** Which blocks have come before, by whichever process: told by the one order of `heavens.raw`. */
export interface BlockIndex {
  /** Whether the block at this offset repeats one before it. Waits until the index has read that far. */
  repeats(offset: number): Promise<boolean>
  limits(stream: StreamId): ChannelLimits
  /** Rejects when reading fails; resolves when `signal` aborts. */
  done: Promise<void>
}

/** Offsets of repeats that nobody has asked for are forgotten beyond this many. */
const MOST_ANSWERS = 100_000

/** Follow `heavens.raw` by its keys. Takes up at the last checkpoint. */
export async function openBlockIndex(log: Log, signal: AbortSignal): Promise<BlockIndex> {
  const checkpoint = await readCheckpoint(log)
  const seen = new Map<string, SequenceRanges>()
  const limits = new Map<string, Map<number, { first: number; last: number }>>()
  for (const { stream, sources, limits: bounds } of checkpoint?.streams ?? []) {
    const topic = telemetryTopic(stream)
    for (const [source, mark] of sources) seen.set(`${topic} ${source}`, mark.seen)
    limits.set(topic, new Map(bounds))
  }
  const repeats = new Set<number>()
  let reached = checkpoint?.known ?? 0
  let failed: Error | undefined
  const wake = new EventTarget()
  const take = (block: BlockKey, offset: number, value: Uint8Array): void => {
    const topic = telemetryTopic(block)
    const ranges = seen.get(`${topic} ${block.source}`) ?? []
    seen.set(`${topic} ${block.source}`, ranges)
    if (!addSequence(ranges, block.sequence)) {
      repeats.add(offset)
      if (repeats.size > MOST_ANSWERS) repeats.delete(repeats.values().next().value!)
    } else if (block.kind === 'ebounds') {
      const item = readSentItem(value, findInstrument(block.instrument).descriptor, new Map())
      const known = limits.get(topic) ?? new Map<number, { first: number; last: number }>()
      limits.set(topic, known)
      if (item.kind === 'ebounds') known.set(item.group, { first: item.first, last: item.first + item.eMin.length - 1 })
    }
  }
  const read = async (): Promise<void> => {
    const { first } = await log.bounds(TOPICS.raw)
    for await (const batch of log.read(TOPICS.raw, 0, Math.max(first, reached), { signal })) {
      for (const record of batch.records) {
        const block = keyed(record.key)
        if (block) take(block, record.offset, record.value)
      }
      reached = batch.next
      wake.dispatchEvent(new Event('read'))
    }
  }
  const done = read().catch((error: unknown) => {
    failed = error instanceof Error ? error : new Error(String(error))
    wake.dispatchEvent(new Event('read'))
    throw failed
  })
  return {
    done,
    async repeats(offset) {
      while (reached <= offset) {
        if (failed) throw failed
        signal.throwIfAborted()
        await Promise.race([new Promise((resolve) => wake.addEventListener('read', resolve, { once: true })), sleep(1000)])
      }
      return repeats.delete(offset)
    },
    limits: (stream) => limits.get(telemetryTopic(stream)) ?? new Map(),
  }
}

/** Keys that are no block's are the intake's to complain about. */
function keyed(key: string | null): BlockKey | undefined {
  try {
    return blockOfKey(key)
  } catch {
    return undefined
  }
}
