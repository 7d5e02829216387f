import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { HeavensError, TOPICS } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import type { Log, Stores } from '@heavens/storage'
import { ingestFiles } from './adapters/files.js'
import { createPacketReader, readPackets } from './adapters/space-packets.js'
import { refusalOf } from './dead-letters.js'
import type { KeptLetter } from './read-dead-letters.js'
import { appendBlock, appendPackets } from './intake/raw-record.js'
import { readSentItem } from './intake/read-sent-item.js'

/** What came of a retry. */
export interface RetryOutcome {
  offset: number
  outcome: 'accepted' | 'refused'
  /** what was done, or why not */
  sentence: string
  /** ISO UTC */
  at: string
}

const KEY = 'letter/'

/**
 * Bring the bytes of a dead letter in again by the way they came, and note what came of it. Blocks and packets go on `heavens.raw`,
 * where the ingest role finds them. Bytes that were kept in part only are refused.
 */
export async function retryDeadLetter(stores: Stores, letter: KeptLetter, apids: Iterable<number>, now: Date): Promise<RetryOutcome> {
  let result: Pick<RetryOutcome, 'outcome' | 'sentence'>
  try {
    result = { outcome: 'accepted', sentence: await bringIn(stores, letter, apids) }
  } catch (error) {
    const { code, sentence } = refusalOf(error)
    // Where the log itself fails nothing is known of the letter.
    if (!(error instanceof HeavensError) || error.status >= 500) throw error
    result = { outcome: 'refused', sentence: `${sentence} [${code}]` }
  }
  const outcome: RetryOutcome = { offset: letter.offset, ...result, at: now.toISOString() }
  await stores.log.append(TOPICS.intake, [{ key: KEY + letter.offset, value: new TextEncoder().encode(JSON.stringify(outcome)) }])
  return outcome
}

/** What came of earlier retries, by the offset of the letter. */
export async function retryOutcomes(log: Log): Promise<Map<number, RetryOutcome>> {
  const records = (await log.latest(TOPICS.intake)).filter((r) => r.key?.startsWith(KEY))
  return new Map(records.map((r) => JSON.parse(new TextDecoder().decode(r.value)) as RetryOutcome).map((o) => [o.offset, o]))
}

async function bringIn(stores: Stores, { letter, bytes }: KeptLetter, apids: Iterable<number>): Promise<string> {
  if (bytes.length < letter.size) throw new HeavensError('undecodable', { instrument: letter.file, reason: `only the first ${bytes.length} of ${letter.size} bytes were kept` })
  if (letter.via === 'block') {
    const stream = letter.stream!
    const item = readSentItem(bytes, findInstrument(stream.instrument).descriptor, new Map())
    await appendBlock(stores.log, { ...stream, source: item.source, sequence: item.sequence, kind: item.kind }, bytes)
    return `${item.kind} ${item.sequence} of ${item.source} is on its way to ${stream.instrument}/${stream.run}`
  }
  if (letter.via === 'packets') {
    const { packets } = readPackets(createPacketReader(apids), bytes, true)
    if (packets.length === 0) throw new HeavensError('undecodable', { instrument: letter.file, reason: 'there is no space packet of a known APID in it' })
    await appendPackets(stores.log, packets)
    return `${packets.length} packets are on their way`
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'heavens-retry-'))
  try {
    const file = path.join(folder, path.basename(letter.file))
    await writeFile(file, bytes)
    const { accepted, refused } = await ingestFiles([file], { stores, speed: Infinity, runPrefix: 'upload' })
    if (refused[0]) throw new HeavensError('file-unusable', { file: path.basename(file), reason: `${refused[0].sentence} [${refused[0].code}]` })
    return accepted.map((a) => `${a.rows} rows into ${a.instrument}/${a.run}`).join(', ')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
