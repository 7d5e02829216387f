import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addGoodTime, createGoodTime, goodSeconds, removeGoodTime } from './good-time.js'

it('holds what was added and not taken out since, ascending and disjoint', () => {
  const change = fc.record({ add: fc.boolean(), start: fc.integer({ min: 0, max: 60 }), length: fc.integer({ min: 0, max: 20 }) })
  fc.assert(fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
    const list = createGoodTime()
    const good = new Set<number>()
    for (const { add, start, length } of changes) {
      if (add) addGoodTime(list, start, start + length)
      else removeGoodTime(list, start, start + length)
      for (let t = start; t < start + length; t++) if (add) good.add(t)
      else good.delete(t)
    }
    for (let t = 0; t < 80; t++) expect(goodSeconds(list, t, t + 1)).toBe(good.has(t) ? 1 : 0)
    list.start.forEach((start, i) => expect(start).toSatisfy((s: number) => s < list.stop[i]! && (i === 0 || s > list.stop[i - 1]!)))
  }), { seed: 20261127, numRuns: 300 })
})
