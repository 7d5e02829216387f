import { pix2angNest } from '@heavens/science/sky'
import { expect, test } from 'vitest'
import { tileOrders, tilePixels } from './tile-pixels.js'

test('from the bottom: east and north, then south and west', () => {
  // Four pixels of base pixel 4, which stands on the equator at right ascension 0.
  const [east, north, south, west] = [...tilePixels(1, 0, 4, 2)].map((p) => pix2angNest(2, p))
  expect(north![1]).toBeGreaterThan(0)
  expect(south![1]).toBeLessThan(0)
  expect([north![0] % 360, south![0] % 360]).toEqual([0, 0])
  expect(east![0]).toBeCloseTo(22.5, 9)
  expect(west![0]).toBeCloseTo(337.5, 9)
})

test('every pixel of the map is in one tile, as often as in any other', () => {
  const seen = new Map<number, number>()
  for (let tile = 0; tile < 48; tile++) for (const p of tilePixels(2, 1, tile, 8)) seen.set(p, (seen.get(p) ?? 0) + 1)
  expect(seen.size).toBe(192)
  expect(new Set(seen.values())).toEqual(new Set([16]))
})

test('a tile that is smaller than a pixel shows that pixel alone', () => {
  expect(new Set(tilePixels(0, 3, 130, 4))).toEqual(new Set([2]))
})

test('tiles go as deep as the map, and to order 3 at least', () => {
  expect(tileOrders(6)).toEqual({ min: 0, max: 3 })
  expect(tileOrders(13)).toEqual({ min: 4, max: 4 })
})
