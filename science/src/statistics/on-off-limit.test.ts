import { describe, expect, it } from 'vitest'
import { onOffUpperLimit, seededRandom } from './index.js'

describe('upper limit over a counted background', () => {
  it('is where the statistic has risen by 2.71: with many counts, excess and 1.645 errors of both', () => {
    const [on, off, alpha] = [10_400, 40_000, 0.25]
    expect(onOffUpperLimit(on, off, alpha, 0.95)).toBeCloseTo(400 + 1.645 * Math.sqrt(on + alpha ** 2 * off), -1)
  })

  it('grows with the error of the background: four regions say more than one', () => {
    const few = onOffUpperLimit(20, 18, 1, 0.95)
    const many = onOffUpperLimit(20, 1800, 0.01, 0.95)
    expect(few).toBeGreaterThan(many * 1.15)
    // A background that is known to be 18 is the end of that row.
    expect(many).toBeCloseTo(onOffUpperLimit(20, 18e6, 1e-6, 0.95), 0)
  })

  it('is never less than what no count excludes, nor 0', () => {
    for (const [on, off] of [[0, 0], [0, 5], [0, 500], [1, 50]] as const) expect(onOffUpperLimit(on, off, 0.1, 0.95)).toBeGreaterThanOrEqual(2.9957)
    expect(onOffUpperLimit(0, 0, 0.1, 0.95)).toBeCloseTo(2.9957, 3)
  })

  it('holds as often as it says, but for the fewest counts', () => {
    const held = (source: number, background: number, alpha: number): number => {
      const random = seededRandom(`limit ${source} ${background}`)
      let above = 0
      for (let k = 0; k < 4000; k++) if (onOffUpperLimit(random.poisson(source + background), random.poisson(background / alpha), alpha, 0.95) > source) above++
      return above / 4000
    }
    // 0.95 ± 0.0034 each, less the steps of whole counts.
    for (const [source, background, alpha] of [[30, 20, 0.2], [10, 30, 0.5], [5, 100, 1], [2, 3, 0.2]] as const) {
      expect(held(source, background, alpha), `${source} over ${background}`).toBeGreaterThan(0.925)
    }
    expect(held(3.1, 0.2, 0.1)).toBeGreaterThan(0.85)
  })

  it('is no number where there is no background to compare with', () => {
    for (const arguments_ of [[1, 1, NaN], [1, 1, 0], [-1, 1, 1], [1, -1, 1]] as const) expect(onOffUpperLimit(...arguments_, 0.95)).toBeNaN()
    expect(onOffUpperLimit(1, 1, 1, 0.4)).toBeNaN()
  })
})
