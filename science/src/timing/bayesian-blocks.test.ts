import { describe, expect, it } from 'vitest'
import { seededRandom } from '../statistics/index.js'
import { bayesianBlocks, bayesianBlocksBinned } from './index.js'

describe('Bayesian blocks', () => {
  it('finds the edges of a burst in events', () => {
    const random = seededRandom('burst')
    const times = [...Array.from({ length: 200 }, () => 100 * random.uniform()), ...Array.from({ length: 60 }, () => 50 + 2 * random.uniform())].sort((a, b) => a - b)
    const edges = bayesianBlocks(times, { p0: 0.01 })
    expect(edges.length).toBe(4)
    expect(edges[1]).toBeCloseTo(50, 0)
    expect(edges[2]).toBeCloseTo(52, 0)
  })

  it('leaves a steady rate whole, and copes with few events', () => {
    const random = seededRandom('steady')
    const times = Array.from({ length: 300 }, () => random.uniform()).sort((a, b) => a - b)
    expect(bayesianBlocks(times, { p0: 0.001 })).toHaveLength(2)
    expect(bayesianBlocks([])).toHaveLength(0)
    expect(bayesianBlocks([3, 3, 3])).toEqual(Float64Array.of(3, 3))
    expect(() => bayesianBlocks([2, 1])).toThrow('ascend')
  })

  it('weighs bins by their exposure', () => {
    const edges = Array.from({ length: 101 }, (_, i) => i)
    const counts = Array.from({ length: 100 }, (_, i) => (i >= 40 && i < 60 ? 20 : 5))
    expect([...bayesianBlocksBinned(edges, counts)]).toEqual([0, 40, 60, 100])
    const exposure = counts.map((n) => n / 5)
    expect([...bayesianBlocksBinned(edges, counts, { exposure })]).toEqual([0, 100])
    expect(() => bayesianBlocksBinned([0, 1], [1, 2])).toThrow('edges')
  })
})
