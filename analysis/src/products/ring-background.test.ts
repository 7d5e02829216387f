import { expect, it } from 'vitest'
import { liMaSignificance } from '@heavens/science/statistics'
import { ringBackground } from './ring-background.js'

const SIDE = 61
const RADII = { on: 3, inner: 8, outer: 14 }
const image = (of: (x: number, y: number) => number): Float64Array => Float64Array.from({ length: SIDE * SIDE }, (_, i) => of(i % SIDE, Math.floor(i / SIDE)))
const everywhere = image(() => 1)
const middle = 30 * SIDE + 30
const pixels = (from: number, to: number): number => image((x, y) => Number((x - 30) ** 2 + (y - 30) ** 2 > from * from && (x - 30) ** 2 + (y - 30) ** 2 <= to * to)).reduce((a, b) => a + b, 0)

it('gives back a background that has the shape of the acceptance, and no significance anywhere', () => {
  // Steep across the field: areas alone would be wrong by the curvature.
  const shape = image((x, y) => 200 * Math.exp(-((x - 30) ** 2 + (y - 30) ** 2) / 400))
  const { background, significance } = ringBackground(shape, shape.map((a) => a * 0.01), everywhere, SIDE, SIDE, RADII)
  for (let i = 0; i < shape.length; i++) {
    expect(background[i]! / shape[i]!).toBeCloseTo(1, 4)
    expect(Math.abs(significance[i]!)).toBeLessThan(1e-3)
  }
})

it('is Li and Ma of the disc and the ring, with the ratio of their pixels where all are equal', () => {
  const counts = image((x, y) => 2 + Number(x === 30 && y === 30) * 50)
  const { significance, off, alpha } = ringBackground(counts, everywhere, everywhere, SIDE, SIDE, RADII)
  const [disc, ring] = [1 + pixels(0, 3), pixels(8, 14)]
  expect(off[middle]).toBe(2 * ring)
  expect(alpha[middle]).toBeCloseTo(disc / ring, 12)
  expect(significance[middle]).toBeCloseTo(liMaSignificance(2 * disc + 50, 2 * ring, disc / ring), 4)
})

it('counts nothing of what is excluded', () => {
  const source = image((x, y) => Number((x - 40) ** 2 + (y - 30) ** 2 <= 9))
  const counts = image((x, y) => 2 + source[y * SIDE + x]! * 20)
  const { background } = ringBackground(counts, everywhere, source.map((s) => 1 - s), SIDE, SIDE, RADII)
  expect(background[middle]).toBeCloseTo(2, 5)
})

it('says nothing where nothing is accepted', () => {
  const half = image((x) => Number(x > 30))
  const { significance, background } = ringBackground(half, half, everywhere, SIDE, SIDE, RADII)
  expect([significance[30 * SIDE + 10], background[30 * SIDE + 10]]).toEqual([NaN, NaN])
  expect(significance[30 * SIDE + 50]).toBeCloseTo(0, 6)
})
