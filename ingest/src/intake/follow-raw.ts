import { HeavensError, telemetryTopic, TOPICS, type InstrumentDescriptor, type Item, type StreamId } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { encodeItem, type Log, type LogInput, type LogRecord } from '@heavens/storage'
import { createPacketReader, readPackets } from '../adapters/space-packets.js'
import { keepDeadLetter, refusalOf } from '../dead-letters.js'
import { lastDeadRaw } from './last-dead-raw.js'
import { publishedKey, publishedSoFar, readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.js'
import { createSegments, joinSegments, oldestWaiting, type Segments } from './join-segments.js'
import { countPacket, createPacketLedger, takeCounts, type PacketLedger } from './packet-ledger.js'
import { blockOfKey, resynchronisedOfKey } from './raw-record.js'
import { readSentItem } from './read-sent-item.js'
import { createStreamIntake, oldestHeld, takeItem, takeUndecodable, type StreamIntake } from './stream-intake.js'

/** Instrument of each APID, and the length of a secondary header [bytes] where packets have one. */
export interface PacketTable {
  apids: ReadonlyMap<number, string>
  secondary: number
}

export interface FollowRawOptions {
  log: Log
  packets: PacketTable
  signal: AbortSignal
  /** false: end at the end as it is (default true) */
  follow?: boolean
  /** seconds of data by which a source may fall behind before the others go on without it; default: the instrument's lateHorizon, 600 at least */
  patience?: number
  /** a checkpoint at least after this many records; default 2000 */
  checkpointRecords?: number
  say(sentence: string): void
}

/** Appended to a stream at once [bytes]. */
const MOST_APPEND = 4 << 20
/** A checkpoint at least after this many records, and this often [ms] where there are any: how much is read again after a restart. */
const CHECKPOINT = { records: 2000, every: 5000 }

interface Intake {
  options: FollowRawOptions
  streams: Map<string, StreamIntake>
  checkpoint: Checkpoint | undefined
  segments: Segments
  /** by APID */
  packets: Map<number, PacketLedger>
  /** records up to this have their dead letters already */
  dead: number
  waiting: Map<string, { stream: StreamId; records: LogInput[]; bytes: number }>
}

/**
 * Bring `heavens.raw` onto the streams: every item once, in order, with watermarks. What is appended names the record that it came
 * of, so that a successor goes on behind the last one, whenever this one was killed. One at a time may do it. Returns when `signal` aborts.
 */
export async function followRaw(options: FollowRawOptions): Promise<void> {
  const { log, signal } = options
  const checkpoint = await readCheckpoint(log)
  const intake: Intake = { options, streams: new Map(), checkpoint, segments: createSegments(), packets: new Map((checkpoint?.packets ?? []).map((p) => [p.apid, p])), dead: await lastDeadRaw(log), waiting: new Map() }
  for (const { stream } of checkpoint?.streams ?? []) await openStream(intake, stream)
  const { first } = await log.bounds(TOPICS.raw)
  const from = Math.max(first, checkpoint?.from ?? 0)
  let since = { records: 0, at: performance.now() }
  for await (const batch of log.read(TOPICS.raw, 0, from, { signal, follow: options.follow ?? true })) {
    for (const record of batch.records) {
      await takeRecord(intake, record)
      if ([...intake.waiting.values()].some((w) => w.bytes > MOST_APPEND)) await flush(intake)
      if (signal.aborted) break
    }
    await flush(intake)
    if (signal.aborted) return
    since.records += batch.records.length
    if (since.records >= (options.checkpointRecords ?? CHECKPOINT.records) || performance.now() - since.at > CHECKPOINT.every) {
      await saveCheckpoint(intake, batch.next)
      since = { records: 0, at: performance.now() }
    }
  }
}

async function takeRecord(intake: Intake, record: LogRecord): Promise<void> {
  let block
  try {
    block = blockOfKey(record.key)
  } catch (error) {
    return bury(intake, record.offset, 'packets', TOPICS.raw, error, record.value)
  }
  if (block) return takeBytes(intake, record, { instrument: block.instrument, run: block.run }, block.source, record.value, 'block')
  const { apids, secondary } = intake.options.packets
  const { packets, garbage, resynchronised } = readPackets(createPacketReader(apids.keys(), secondary), record.value, true)
  for (const bytes of garbage) await bury(intake, record.offset, 'packets', TOPICS.raw, new HeavensError('undecodable', { instrument: TOPICS.raw, reason: `${bytes.length} bytes are no space packet of a known APID` }), bytes)
  const counted = record.offset >= (intake.checkpoint?.known ?? 0)
  for (const packet of packets) {
    if (counted) countPacket(ledgerOf(intake, packet.apid), packet.count)
    const { whole, givenUp } = joinSegments(intake.segments, packet, record.offset)
    for (const lost of givenUp) {
      await bury(intake, record.offset, 'packets', `APID ${lost.apid}`, new HeavensError('undecodable', { instrument: apids.get(lost.apid) ?? '', reason: `packet ${lost.count} of APID ${lost.apid} is part of an item whose other packets did not come` }), lost.bytes)
    }
    for (const unit of whole) await takeBytes(intake, record, { instrument: apids.get(unit.apid)!, run: 'main' }, `APID ${unit.apid}`, unit.data, 'block')
  }
  if (!counted) return
  for (const [apid, times] of [...resynchronisedOfKey(record.key), ...resynchronised.map((apid) => [apid, 1] as const)]) ledgerOf(intake, apid).counts.resynchronised += times
  await tellPackets(intake, record.offset)
}

function ledgerOf(intake: Intake, apid: number): PacketLedger {
  const ledger = intake.packets.get(apid) ?? createPacketLedger(apid)
  intake.packets.set(apid, ledger)
  return ledger
}

/** Put what was lost and repeated of packets on the streams that they belong to: like all else a function of the record, and on the log once. */
async function tellPackets(intake: Intake, offset: number): Promise<void> {
  for (const ledger of intake.packets.values()) {
    const instrument = intake.options.packets.apids.get(ledger.apid)
    const packets = takeCounts(ledger)
    if (!packets || instrument === undefined) continue
    const stream: StreamId = { instrument, run: 'main' }
    const one = await openStream(intake, stream)
    if (offset > one.published) put(intake, stream, offset, [{ kind: 'ledger', source: `APID ${ledger.apid}`, duplicates: 0, late: 0, undecodable: 0, gaps: [], packets }])
  }
}

async function takeBytes(intake: Intake, record: LogRecord, stream: StreamId, sender: string, bytes: Uint8Array, via: 'block'): Promise<void> {
  const { offset } = record
  let one: StreamIntake
  try {
    one = await openStream(intake, stream)
  } catch (error) {
    if (error instanceof HeavensError && error.code === 'unknown-instrument') return bury(intake, offset, via, sender, error, bytes, stream)
    throw error
  }
  let items: Item[]
  try {
    items = takeItem(one, offset, readSentItem(bytes, one.assembler.descriptor, one.limits), record.received ?? record.appended)
  } catch (error) {
    if (!(error instanceof HeavensError && error.code === 'undecodable')) throw error
    await bury(intake, offset, via, sender, error, bytes, stream)
    items = takeUndecodable(one, offset)
  }
  put(intake, stream, offset, items, one.assembler.received)
}

/** Items that wait to be appended to a stream, with the record that they came of, and when they came in. */
function put(intake: Intake, stream: StreamId, offset: number, items: readonly Item[], receivedAt?: WeakMap<Item, number>): void {
  if (items.length === 0) return
  const topic = telemetryTopic(stream)
  const waiting = intake.waiting.get(topic) ?? { stream, records: [], bytes: 0 }
  intake.waiting.set(topic, waiting)
  for (const item of items) {
    const value = encodeItem(item)
    const received = receivedAt?.get(item)
    waiting.records.push({ key: publishedKey(offset), value, ...(received === undefined ? {} : { received }) })
    waiting.bytes += value.length
  }
}

async function openStream(intake: Intake, stream: StreamId): Promise<StreamIntake> {
  const topic = telemetryTopic(stream)
  const known = intake.streams.get(topic)
  if (known) return known
  const { descriptor }: { descriptor: InstrumentDescriptor } = findInstrument(stream.instrument)
  const saved = intake.checkpoint?.streams.find((s) => telemetryTopic(s.stream) === topic)
  const found = await publishedSoFar(intake.options.log, stream, saved?.telemetry ?? 0)
  const one = createStreamIntake(stream, descriptor, intake.options.patience ?? Math.max(600, descriptor.lateHorizon), {
    sources: new Map(saved?.sources), missing: new Map(saved?.missing), limits: new Map(saved?.limits), known: saved ? intake.checkpoint!.known : 0,
    published: found.published, released: found.released ?? saved?.released ?? undefined, sequences: new Map([...(saved?.sequences ?? []), ...found.sequences]),
  })
  intake.streams.set(topic, one)
  return one
}

async function flush(intake: Intake): Promise<void> {
  for (const [topic, { records }] of intake.waiting) {
    await intake.options.log.append(topic, records)
    intake.waiting.delete(topic)
  }
}

async function saveCheckpoint(intake: Intake, next: number): Promise<void> {
  const { log } = intake.options
  const streams = await Promise.all([...intake.streams.values()].map(async (one) => ({
    stream: one.stream, sources: [...one.sources], missing: [...one.missing], limits: [...one.limits], released: Number.isFinite(one.assembler.released) ? one.assembler.released : null,
    sequences: [...one.assembler.sources].map(([id, source]): [string, number] => [id, source.sequence]), telemetry: (await log.bounds(telemetryTopic(one.stream))).next,
  })))
  const from = Math.min(next, oldestWaiting(intake.segments), ...[...intake.streams.values()].map(oldestHeld))
  await writeCheckpoint(log, { from, known: next, streams, packets: [...intake.packets.values()] })
}

/** Keep bytes as a dead letter, once for each record. */
async function bury(intake: Intake, offset: number, via: 'block' | 'packets', file: string, error: unknown, bytes: Uint8Array, stream?: StreamId): Promise<void> {
  if (offset <= intake.dead) return
  const refusal = refusalOf(error)
  intake.options.say(`${file}: ${refusal.sentence}`)
  await keepDeadLetter(intake.options.log, { via, file, ...refusal, size: bytes.length, received: new Date().toISOString(), raw: offset, ...(stream ? { stream } : {}) }, bytes)
}
