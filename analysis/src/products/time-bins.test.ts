import { expect, test } from 'vitest'
import { binCount, binEdges, binIndices } from './time-bins.js'

test('the last bin ends with the interval, and a rest of rounding is no bin', () => {
  expect(Array.from(binEdges([100, 102.5], 1))).toEqual([100, 101, 102, 102.5])
  // 600 bins of 0.1 s: 612525669.184 + 600·0.1 is not exactly 60 s later in float64.
  expect(binCount([612_525_669.184, 612_525_729.184], 0.1)).toBe(600)
})

test('only bins that touch the data are made, and they lie on the same edges', () => {
  const whole = binEdges([0, 1000], 0.3)
  const part = binEdges([0, 1000], 0.3, [500, 510])
  const first = whole.indexOf(part[0]!)
  expect(part[0]).toBeLessThanOrEqual(500)
  expect(part.at(-1)).toBeGreaterThanOrEqual(510)
  expect(Array.from(part)).toEqual(Array.from(whole.subarray(first, first + part.length)))
  expect(part.length).toBeLessThan(40)
})

test('a time on an edge belongs to the bin that starts there, whatever k·width rounds to', () => {
  const edges = binEdges([612_525_669.184, 612_525_769.184], 0.1)
  const indices = binIndices(edges.slice(0, -1), edges, 0.1)
  expect(Array.from(indices)).toEqual(Array.from({ length: 1000 }, (_, k) => k))
  expect(Array.from(binIndices(Float64Array.of(edges[0]! - 1e-6, edges.at(-1)!, NaN), edges, 0.1))).toEqual([-1, -1, -1])
})
