import { expect, test } from 'vitest'
import { discSum } from './disc-sum.js'
import { ringSignificance } from './ring-significance.js'

test('the sum over a disc is that of its pixels, also at the edge', () => {
  const [width, height, radius] = [11, 7, 2.3]
  const values = Float64Array.from({ length: width * height }, (_, i) => (i * 7919) % 13)
  const sums = discSum(values, width, height, radius)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let want = 0
      for (let j = 0; j < height; j++) for (let i = 0; i < width; i++) if ((i - x) ** 2 + (j - y) ** 2 <= radius * radius) want += values[j * width + i]!
      expect(sums[y * width + x]).toBe(want)
    }
  }
})

test('a bright pixel is significant where it is, and nothing is off the sky', () => {
  const side = 41
  const counts = new Float64Array(side * side).fill(1)
  counts[20 * side + 20] = 60
  const sky = new Float64Array(side * side).fill(1)
  sky[0] = 0
  const map = ringSignificance(sky, side, side, 1)(counts)
  expect(map[0]).toBeNaN()
  expect(map[20 * side + 20]).toBeGreaterThan(10)
  expect(map.findIndex((v) => v === Math.max(...map.filter((w) => !Number.isNaN(w))))).toBeGreaterThan(18 * side)
  expect(Math.abs(map[5 * side + 5]!)).toBeLessThan(1e-6)
})

test('an edge of what was exposed is no deficit: disc and ring are compared by their exposures, and beyond the edge there is nothing', () => {
  const side = 41
  // Exposed on the left half, with half the exposure in its last ten columns; one count for each unit of exposure.
  const exposure = Float64Array.from({ length: side * side }, (_, i) => (i % side > 20 ? 0 : i % side > 10 ? 2 : 4))
  const map = ringSignificance(exposure, side, side, 2)(exposure)
  const row = 20 * side
  for (const x of [5, 10, 11, 18, 20]) expect(Math.abs(map[row + x]!), String(x)).toBeLessThan(1e-6)
  for (const x of [21, 30, 40]) expect(map[row + x]).toBeNaN()
  // With every pixel taken alike the edge itself would be significant.
  const even = ringSignificance(new Float64Array(side * side).fill(1), side, side, 2)(exposure)
  expect(Math.abs(even[row + 20]!)).toBeGreaterThan(1)
})
