import { SEGMENT, unwrapCount, type SpacePacket } from '../adapters/space-packets.js'

/** Packets of one APID that wait for the others of their unit; also how far its count has come. */
interface Channel {
  /** count of the next packet, counted on past 16383 so that it never repeats */
  next: number
  /** by count: segments that are not yet part of a whole unit */
  waiting: Map<number, { packet: SpacePacket; offset: number }>
}

export interface Segments {
  channels: Map<number, Channel>
}

export interface Unit {
  apid: number
  data: Uint8Array
}

/** A segment whose unit is not whole this many packets later is given up. */
const WINDOW = 1024

export function createSegments(): Segments {
  return { channels: new Map() }
}

/** Take one packet: units that it makes whole, and segments that are given up because the rest of their unit did not come. */
export function joinSegments(segments: Segments, packet: SpacePacket, offset: number): { whole: Unit[]; givenUp: SpacePacket[] } {
  const channel = segments.channels.get(packet.apid) ?? { next: packet.count, waiting: new Map() }
  segments.channels.set(packet.apid, channel)
  const count = unwrapCount(packet.count, channel.next)
  channel.next = Math.max(channel.next, count + 1)
  // A unit of one packet needs no count: whether its item came before is told by the item's own sequence.
  if (packet.flags === SEGMENT.whole) return { whole: [{ apid: packet.apid, data: packet.data }], givenUp: stale(channel) }
  channel.waiting.set(count, { packet, offset })
  const unit = unitAround(channel, count)
  return { whole: unit ? [{ apid: packet.apid, data: unit }] : [], givenUp: stale(channel) }
}

/** First offset of the log whose packets still wait; Infinity where none do. */
export function oldestWaiting(segments: Segments): number {
  let oldest = Infinity
  for (const { waiting } of segments.channels.values()) for (const { offset } of waiting.values()) oldest = Math.min(oldest, offset)
  return oldest
}

function unitAround(channel: Channel, count: number): Uint8Array | undefined {
  const flagsOf = (n: number): number | undefined => channel.waiting.get(n)?.packet.flags
  let first = count
  while (flagsOf(first) !== SEGMENT.first) {
    if (flagsOf(first) === undefined || (first !== count && flagsOf(first) !== SEGMENT.continuation)) return undefined
    first--
  }
  let last = first + 1
  while (flagsOf(last) === SEGMENT.continuation) last++
  if (flagsOf(last) !== SEGMENT.last) return undefined
  const parts: Uint8Array[] = []
  for (let n = first; n <= last; n++) {
    parts.push(channel.waiting.get(n)!.packet.data)
    channel.waiting.delete(n)
  }
  return new Uint8Array(Buffer.concat(parts))
}

function stale(channel: Channel): SpacePacket[] {
  const out: SpacePacket[] = []
  for (const [n, { packet }] of channel.waiting) {
    if (n < channel.next - WINDOW) {
      channel.waiting.delete(n)
      out.push(packet)
    }
  }
  return out
}
