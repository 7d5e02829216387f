import { telemetryTopic, TOPICS, type StreamId } from '@heavens/schemas'
import { decodeItem, type Log } from '@heavens/storage'
import type { PacketLedger } from './packet-ledger.js'
import type { MissingItems, SourceMark } from './stream-intake.js'

const KEY = 'checkpoint'
const PUBLISHED = 'raw/'

/** How far `heavens.raw` has been brought in. */
export interface Checkpoint {
  /** read on from here: the first record of which something still waits */
  from: number
  /** records before this have been counted in `sources` */
  known: number
  streams: StreamCheckpoint[]
  /** what records before `known` held of each APID; absent of a checkpoint that an older program wrote */
  packets?: PacketLedger[]
}

export interface StreamCheckpoint {
  stream: StreamId
  sources: [string, SourceMark][]
  missing: [string, MissingItems[]][]
  limits: [number, { first: number; last: number }][]
  /** last watermark that came of `heavens.raw` */
  released: number | null
  /** next sequence of each source on the stream */
  sequences: [string, number][]
  /** what has been published since lies from this offset of the stream's topic on */
  telemetry: number
}

export async function readCheckpoint(log: Log): Promise<Checkpoint | undefined> {
  const record = (await log.latest(TOPICS.intake)).find((r) => r.key === KEY)
  return record && (JSON.parse(new TextDecoder().decode(record.value)) as Checkpoint)
}

export async function writeCheckpoint(log: Log, checkpoint: Checkpoint): Promise<void> {
  await log.append(TOPICS.intake, [{ key: KEY, value: new TextEncoder().encode(JSON.stringify(checkpoint)) }])
}

/** The key of telemetry that came of the record of `heavens.raw` at `offset`: what is read first after a restart, instead of a second record that could be lost. */
export function publishedKey(offset: number): string {
  return PUBLISHED + offset
}

/** Whether a record of telemetry came of `heavens.raw`. */
export function isPublishedKey(key: string | null): boolean {
  return key?.startsWith(PUBLISHED) === true
}

/** What of `heavens.raw` is on a stream: all up to `published` (−1: nothing), the last watermark of it, and the next sequence of each source. */
export async function publishedSoFar(log: Log, stream: StreamId, from: number): Promise<{ published: number; released: number | undefined; sequences: Map<string, number> }> {
  const topic = telemetryTopic(stream)
  const { first } = await log.bounds(topic)
  const sequences = new Map<string, number>()
  let published = -1
  let released: number | undefined
  for await (const batch of log.read(topic, 0, Math.max(first, from), { follow: false })) {
    for (const record of batch.records) {
      if (!record.key?.startsWith(PUBLISHED)) continue
      published = Math.max(published, Number(record.key.slice(PUBLISHED.length)))
      const item = decodeItem(record.value)
      if (item.kind === 'watermark') released = item.time
      else if (item.kind !== 'ledger') sequences.set(item.source, Math.max(sequences.get(item.source) ?? 0, item.sequence + 1))
    }
  }
  return { published, released, sequences }
}
