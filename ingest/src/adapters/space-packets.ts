import { HeavensError } from '@heavens/schemas'

/** Sequence flags of CCSDS 133.0-B, 4.1.3.4.2. */
export const SEGMENT = { continuation: 0, first: 1, last: 2, whole: 3 } as const

/** Sequence counts run from 0 to this less 1 and begin again. */
export const COUNTS = 1 << 14

/** Bytes of the primary header, and of the CRC behind the data. */
export const HEADER = 6
const CHECK = 2

/** APID of idle packets: they fill a link and say nothing. */
const IDLE = 0x7ff

export interface SpacePacket {
  /** 0–2046 */
  apid: number
  /** one of SEGMENT */
  flags: number
  /** 0–16383 */
  count: number
  /** what stands between the headers and the CRC */
  data: Uint8Array
  /** the packet as it came, headers and CRC included */
  bytes: Uint8Array
}

export interface PacketReader {
  /** bytes that are not yet a whole packet */
  rest: Uint8Array
  /** APIDs that are looked for: anything else is garbage */
  apids: ReadonlySet<number>
  /** bytes of a secondary header, where its flag is set */
  secondary: number
  /** garbage has come since the last packet */
  astray: boolean
}

export function createPacketReader(apids: Iterable<number>, secondary = 0): PacketReader {
  return { rest: new Uint8Array(0), apids: new Set(apids), secondary, astray: false }
}

/**
 * Packets of a byte stream that comes in chunks of any size. A packet counts when its version is 0, its type telemetry, its APID known
 * and its CRC right; bytes that belong to none are garbage, and reading goes on with the next packet among them, also inside of what a damaged
 * header claimed. Space packets have no marker to look for: the CRC is what finds them again.
 *
 * @param end true: no more will come, so that what waits for the rest of a packet is searched too
 * @returns   packets, garbage, and the APID of each packet at which reading went on behind garbage
 */
export function readPackets(reader: PacketReader, chunk: Uint8Array, end = false): { packets: SpacePacket[]; garbage: Uint8Array[]; resynchronised: number[] } {
  const bytes = joined(reader.rest, chunk)
  const packets: SpacePacket[] = []
  const garbage: Uint8Array[] = []
  const resynchronised: number[] = []
  let at = 0
  let bad = 0
  const drop = (): void => {
    if (at <= bad) return
    garbage.push(bytes.slice(bad, at))
    reader.astray = true
  }
  while (at < bytes.length) {
    if (!plausible(reader, bytes, at)) {
      at++
      continue
    }
    const length = at + HEADER <= bytes.length ? HEADER + 1 + ((bytes[at + 4]! << 8) | bytes[at + 5]!) : Infinity
    if (at + length > bytes.length) {
      if (!end) break
      at++
      continue
    }
    if (length < HEADER + CHECK + 1 || crc16(bytes, at, at + length) !== 0) {
      at++
      continue
    }
    drop()
    const packet = split(bytes.slice(at, at + length), reader.secondary)
    if (packet.apid !== IDLE) {
      packets.push(packet)
      if (reader.astray) resynchronised.push(packet.apid)
      reader.astray = false
    }
    at += length
    bad = at
  }
  drop()
  reader.rest = bytes.slice(at)
  return { packets, garbage, resynchronised }
}

/** The number nearest to `next` that is `count` modulo 16384. */
export function unwrapCount(count: number, next: number): number {
  const ahead = (((count - next) % COUNTS) + COUNTS) % COUNTS
  return next + (ahead < COUNTS / 2 ? ahead : ahead - COUNTS)
}

/** The packet of `data`: for senders and tests. Throws bad-request where the data are empty or too long. */
export function encodePacket(packet: { apid: number; flags: number; count: number; data: Uint8Array }): Uint8Array {
  const { apid, flags, count, data } = packet
  if (data.length === 0 || data.length + CHECK > 65_536) throw new HeavensError('bad-request', { reason: `a packet holds 1 to ${65_536 - CHECK} bytes of data, not ${data.length}` })
  const out = new Uint8Array(HEADER + data.length + CHECK)
  const view = new DataView(out.buffer)
  view.setUint16(0, apid & 0x7ff)
  view.setUint16(2, (flags << 14) | (count % COUNTS))
  view.setUint16(4, data.length + CHECK - 1)
  out.set(data, HEADER)
  view.setUint16(HEADER + data.length, crc16(out, 0, HEADER + data.length))
  return out
}

function plausible(reader: PacketReader, bytes: Uint8Array, at: number): boolean {
  // Version 000, type 0 (telemetry); the secondary header flag may be set.
  if ((bytes[at]! & 0xf0) !== 0) return false
  if (at + 1 >= bytes.length) return true
  const apid = ((bytes[at]! & 0x07) << 8) | bytes[at + 1]!
  return apid === IDLE || reader.apids.has(apid)
}

function split(bytes: Uint8Array, secondary: number): SpacePacket {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const [id, sequence] = [view.getUint16(0), view.getUint16(2)]
  const from = HEADER + ((id & 0x0800) !== 0 ? secondary : 0)
  return { apid: id & 0x7ff, flags: sequence >> 14, count: sequence & 0x3fff, data: bytes.subarray(from, bytes.length - CHECK), bytes }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b
  const out = new Uint8Array(a.length + b.length)
  out.set(a)
  out.set(b, a.length)
  return out
}

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let c = byte << 8
  for (let i = 0; i < 8; i++) c = (c & 0x8000) !== 0 ? (c << 1) ^ 0x1021 : c << 1
  return c & 0xffff
})

/** CRC-16 CCITT (0x1021, begins with 0xFFFF), as packet error control of ECSS-E-ST-70-41: 0 over a packet with its own CRC. */
export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffff
  for (let i = from; i < to; i++) crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ bytes[i]!]!
  return crc
}
