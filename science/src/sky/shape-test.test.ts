import { describe, expect, it } from 'vitest'
import { separation, unitVector } from './geometry.js'
import { circleOfShape, shapeTest, type SkyShape } from './shape-test.js'
import { seededRandom } from '../statistics/index.js'

/** Share of the sphere that a shape covers, by places that are even over it. */
function share(shape: SkyShape, n = 200_000): number {
  const inside = shapeTest(shape)
  let count = 0
  // Fibonacci lattice.
  for (let i = 0; i < n; i++) if (inside((i * 137.50776405003785) % 360, (Math.asin(1 - (2 * i + 1) / n) * 180) / Math.PI)) count++
  return count / n
}

describe('a range', () => {
  it('covers its share of the sphere, also over 0 h and at a pole', () => {
    const area = (width: number, south: number, north: number): number => ((width / 360) * (Math.sin((north * Math.PI) / 180) - Math.sin((south * Math.PI) / 180))) / 2
    for (const range of [[10, 30, -20, 40], [350, 20, -5, 5], [0, 360, 60, 90], [100, 101, 0, 90]] as const) {
      const width = range[1] - range[0] >= 360 ? 360 : (range[1] - range[0] + 360) % 360
      expect(share({ range })).toBeCloseTo(area(width, range[2], range[3]), 3)
    }
  })
  it('holds its edges, and nothing that is no number', () => {
    const inside = shapeTest({ range: [350, 10, -5, 5] })
    expect([[350, 0], [10, 5], [0, -5], [0, 0], [-10, 0], [370, 0], [349.99, 0], [10.01, 0], [0, 5.01], [NaN, 0], [0, NaN]].map(([ra, dec]) => inside(ra!, dec!))).toEqual([true, true, true, true, true, true, false, false, false, false, false])
  })
})

describe('a polygon', () => {
  it('covers the area of its spherical excess: an octant, and a triangle around a pole', () => {
    expect(share({ polygon: [[0, 0], [90, 0], [0, 90]] })).toBeCloseTo(1 / 8, 3)
    const polar: [number, number][] = [[0, 60], [120, 60], [240, 60]]
    const [a, b, c] = polar.map(([ra, dec]) => unitVector(ra, dec)) as [number[], number[], number[]]
    const dot = (p: number[], q: number[]): number => p[0]! * q[0]! + p[1]! * q[1]! + p[2]! * q[2]!
    const triple = a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) - a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) + a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!)
    // Van Oosterom & Strackee (1983): the solid angle of a triangle.
    const solid = 2 * Math.atan2(Math.abs(triple), 1 + dot(a, b) + dot(b, c) + dot(c, a))
    expect(share({ polygon: polar })).toBeCloseTo(solid / (4 * Math.PI), 3)
    expect(share({ polygon: polar.toReversed() })).toBe(share({ polygon: polar }))
  })
  it('may be hollow towards one side, and lies within its circle, never on the other side of the sky', () => {
    const hook: [number, number][] = [[10, 10], [20, 10], [20, 20], [15, 12], [10, 20]]
    const inside = shapeTest({ polygon: hook })
    expect([inside(15, 11), inside(11, 15), inside(19, 15), inside(15, 18), inside(195, -15)]).toEqual([true, true, true, false, false])
    const { ra, dec, radius } = circleOfShape({ polygon: hook })
    const random = seededRandom(3)
    for (let i = 0; i < 2000; i++) {
      const [lon, lat] = [360 * random.uniform(), 180 * random.uniform() - 90]
      if (inside(lon, lat)) expect(separation(ra, dec, lon, lat)).toBeLessThanOrEqual(radius)
    }
  })
})
