import { deserialize, serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../statistics/index.js'
import { createDispersion, createSmoothing, dispersionStep, holdSmoothing, releaseSmoothing, resetSmoothing, smoothingStep } from './index.js'

describe('smoothingStep', () => {
  it('says nothing until it has settled, then the mean of a steady stream', () => {
    const random = seededRandom('steady')
    const state = createSmoothing({ alpha: 0.005, delay: 40, settle: 120 })
    const expected = Array.from({ length: 5000 }, () => smoothingStep(state, random.poisson(20)))
    expect(expected.slice(0, 120).every(Number.isNaN)).toBe(true)
    expect(expected.slice(120).some(Number.isNaN)).toBe(false)
    // The estimate scatters by √(20 · α/2) = 0.22 about the truth.
    expect(Math.abs(expected[4999]! - 20)).toBeLessThan(1)
    expect(Math.abs(expected[120]! - 20)).toBeLessThan(2.5)
  })

  it('knows nothing of the newest bins', () => {
    const state = createSmoothing({ alpha: 0.1, delay: 10, settle: 20 })
    for (let i = 0; i < 50; i++) smoothingStep(state, 7)
    for (let i = 0; i < 10; i++) expect(smoothingStep(state, 700)).toBeCloseTo(7, 12)
    expect(smoothingStep(state, 7)).toBeGreaterThan(50)
  })

  it('follows the exposure of each bin, and skips bins without any', () => {
    const state = createSmoothing({ alpha: 0.1, delay: 5, settle: 10 })
    for (let i = 0; i < 40; i++) smoothingStep(state, i % 2 ? 3 : 6, i % 2 ? 0.5 : 1)
    expect(smoothingStep(state, 1, 0.25)).toBeCloseTo(1.5, 9)
    expect(smoothingStep(state, 1, 0)).toBeNaN()
    for (let i = 0; i < 20; i++) smoothingStep(state, NaN)
    expect(smoothingStep(state, 6)).toBeCloseTo(6, 0)
  })

  it('keeps a held excess out, with what was already in the delay line', () => {
    const state = createSmoothing({ alpha: 0.1, delay: 10, settle: 20 })
    for (let i = 0; i < 50; i++) smoothingStep(state, 7)
    for (let i = 0; i < 4; i++) smoothingStep(state, 500)
    holdSmoothing(state, 4)
    for (let i = 0; i < 30; i++) expect(smoothingStep(state, 500)).toBeCloseTo(7, 12)
    releaseSmoothing(state)
    for (let i = 0; i < 30; i++) expect(smoothingStep(state, 7)).toBeCloseTo(7, 12)
    resetSmoothing(state)
    expect(smoothingStep(state, 7)).toBeNaN()
    expect(state.delay).toBe(10)
  })

  it('follows a slope when asked, where plain smoothing lags', () => {
    const [plain, sloped] = [createSmoothing({ alpha: 0.02, delay: 20, settle: 100 }), createSmoothing({ alpha: 0.02, delay: 20, settle: 100, trend: true })]
    let [lag, slopedLag] = [0, 0]
    for (let i = 0; i < 1000; i++) {
      const counts = 100 + 0.1 * i
      lag = counts - smoothingStep(plain, counts)
      slopedLag = counts - smoothingStep(sloped, counts)
    }
    expect(lag).toBeCloseTo(0.1 * (20 + 49), 2)
    expect(Math.abs(slopedLag)).toBeLessThan(0.01)
  })

  it('goes on from a snapshot', () => {
    const random = seededRandom(5)
    const whole = createSmoothing({ alpha: 0.01, delay: 12, settle: 30 })
    let parts = createSmoothing({ alpha: 0.01, delay: 12, settle: 30 })
    for (let i = 0; i < 200; i++) {
      const counts = random.poisson(9)
      if (i % 17 === 0) parts = deserialize(serialize(parts)) as typeof parts
      expect(smoothingStep(parts, counts)).toEqual(smoothingStep(whole, counts))
    }
  })

  it('refuses a delay that never settles', () => {
    expect(() => createSmoothing({ alpha: 0.01, delay: 40, settle: 40 })).toThrow('settle')
    expect(() => createSmoothing({ alpha: 1, delay: 4, settle: 40 })).toThrow('alpha')
  })
})

describe('dispersionStep', () => {
  const measure = (mean: number, scatter: number, bins: number): number => {
    const random = seededRandom('scatter')
    const state = createDispersion({ memory: 4000 })
    for (let i = 0; i < bins; i++) dispersionStep(state, scatter === 1 ? random.poisson(mean) : Math.max(0, mean + random.normal() * Math.sqrt(mean * scatter)), mean)
    return state.dispersion
  }

  it.each([0.4, 6, 4000])('is 1 for Poisson counts of %f per bin', (mean) => {
    expect(Math.abs(measure(mean, 1, mean < 1 ? 300_000 : 30_000) - 1)).toBeLessThan(0.07)
  })

  it('finds the excess variance of a stream that scatters 1.19 times as far as Poisson', () => {
    expect(measure(4000, 1.19 ** 2, 20_000) / 1.19 ** 2).toBeCloseTo(1, 1)
  })

  it('is hardly moved by a burst', () => {
    const random = seededRandom(4)
    const state = createDispersion()
    for (let i = 0; i < 3000; i++) dispersionStep(state, random.poisson(50), 50)
    const before = state.dispersion
    for (let i = 0; i < 5; i++) dispersionStep(state, 5000, 50)
    expect(dispersionStep(state, NaN, 50) - before).toBeLessThan(0.1)
  })
})
