import { describe, expect, it } from 'vitest'
import {
  cashSignificance, cashStatistic, gammaQuantile, liMaSignificance, lnGamma, normalCdf, normalQuantile, normalTail, poissonInterval, poissonUpperLimit, profiledBackground,
  seededRandom, sigmaFromTail, wStatistic,
} from './index.js'

describe('significance', () => {
  it('gives the values of the literature', () => {
    expect(liMaSignificance(5, 1, 1)).toBeCloseTo(1.70617457, 8)
    expect(liMaSignificance(1, 20, 1)).toBeCloseTo(-4.59037364, 8)
    expect(cashSignificance(20, 10)).toBeCloseTo(Math.sqrt(2 * (20 * Math.log(2) - 10)), 12)
  })

  it('has limits where counts are 0 or no excess is there', () => {
    expect(liMaSignificance(0, 0, 0.3)).toBe(0)
    expect(liMaSignificance(10, 100, 0.1)).toBe(0)
    expect(liMaSignificance(0, 100, 0.1)).toBeCloseTo(-Math.sqrt(2 * 100 * Math.log(1.1)), 12)
    expect(liMaSignificance(7, 0, 0.5)).toBeCloseTo(Math.sqrt(2 * 7 * Math.log(3)), 12)
    expect(cashSignificance(0, 8)).toBe(-4)
    expect(cashSignificance(4, 4)).toBe(0)
    expect(cashSignificance(1, 0)).toBe(Infinity)
  })

  it('comes near the known-background value where the background is measured well', () => {
    expect(liMaSignificance(130, 1e9, 1e-7)).toBeCloseTo(cashSignificance(130, 100), 4)
  })
})

describe('limits', () => {
  it('gives the tables of Gehrels and of Helene', () => {
    const [low, high] = poissonInterval(5, 0.6826894921370859)
    expect(low).toBeCloseTo(2.84, 2)
    expect(high).toBeCloseTo(8.382, 3)
    expect(poissonInterval(0, 0.9)).toEqual([0, expect.closeTo(Math.log(20), 9)])
    expect(poissonUpperLimit(0, 5, 0.9)).toBeCloseTo(Math.log(10), 9)
    expect(poissonUpperLimit(3, 0, 0.9)).toBeCloseTo(6.68, 2)
  })

  it('holds where the background is far above the counts', () => {
    expect(poissonUpperLimit(10, 4000, 0.95)).toBeGreaterThan(0)
    expect(poissonUpperLimit(10, 4000, 0.95)).toBeLessThan(5)
    expect(poissonUpperLimit(5, -1, 0.9)).toBeNaN()
  })
})

describe('statistics of fits', () => {
  it('are 0 at a perfect fit', () => {
    expect(cashStatistic(7, 7)).toBe(0)
    expect(cashStatistic(0, 3)).toBe(6)
    expect(cashStatistic(2, 0)).toBe(Infinity)
    expect(wStatistic(15, 50, 0.1, 10)).toBeCloseTo(0, 12)
  })

  it('rise by 1 where the profile says so, and have limits without background counts', () => {
    expect(wStatistic(12, 40, 0.1, 0)).toBeCloseTo(liMaSignificance(12, 40, 0.1) ** 2, 9)
    expect(wStatistic(12, 0, 0.1, 12)).toBeCloseTo(0, 12)
    expect(profiledBackground(12, 0, 0.1, 20)).toBe(0)
    expect(profiledBackground(0, 11, 0.1, 3)).toBeCloseTo(10, 12)
  })
})

describe('functions', () => {
  it('agree with closed forms', () => {
    expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14)
    expect(lnGamma(11)).toBeCloseTo(Math.log(3628800), 13)
    expect(lnGamma(0)).toBeNaN()
    expect(normalTail(5)).toBeCloseTo(2.866515718791939e-7, 18)
    expect(normalCdf(1)).toBeCloseTo(0.8413447460685429, 14)
    expect(gammaQuantile(1, 0.5)).toBeCloseTo(Math.LN2, 13)
    for (const p of [1e-12, 0.02, 0.5, 0.7]) expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 10)
    expect(sigmaFromTail(2.866515718791939e-7)).toBeCloseTo(5, 12)
    expect([sigmaFromTail(0), sigmaFromTail(1), sigmaFromTail(2)]).toEqual([Infinity, -Infinity, NaN])
  })
})

describe('seededRandom', () => {
  it('repeats itself for a seed, and differs for another', () => {
    const draw = (seed: number | string): number[] => {
      const random = seededRandom(seed)
      return [random.uniform(), random.normal(), random.poisson(3), random.poisson(3000), random.exponential()]
    }
    expect(draw('a')).toEqual(draw('a'))
    expect(draw(1)).not.toEqual(draw(2))
    expect(draw('1')).not.toEqual(draw(1))
  })

  it('goes back where its state is written back', () => {
    const random = seededRandom(3)
    const before = random.state.slice()
    const first = random.normal()
    random.state.set(before)
    expect(random.normal()).toBe(first)
  })

  it.each([0.1, 4, 12, 900])('draws counts of mean and variance %f', (mean) => {
    const random = seededRandom('counts')
    let [sum, squares] = [0, 0]
    for (let i = 0; i < 100_000; i++) {
      const n = random.poisson(mean)
      sum += n
      squares += (n - mean) ** 2
    }
    expect(Math.abs(sum / 100_000 - mean)).toBeLessThan(5 * Math.sqrt(mean / 100_000))
    expect(squares / 100_000 / mean).toBeCloseTo(1, 1)
    expect(random.poisson(0)).toBe(0)
    expect(random.poisson(NaN)).toBe(0)
  })
})
