import { telemetryTopic, type StreamId } from '@heavens/schemas'
import { neededTelemetry, type Need } from '@heavens/ingest'
import { INSTRUMENTS } from '@heavens/instruments'
import type { Stores } from '@heavens/storage'
import { oldestSnapshot } from '@heavens/stream-processors'

/** What was dropped of a stream's telemetry, and what holds the rest. */
export interface TrimReport {
  stream: StreamId
  /** offsets that the log held before */
  first: number
  next: number
  /** offset that the log begins with now */
  trimmed: number
  /** what keeps the records from `trimmed` on */
  reason: string
  /** slices that were looked at and have other bytes than were written, or are gone */
  damaged: { file: string; reason: string }[]
}

/**
 * Drop from the log what of a stream is archived, reads back as it was written, and is needed by no role any more: neither by the processors, which may begin
 * from their oldest snapshot, nor by ingest. `dry`: only say what would be dropped.
 *
 * @throws log-refused, log-unreachable, archive-unreachable
 */
export async function trimLog(stores: Pick<Stores, 'log' | 'archive'>, stream: StreamId, dry = false): Promise<TrimReport> {
  const { log, archive } = stores
  const topic = telemetryTopic(stream)
  const { first, next } = await log.bounds(topic)
  const kept = (reason: string): TrimReport => ({ stream, first, next, trimmed: first, reason, damaged: [] })
  if (first === next) return kept('nothing of it is on the log')
  const descriptor = INSTRUMENTS.find((instrument) => instrument.descriptor.id === stream.instrument)?.descriptor
  if (!descriptor) return kept(`no instrument ${stream.instrument} is known`)
  const snapshot = await oldestSnapshot(log, descriptor, stream)
  if (snapshot === undefined) return kept('the processors have made no snapshot of it yet')
  // Looked at last: reading slices is the dear part.
  const needs: Need[] = [{ offset: snapshot, reason: 'the oldest snapshot of the processors' }, ...(await neededTelemetry(log, stream))]
  if (Math.min(...needs.map(({ offset }) => offset)) <= first) return kept(least(needs).reason)
  const { verified, damaged } = await archive.verify(stream, first)
  needs.push({ offset: verified, reason: damaged.length > 0 ? `a slice of the archive is damaged: ${damaged[0]!.file}` : 'the end of what is archived' })
  const { offset, reason } = least(needs)
  if (offset <= first) return { ...kept(reason), damaged }
  if (!dry) await log.trim(topic, offset)
  return { stream, first, next, trimmed: offset, reason, damaged }
}

function least(needs: readonly Need[]): Need {
  return needs.reduce((a, b) => (b.offset < a.offset ? b : a))
}
