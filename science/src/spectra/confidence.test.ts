import { describe, expect, it } from 'vitest'
import { profileErrors, type Deeper, type Profile } from './confidence.js'
import { fitWarnings } from './fit-warnings.js'
import { minimise, type FitProblem } from './minimise.js'

/** χ² of two bins of variance 1 and data 0, of one parameter x: the sum of the squares of what is predicted. */
const problem = (predict: (x: number) => [number, number], min = -1e9, max = 1e9): FitProblem => ({
  statistic: 'chi2', min: [min], max: [max], predict: ([x]) => Float64Array.from(predict(x!)),
  data: { counts: new Float64Array(2), variance: new Float64Array(2).fill(1), background: new Float64Array(2), alpha: new Float64Array(2).fill(1) },
})
const errorsOf = (of: FitProblem, from: number): { found: Profile | Deeper; said: string[] } => {
  const best = minimise(of, [from], [0])
  const found = profileErrors(of, best, [0], 0, Math.sqrt(best.covariance?.[0] ?? 1))
  return { found, said: fitWarnings(of, ['x'], best, [0], ['deeper' in found ? undefined : found]) }
}

describe('errors by the rise of the statistic', () => {
  it('are those of a parabola, and nothing is to be said', () => {
    const { found, said } = errorsOf(problem((x) => [(x - 3) / 0.5, 0]), 1)
    expect((found as Profile).error.map((e) => Math.abs(e!))).toEqual([expect.closeTo(0.5, 3), expect.closeTo(0.5, 3)])
    expect(said).toEqual([])
  })

  it('end at the bound of the parameter: one side only', () => {
    const { found, said } = errorsOf(problem((x) => [x - 0.4, 0], 0), 1)
    expect((found as Profile).error).toEqual([null, expect.closeTo(1, 2)])
    expect(said).toEqual(['x has no lower error: the statistic rises by 0.16 only up to its bound, 0'])
  })

  it('have no side beyond a bound on which the parameter stands', () => {
    const { found, said } = errorsOf(problem((x) => [x + 1, 0], 0), 1)
    expect((found as Profile).error[0]).toBeNull()
    expect((found as Profile).error[1]).toBeCloseTo(Math.SQRT2 - 1, 2)
    expect(said).toEqual(['x stands on its bound, 0'])
  })

  it('have no end where the data stop to care', () => {
    const { found, said } = errorsOf(problem((x) => [0.5 * Math.tanh(x), 0], -Infinity, Infinity), 0.1)
    expect((found as Profile).error).toEqual([null, null])
    expect(said[0]).toBe('x has no lower error: the statistic rises by 0.25 only, however far it is moved')
  })

  it('meet a deeper minimum on the way', () => {
    // Hollows at −1 (0.36) and +1 (0) with a barrier of 0.37 between.
    const { found } = errorsOf(problem((x) => [0.8 * (x * x - 1), 0.3 * (x - 1)]), -1)
    expect((found as Deeper).deeper.values[0]).toBeGreaterThan(0.3)
    expect((found as Deeper).deeper.statistic).toBeLessThan(0.36)
  })

  it('tell of a second hollow behind a barrier higher than 1', () => {
    const { found, said } = errorsOf(problem((x) => [1.2 * (x * x - 1), 0.02 * (x - 1)]), 1)
    expect((found as Profile).error[0]).toBeCloseTo(-0.59, 1)
    expect(said).toEqual(['the statistic does not rise steadily on the lower side of x: other values fit as well as those within its error'])
  })

  it('stand where a statistic jumps over 1', () => {
    const { found } = errorsOf(problem((x) => [x > 2 ? 5 : 0.1 * x, 0]), 0.5)
    expect((found as Profile).error[1]).toBeCloseTo(2, 2)
  })
})
