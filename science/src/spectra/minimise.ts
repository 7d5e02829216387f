import { invertSymmetric, multiply } from './solve-symmetric.js'
import { statisticTerms, statisticValue } from './statistic-terms.js'
import type { FitData, FitStatistic } from './fit-data.js'

/** What is minimised: a statistic of data against what `predict` gives for all values, frozen ones among them. */
export interface FitProblem {
  statistic: FitStatistic
  data: FitData
  predict(values: readonly number[]): Float64Array
  min: readonly number[]
  max: readonly number[]
}

export interface Minimum {
  values: number[]
  statistic: number
  /** of the free parameters, from the expected curvature; undefined where the data do not hold all of them */
  covariance: Float64Array | undefined
  converged: boolean
}

const MOST_STEPS = 300
/** Decrease of the statistic below which a step counts as none; a parameter then stands within about 1e-4 of its error. */
const NO_DECREASE = 1e-8

/**
 * Levenberg–Marquardt for any of the statistics: Gauss–Newton steps from slopes and expected curvatures by the predicted
 * counts and numerical derivatives of those by the parameters, damped by Marquardt's factor, cut at the bounds; a parameter
 * that stands on a bound and wants beyond it is held there.
 *
 * @param start all values, in the order of the model
 * @param free indices of the parameters that move
 */
export function minimise(problem: FitProblem, start: readonly number[], free: readonly number[]): Minimum {
  const { statistic, data, predict, min, max } = problem
  let values = start.map((value, i) => Math.min(max[i]!, Math.max(min[i]!, value)))
  let predicted = predict(values)
  let best = statisticValue(statistic, data, predicted)
  let damping = 1e-3
  let idle = 0
  let converged = free.length === 0
  for (let step = 0; step < MOST_STEPS && !converged; step++) {
    const { gradient, curvature } = derivatives(problem, values, predicted, free)
    const moving = free.map((index, k) => !((values[index]! <= min[index]! && gradient[k]! > 0) || (values[index]! >= max[index]! && gradient[k]! < 0)))
    const before = best
    const enough = NO_DECREASE * (1 + Math.abs(best) * 1e-3)
    for (let attempt = 0; attempt < 30; attempt++) {
      const move = dampedStep(curvature, gradient, moving, damping)
      // At the minimum nothing is to be gained any more: what a parabola promises says so without trying.
      if (damping <= 1e-2 && -move.reduce((sum, m, k) => sum + m * gradient[k]!, 0) < 2 * enough) {
        converged = true
        break
      }
      const trial = values.slice()
      free.forEach((index, k) => (trial[index] = Math.min(max[index]!, Math.max(min[index]!, trial[index]! + move[k]!))))
      const guess = predict(trial)
      const value = statisticValue(statistic, data, guess)
      if (value < best) {
        ;[values, predicted, best] = [trial, guess, value]
        damping = Math.max(1e-12, damping / 10)
        break
      }
      damping = Math.min(1e12, damping * 4)
    }
    idle = before - best < enough ? idle + 1 : 0
    converged ||= idle >= 2
    if (idle > 0) damping = Math.min(damping, 1e-2)
  }
  const { curvature } = derivatives(problem, values, predicted, free)
  return { values, statistic: best, covariance: invertSymmetric(curvature.map((value) => value / 2), free.length), converged }
}

/** Gradient and expected curvature of the statistic by the free parameters. */
export function derivatives({ statistic, data, predict, max }: FitProblem, values: readonly number[], predicted: Float64Array, free: readonly number[]): { gradient: Float64Array; curvature: Float64Array } {
  const { slope, curvature: bend } = statisticTerms(statistic, data, predicted)
  const columns = free.map((index) => {
    // Predictions are good to 1e-13: a step of 1e-6 gives derivatives to about as much.
    const step = Math.max(1e-6 * Math.abs(values[index]!), 1e-9) * (values[index]! >= max[index]! ? -1 : 1)
    const there = predict(values.with(index, values[index]! + step))
    return there.map((value, bin) => (value - predicted[bin]!) / step)
  })
  const n = free.length
  const gradient = new Float64Array(n)
  const curvature = new Float64Array(n * n)
  columns.forEach((a, i) => {
    for (let bin = 0; bin < a.length; bin++) gradient[i]! += slope[bin]! * a[bin]!
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let bin = 0; bin < a.length; bin++) sum += bend[bin]! * a[bin]! * columns[j]![bin]!
      curvature[i * n + j] = curvature[j * n + i] = sum
    }
  })
  return { gradient, curvature }
}

function dampedStep(curvature: Float64Array, gradient: Float64Array, moving: readonly boolean[], damping: number): Float64Array {
  const n = gradient.length
  const matrix = Float64Array.from(curvature, (value, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    if (moving[i] && moving[j]) return i === j ? Math.max(value, 1e-300) * (1 + damping) : value
    return i === j ? 1 : 0
  })
  const inverse = invertSymmetric(matrix, n)
  const downhill = gradient.map((slope, i) => (moving[i] ? -slope : 0))
  // Without an inverse (a parameter of no influence) each parameter takes its own step.
  return inverse === undefined ? downhill.map((slope, i) => slope / Math.max(matrix[i * n + i]!, 1e-300)) : multiply(inverse, downhill, n)
}
