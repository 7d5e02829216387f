import { HeavensError, TOPICS, type StreamId } from '@heavens/schemas'
import type { Log } from '@heavens/storage'

/** What the key of a posted block says of it, so that whoever counts them need not decode them. */
export interface BlockKey extends StreamId {
  source: string
  sequence: number
  kind: string
}

const BLOCK = 'block/'
const PACKETS = 'packets/'

/** Names of runs that may be sent to. */
export const RUN_NAME = /^[a-z0-9][a-z0-9.-]{0,59}$/

/** The block of a key of `heavens.raw`; undefined for anything else, which is space packets. Throws undecodable where a key begins as a block's and is none. */
export function blockOfKey(key: string | null): BlockKey | undefined {
  if (!key?.startsWith(BLOCK)) return undefined
  const [instrument, run, source, sequence, kind] = key.slice(BLOCK.length).split('/')
  if (!instrument || !run || !source || !kind || !/^\d+$/.test(sequence ?? '')) throw new HeavensError('undecodable', { instrument: TOPICS.raw, reason: `the key ${key} names no block` })
  return { instrument, run, source: decodeURIComponent(source), sequence: Number(sequence), kind }
}

/** Put a block on `heavens.raw` as it came, at `received` [wall ms]; durable when it resolves. Answers its offset. */
export async function appendBlock(log: Log, block: BlockKey, bytes: Uint8Array, received = Date.now()): Promise<number> {
  const key = `${BLOCK}${block.instrument}/${block.run}/${encodeURIComponent(block.source)}/${block.sequence}/${block.kind}`
  return (await log.append(TOPICS.raw, [{ key, value: bytes, received }])).first
}

/**
 * Put space packets on `heavens.raw`, one record for all; durable when it resolves. `resynchronised`: APIDs of packets that were found behind garbage, which
 * stays away from the record but is told in its key, so that whoever counts it counts the same after every restart. `received`: wall ms.
 */
export async function appendPackets(log: Log, packets: readonly { bytes: Uint8Array }[], resynchronised: readonly number[] = [], received = Date.now()): Promise<void> {
  if (packets.length === 0) return
  const often = new Map<number, number>()
  for (const apid of resynchronised) often.set(apid, (often.get(apid) ?? 0) + 1)
  const key = often.size > 0 ? PACKETS + [...often].map(([apid, n]) => `${apid}x${n}`).join(',') : null
  await log.append(TOPICS.raw, [{ key, value: new Uint8Array(Buffer.concat(packets.map((p) => p.bytes))), received }])
}

/** How often packets of each APID were found behind garbage, by the key of their record; empty where it says nothing of it. */
export function resynchronisedOfKey(key: string | null): [apid: number, times: number][] {
  if (!key?.startsWith(PACKETS)) return []
  return [...key.slice(PACKETS.length).matchAll(/(\d+)x(\d+)/g)].map(([, apid, times]) => [Number(apid), Number(times)])
}
