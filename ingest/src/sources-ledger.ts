import { telemetryTopic, type StreamId } from '@heavens/schemas'
import { readLogged, type Log } from '@heavens/storage'

/** Compacted: which sources have come into which stream, and whether wholly. Key: topic + ' ' + source id. */
const SOURCES_TOPIC = 'heavens.sources'

export interface KnownSource {
  topic: string
  source: string
  name: string
  /** offset of the telemetry topic at which it began */
  from: number
  rows: number
  complete: boolean
}

export async function knownSources(log: Log): Promise<KnownSource[]> {
  return (await log.latest(SOURCES_TOPIC)).map((r) => JSON.parse(new TextDecoder().decode(r.value)) as KnownSource)
}

export async function noteSource(log: Log, known: KnownSource): Promise<void> {
  await log.append(SOURCES_TOPIC, [{ key: `${known.topic} ${known.source}`, value: new TextEncoder().encode(JSON.stringify(known)) }])
}

/** Last watermark of a stream, and whether it was its final one; undefined where there is none yet. */
export async function lastWatermark(log: Log, stream: StreamId): Promise<{ time: number; final: boolean } | undefined> {
  const topic = telemetryTopic(stream)
  const { first, next } = await log.bounds(topic)
  let found: { time: number; final: boolean } | undefined
  // Watermarks follow each group of blocks: the last one is among the last records.
  for (let span = 256; ; span *= 16) {
    const from = Math.max(first, next - span)
    for await (const batch of log.read(topic, 0, from, { follow: false })) {
      for (const record of batch.records) {
        const item = readLogged(record.value)
        if (item.kind === 'watermark') found = { time: item.time, final: item.final }
      }
    }
    if (found || from === first) return found
  }
}

/** Records at the end of a stream among which every source that still sends has some. */
export const RECENT = 8192

/** Next sequence number of each source that has sent lately. */
export async function nextSequences(log: Log, stream: StreamId): Promise<Map<string, number>> {
  const topic = telemetryTopic(stream)
  const { first, next } = await log.bounds(topic)
  const sequences = new Map<string, number>()
  for await (const batch of log.read(topic, 0, Math.max(first, next - RECENT), { follow: false })) {
    for (const record of batch.records) {
      const item = readLogged(record.value)
      if (item.kind !== 'watermark' && item.kind !== 'ledger') sequences.set(item.source, Math.max(sequences.get(item.source) ?? 0, item.sequence + 1))
    }
  }
  return sequences
}

/**
 * Where an interrupted source stopped: its rows before `resumeAt` and its first `preamble` items without times are on the log,
 * numbered up to `sequence`. Whole, as what is released together is appended together. −∞ and 0 where nothing has come.
 */
export async function resumePoint(log: Log, stream: StreamId, source: string, from: number): Promise<{ resumeAt: number; preamble: number; sequence: number }> {
  let resumeAt = -Infinity
  let preamble = 0
  let sequence = 0
  const topic = telemetryTopic(stream)
  const { first } = await log.bounds(topic)
  for await (const batch of log.read(topic, 0, Math.max(first, from), { follow: false })) {
    for (const record of batch.records) {
      const item = readLogged(record.value)
      if (item.kind === 'watermark' || item.kind === 'ledger' || item.source !== source) continue
      sequence = Math.max(sequence, item.sequence + 1)
      if (item.kind !== 'events' && item.kind !== 'rates' && item.kind !== 'pointing') preamble++
      else if (!item.late) resumeAt = Math.max(resumeAt, item.stop)
    }
  }
  return { resumeAt, preamble, sequence }
}
