import { deserialize, serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../statistics/index.js'
import { createFocus, focusMany, focusStep, resetFocus } from './index.js'

/** Every start, every length: the significance of the best interval that ends with each bin, for ratios of at least muMin. */
function everyInterval(counts: readonly number[], expected: readonly number[], muMin: number): number[] {
  return counts.map((_, end) => {
    let best = 0
    let x = 0
    let b = 0
    for (let start = end; start >= 0; start--) {
      x += counts[start]!
      b += expected[start]!
      const ratio = Math.max(x / b, muMin)
      best = Math.max(best, x * Math.log(ratio) - (ratio - 1) * b)
    }
    return Math.sqrt(2 * best)
  })
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

function stream(seed: number, bins: number, rate: number, burst?: { at: number; length: number; factor: number }): { counts: number[]; expected: number[] } {
  const random = seededRandom(seed)
  const expected = Array.from({ length: bins }, () => rate * (0.7 + 0.6 * random.uniform()))
  const counts = expected.map((b, i) => random.poisson(burst && i >= burst.at && i < burst.at + burst.length ? b * burst.factor : b))
  return { counts, expected }
}

describe('focusStep', () => {
  it.each([0.05, 0.8, 4, 60])('finds what a search of all intervals finds, at %f counts per bin', (rate) => {
    let over = 0
    let wrong = 0
    for (let seed = 1; seed <= 12; seed++) {
      const { counts, expected } = stream(seed, 300, rate, { at: 180, length: 3 * seed, factor: 1 + 3 / Math.sqrt(rate) })
      const oracle = everyInterval(counts, expected, 1)
      const state = createFocus({ sigma: 2.5 })
      counts.forEach((x, i) => {
        const significance = focusStep(state, x, expected[i]!)
        expect(significance).toBeCloseTo(oracle[i]! < 2.5 ? 0 : oracle[i]!, 9)
        if (significance === 0) return
        over++
        const first = i + 1 - state.hitLength
        wrong += Math.abs(sum(counts.slice(first, i + 1)) - state.hitCounts) + Math.abs(sum(expected.slice(first, i + 1)) - state.hitExpected)
      })
    }
    expect(over).toBeGreaterThan(200)
    expect(wrong).toBeLessThan(1e-6 * over)
  })

  it('with muMin above 1 misses nothing of at least that ratio', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const { counts, expected } = stream(seed, 400, 3, { at: 200, length: 10, factor: 2 })
      const least = everyInterval(counts, expected, 1.3)
      const most = everyInterval(counts, expected, 1)
      const state = createFocus({ sigma: 3, muMin: 1.3 })
      counts.forEach((x, i) => {
        const significance = focusStep(state, x, expected[i]!)
        expect(significance).toBeGreaterThanOrEqual(least[i]! < 3 ? 0 : least[i]! - 1e-9)
        expect(significance).toBeLessThanOrEqual(most[i]! + 1e-9)
      })
    }
  })

  it('muMin keeps a background that is 2 % too low from growing into an excess', () => {
    const { counts } = stream(3, 60_000, 4)
    const low = new Array<number>(60_000).fill(4 * 0.98)
    const [plain, lenient] = [createFocus({ sigma: 5 }), createFocus({ sigma: 5, muMin: 1.2 })]
    let hits = 0
    let lenientHits = 0
    counts.forEach((x, i) => {
      if (focusStep(plain, x, low[i]!) > 0) hits++
      if (focusStep(lenient, x, low[i]!) > 0) lenientHits++
    })
    expect(hits).toBeGreaterThan(1000)
    expect(lenientHits).toBeLessThan(20)
  })

  it('gives the length of a burst', () => {
    const counts = [4, 4, 4, 4, 30, 31, 29, 4, 4]
    const state = createFocus({ sigma: 5 })
    const lengths = counts.map((x) => (focusStep(state, x, 4) > 0 ? state.hitLength : 0))
    expect(lengths).toEqual([0, 0, 0, 0, 1, 2, 3, 4, 5])
  })

  it('goes on from a snapshot as if nothing had happened', () => {
    const { counts, expected } = stream(8, 500, 2, { at: 240, length: 20, factor: 4 })
    const whole = createFocus({ sigma: 4 })
    let parts = createFocus({ sigma: 4 })
    counts.forEach((x, i) => {
      if (i % 50 === 13) parts = deserialize(serialize(parts)) as typeof parts
      expect(focusStep(parts, x, expected[i]!)).toBe(focusStep(whole, x, expected[i]!))
      expect(parts.hitLength).toBe(whole.hitLength)
    })
  })

  it('does not reach across a bin without a background', () => {
    const state = createFocus({ sigma: 5 })
    focusStep(state, 12, 4)
    focusStep(state, 12, 4)
    for (const [x, b] of [[5, NaN], [5, 0], [-1, 4], [NaN, 4], [5, -2]] as const) expect(focusStep(state, x, b)).toBe(0)
    expect(focusStep(state, 60, 4)).toBeGreaterThan(5)
    expect(state.hitLength).toBe(1)
    resetFocus(state)
    expect(focusStep(state, 0, 4)).toBe(0)
    expect(state.bins).toBe(1)
  })

  it('keeps more candidates than it has room for at first', () => {
    // Each bin's excess is larger than the mean of all before: every start stays a candidate.
    const state = createFocus({ sigma: 1e6 })
    for (let i = 0; i < 500; i++) focusStep(state, 1 + 0.001 * (i + 1) ** 2, 1)
    expect(state.size).toBe(501)
    state.sigma = 5
    expect(focusStep(state, 300, 1)).toBeGreaterThan(5)
  })

  it('refuses a threshold that is no threshold', () => {
    expect(() => createFocus({ sigma: 0 })).toThrow('threshold')
    expect(() => createFocus({ sigma: 5, muMin: 0.9 })).toThrow('muMin')
  })
})

describe('focusMany', () => {
  it.each([[0.3, 1], [4, 1], [4, 1.1], [200, 1.05], [0.02, 1.3]])('hits where focusStep hits, at %f counts per bin and muMin %f', (rate, muMin) => {
    const { counts, expected } = stream(21, 20_000, rate, { at: 9000, length: 40, factor: 1 + 2 / Math.sqrt(rate) })
    expected[500] = NaN
    expected[600] = Infinity
    counts[650] = Infinity
    counts[700] = -1
    const found: [number, number, number][] = []
    const number = focusMany(Float64Array.from(counts), Float64Array.from(expected), { sigma: 3.5, muMin }, (bin, significance, length) => found.push([bin, significance, length]))
    const state = createFocus({ sigma: 3.5, muMin })
    const stepped: [number, number, number][] = []
    counts.forEach((x, i) => {
      const significance = focusStep(state, x, expected[i]!)
      if (significance > 0) stepped.push([i, significance, state.hitLength])
    })
    expect(found.length).toBeGreaterThan(30)
    expect(number).toBe(found.length)
    // The cumulative sums are added up in another order: the last digit may differ.
    expect(found.map(([bin, , length]) => [bin, length])).toEqual(stepped.map(([bin, , length]) => [bin, length]))
    expect(Math.max(...found.map(([, significance], k) => Math.abs(significance - stepped[k]![1])))).toBeLessThan(1e-9)
  })
})
