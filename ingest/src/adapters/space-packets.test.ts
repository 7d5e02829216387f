import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSegments, joinSegments } from '../intake/join-segments.js'
import { COUNTS, createPacketReader, crc16, encodePacket, readPackets, SEGMENT, type SpacePacket } from './space-packets.js'

const APID = 0x101
const data = fc.uint8Array({ minLength: 1, maxLength: 300 })
const seed = 20261127

/** All packets and the bytes of all garbage of a byte stream that is cut at these places. */
function readAll(bytes: Uint8Array, cuts: readonly number[], apids = [APID]): { packets: SpacePacket[]; garbage: Uint8Array; resynchronised: number[] } {
  const reader = createPacketReader(apids)
  const packets: SpacePacket[] = []
  const garbage: Uint8Array[] = []
  const resynchronised: number[] = []
  const ends = [...cuts.map((c) => c % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  let at = 0
  for (const [i, end] of ends.entries()) {
    const out = readPackets(reader, bytes.slice(at, end), i === ends.length - 1)
    packets.push(...out.packets)
    garbage.push(...out.garbage)
    resynchronised.push(...out.resynchronised)
    at = end
  }
  return { packets, garbage: new Uint8Array(Buffer.concat(garbage)), resynchronised }
}

const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

describe('space packets', () => {
  it('have the primary header of CCSDS 133.0-B and the CRC of ECSS', () => {
    const bytes = encodePacket({ apid: 0x123, flags: SEGMENT.whole, count: 5, data: Uint8Array.of(1, 2, 3) })
    expect([...bytes.subarray(0, 9)]).toEqual([0x01, 0x23, 0xc0, 0x05, 0x00, 0x04, 1, 2, 3])
    // Check value of CRC-16/CCITT-FALSE.
    expect(crc16(new TextEncoder().encode('123456789'), 0, 9)).toBe(0x29b1)
    expect(() => encodePacket({ apid: 1, flags: 3, count: 0, data: new Uint8Array(0) })).toThrow(/1 to 65534/)
  })

  it('are the same however the stream is cut', () => {
    fc.assert(fc.property(fc.array(data, { minLength: 1, maxLength: 20 }), fc.array(fc.nat(), { maxLength: 30 }), (units, cuts) => {
      const sent = units.map((unit, count) => encodePacket({ apid: APID, flags: SEGMENT.whole, count, data: unit }))
      const { packets, garbage } = readAll(concat(sent), cuts)
      expect(garbage).toHaveLength(0)
      expect(packets.map((p) => [...p.data])).toEqual(units.map((u) => [...u]))
    }), { seed })
  })

  it('are all found behind garbage, and not a byte is lost or doubled', () => {
    // 0xA5 is no version 0: it can begin no packet, so that what is garbage is known.
    const noise = fc.nat({ max: 200 }).map((n) => new Uint8Array(n).fill(0xa5))
    fc.assert(fc.property(fc.array(fc.tuple(noise, data), { minLength: 1, maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), (parts, cuts) => {
      const stream = concat(parts.flatMap(([bad, unit], count) => [bad, encodePacket({ apid: APID, flags: SEGMENT.whole, count, data: unit })]))
      const { packets, garbage, resynchronised } = readAll(stream, cuts)
      expect(packets.map((p) => p.count)).toEqual(parts.map((_, i) => i))
      expect(resynchronised).toEqual(parts.filter(([bad]) => bad.length > 0).map(() => APID))
      expect(garbage).toHaveLength(parts.reduce((n, [bad]) => n + bad.length, 0))
    }), { seed })
  })

  it('that are whole are found although one in ten is cut short', () => {
    fc.assert(fc.property(fc.array(fc.tuple(data, fc.integer({ min: 0, max: 9 }), fc.nat()), { minLength: 5, maxLength: 40 }), fc.array(fc.nat(), { maxLength: 20 }), (parts, cuts) => {
      const sent = parts.map(([unit, luck, at], count) => {
        const whole = encodePacket({ apid: APID, flags: SEGMENT.whole, count, data: unit })
        return luck === 0 ? whole.subarray(0, at % (whole.length - 3)) : whole
      })
      const { packets, garbage } = readAll(concat(sent), cuts)
      const kept = parts.flatMap(([unit, luck], count) => (luck === 0 ? [] : [{ count, data: [...unit] }]))
      expect(packets.map((p) => ({ count: p.count, data: [...p.data] }))).toEqual(kept)
      expect(garbage.length + packets.reduce((n, p) => n + p.bytes.length, 0)).toBe(sent.reduce((n, s) => n + s.length, 0))
    }), { seed, numRuns: 300 })
  })

  it('of an idle link and of strangers are no data', () => {
    const idle = encodePacket({ apid: 0x7ff, flags: SEGMENT.whole, count: 0, data: Uint8Array.of(9) })
    const strange = encodePacket({ apid: 0x300, flags: SEGMENT.whole, count: 0, data: Uint8Array.of(9) })
    const { packets, garbage } = readAll(concat([idle, strange, encodePacket({ apid: APID, flags: SEGMENT.whole, count: 0, data: Uint8Array.of(7) })]), [])
    expect(packets.map((p) => [...p.data])).toEqual([[7]])
    expect([...garbage]).toEqual([...strange])
  })
})

describe('segments', () => {
  const segment = (flags: number, count: number, byte: number): SpacePacket => {
    const bytes = encodePacket({ apid: APID, flags, count: count % COUNTS, data: Uint8Array.of(byte) })
    return readPackets(createPacketReader([APID]), bytes).packets[0]!
  }

  it('join in any order near their own, repeated or not, also where the count begins again', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: COUNTS - 1 }), fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 1, maxLength: 8 }), fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), (start, sizes, luck) => {
      let count = start
      const sent: SpacePacket[] = []
      const units: number[][] = []
      for (const size of sizes) {
        const unit: number[] = []
        for (let i = 0; i < size; i++, count++) {
          sent.push(segment(i === 0 ? SEGMENT.first : i === size - 1 ? SEGMENT.last : SEGMENT.continuation, count, count & 0xff))
          unit.push(count & 0xff)
        }
        units.push(unit)
      }
      // The first stays first: what came before a stream was joined is not known.
      const [head, ...tail] = sent
      const mixed = [...tail, ...tail.filter((_, i) => luck[i]! % 10 === 0)].map((packet, i) => ({ packet, key: luck[i % 60]! })).sort((a, b) => a.key - b.key)
      const segments = createSegments()
      const whole = [head!, ...mixed.map((m) => m.packet)].flatMap((packet, i) => joinSegments(segments, packet, i).whole.map((u) => [...u.data]))
      const text = (list: number[][]): string[] => [...new Set(list.map((u) => u.join(' ')))].sort()
      expect(text(whole)).toEqual(text(units))
    }), { seed })
  })

  it('are given up when the rest of their unit does not come', () => {
    const segments = createSegments()
    joinSegments(segments, segment(SEGMENT.first, COUNTS - 1, 1), 0)
    joinSegments(segments, segment(SEGMENT.last, COUNTS + 1, 3), 1)
    let given = 0
    for (let i = 2; i < 1100; i++) given += joinSegments(segments, segment(SEGMENT.whole, COUNTS + i, 5), i).givenUp.length
    expect(given).toBe(2)
  })
})
