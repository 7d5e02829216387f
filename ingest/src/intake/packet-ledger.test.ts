import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COUNTS } from '../adapters/space-packets.js'
import { countPacket, createPacketLedger, takeCounts } from './packet-ledger.js'

const seed = 20261127

function countsOf(sent: readonly number[]): ReturnType<typeof createPacketLedger>['counts'] {
  const ledger = createPacketLedger(257)
  for (const n of sent) countPacket(ledger, ((n % COUNTS) + COUNTS) % COUNTS)
  return ledger.counts
}

describe('the ledger of packets', () => {
  it('knows what is missing and what is repeated, in any order and over the wrap', () => {
    const packet = fc.record({ lost: fc.integer({ min: 0, max: 9 }).map((x) => x === 0), again: fc.integer({ min: 0, max: 9 }).map((x) => x === 0), late: fc.integer({ min: 0, max: 30 }) })
    fc.assert(fc.property(fc.integer({ min: 0, max: COUNTS - 1 }), fc.array(packet, { minLength: 1, maxLength: 400 }), (start, packets) => {
      const sent: { n: number; due: number }[] = []
      for (const [i, { lost, again, late }] of packets.entries()) {
        if (lost) continue
        sent.push({ n: start + 1 + i, due: i + late })
        if (again) sent.push({ n: start + 1 + i, due: i + late + 7 })
      }
      const order = [start, ...sent.sort((a, b) => a.due - b.due).map(({ n }) => n)]
      const last = Math.max(...order)
      const counts = countsOf(order)
      expect(counts.received).toBe(order.length)
      expect(counts.repeated).toBe(order.length - new Set(order).size)
      expect(counts.skipped - counts.filled).toBe(last - start + 1 - new Set(order).size)
      expect(counts.wraps).toBe(Math.floor(last / COUNTS))
    }), { seed, numRuns: 200 })
  })

  it('counts jumps, what they skipped and what came after all', () => {
    expect(countsOf([16_382, 16_383, 16_386, 16_385, 16_385, 16_390])).toEqual({ received: 6, skipped: 5, filled: 1, repeated: 1, gaps: 2, wraps: 1, resynchronised: 0 })
    // What comes before the first that was seen had not been missed.
    expect(countsOf([5, 3, 3, 6])).toMatchObject({ skipped: 0, filled: 0, repeated: 1 })
  })

  it('tells every count once, losses at once', () => {
    const ledger = createPacketLedger(257)
    const told: number[] = []
    for (let n = 0; n < 1000; n++) {
      if (n === 700) continue
      countPacket(ledger, n)
      const counts = takeCounts(ledger)
      if (n === 701) expect(counts).toMatchObject({ apid: 257, skipped: 1, gaps: 1 })
      if (counts) told.push(counts.received)
    }
    expect(told).toEqual([...new Array<number>(10).fill(64), 61, 64, 64, 64, 64])
    expect(ledger.counts.received - told.reduce((a, b) => a + b)).toBe(42)
  })
})
