import type { PacketCounts } from '@heavens/schemas'
import { COUNTS, unwrapCount } from '../adapters/space-packets.js'
import { addSequence, type SequenceRanges } from './sequence-ranges.js'

/** What has come of one APID. Plain data, a function of the packets alone. */
export interface PacketLedger {
  apid: number
  /** the count that should come next, counted on past 16383; null before the first packet */
  next: number | null
  /** counts that have come, counted on in the same way */
  seen: SequenceRanges
  counts: Counts
  /** as they were when they were told last */
  told: Counts
}

type Counts = Omit<PacketCounts, 'apid'>

/** Of packets that come as they should this many are told together. */
const TOGETHER = 64

const none = (): Counts => ({ received: 0, skipped: 0, filled: 0, repeated: 0, gaps: 0, wraps: 0, resynchronised: 0 })

export function createPacketLedger(apid: number): PacketLedger {
  return { apid, next: null, seen: [], counts: none(), told: none() }
}

/**
 * Count a packet by its sequence count, 0 to 16383. A count that lies less than half a turn behind the next is an old one: it fills a hole, or is a repeat;
 * anything else is ahead, and what lies between was skipped. A sender that begins again at 0 is taken for one or the other.
 */
export function countPacket(ledger: PacketLedger, count: number): void {
  const { counts, seen } = ledger
  counts.received++
  const next = ledger.next ?? count
  const n = unwrapCount(count, next)
  if (n >= next) {
    if (n > next) {
      counts.gaps++
      counts.skipped += n - next
    }
    if (ledger.next !== null) counts.wraps += Math.floor(n / COUNTS) - Math.floor((next - 1) / COUNTS)
    addSequence(seen, n)
    ledger.next = n + 1
    return
  }
  const early = n < seen[0]![0]
  if (!addSequence(seen, n)) counts.repeated++
  // What comes before the first packet that was seen had not been missed.
  else if (!early) counts.filled++
}

/** What is to be told now, counted since it was told last; undefined where that can wait. */
export function takeCounts(ledger: PacketLedger): PacketCounts | undefined {
  const { apid, counts, told } = ledger
  const names = Object.keys(counts) as (keyof Counts)[]
  const since = Object.fromEntries(names.map((name) => [name, counts[name] - told[name]])) as Record<keyof Counts, number>
  if (since.received < TOGETHER && names.every((name) => name === 'received' || since[name] === 0)) return undefined
  ledger.told = { ...counts }
  return { apid, ...since }
}
