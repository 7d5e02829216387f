import fc from 'fast-check'
import { expect, test } from 'vitest'
import { intersect, lowerBound, subtract, totalLength, unite } from './intervals.js'
import type { Interval } from './intervals.js'

const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 12 })).map(([a, n]): Interval => [a, a + n])).map(unite)
const has = (intervals: readonly Interval[], t: number): boolean => intervals.some(([a, b]) => t >= a && t < b)

test('sets of intervals behave as sets of their points', () => {
  fc.assert(fc.property(list, list, fc.integer({ min: -1, max: 60 }), (a, b, t) => {
    expect(has(intersect(a, b), t)).toBe(has(a, t) && has(b, t))
    expect(has(subtract(a, b), t)).toBe(has(a, t) && !has(b, t))
    expect(has(unite([...a, ...b]), t)).toBe(has(a, t) || has(b, t))
    expect(totalLength(subtract(a, b)) + totalLength(intersect(a, b))).toBe(totalLength(a))
  }), { seed: 7 })
})

test('the first index not below a time', () => {
  const times = Float64Array.of(1, 2, 2, 5)
  expect([0, 1, 2, 3, 5, 6].map((t) => lowerBound(times, t))).toEqual([0, 0, 1, 3, 3, 4])
})
