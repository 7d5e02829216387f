import { cashStatistic, profiledBackground, wStatistic } from '../statistics/index.js'
import type { FitData, FitStatistic } from './fit-data.js'

/** Value of a statistic, and per bin its slope and a positive curvature by the predicted counts. */
export interface Terms {
  value: number
  slope: Float64Array
  curvature: Float64Array
}

/** Counts below which a prediction is taken as this many, so that a bin with counts and no model does not end the fit. */
const LEAST = 1e-25

/** The statistic alone: the sum over the bins of data against predicted source counts. */
export function statisticValue(statistic: FitStatistic, { counts, variance, background, alpha }: FitData, predicted: Float64Array): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) {
    const mu = predicted[i]!
    if (statistic === 'chi2') sum += (counts[i]! - mu) ** 2 / variance[i]!
    else if (statistic === 'cash') sum += cashStatistic(counts[i]!, Math.max(LEAST, mu))
    else sum += wStatistic(counts[i]!, background[i]!, alpha[i]!, Math.max(LEAST, mu))
  }
  return sum
}

/**
 * Slopes and curvatures for Gauss–Newton steps. chi2: exact. cash: 2(1 − n/μ) and the expected 2/μ. wstat: the background is
 * at its best for each μ, so its slope does not enter; the curvature is that of the variance μ_on + α² μ_off.
 */
export function statisticTerms(statistic: FitStatistic, data: FitData, predicted: Float64Array): Terms {
  const { counts, variance, background, alpha } = data
  const slope = new Float64Array(counts.length)
  const curvature = new Float64Array(counts.length)
  for (let i = 0; i < counts.length; i++) {
    const n = counts[i]!
    if (statistic === 'chi2') {
      slope[i] = (2 * (predicted[i]! - n)) / variance[i]!
      curvature[i] = 2 / variance[i]!
      continue
    }
    const mu = Math.max(LEAST, predicted[i]!)
    const off = statistic === 'wstat' ? profiledBackground(n, background[i]!, alpha[i]!, mu) : 0
    const on = statistic === 'wstat' ? mu + alpha[i]! * off : mu
    slope[i] = 2 * (1 - n / on)
    curvature[i] = 2 / (on + (statistic === 'wstat' ? alpha[i]! ** 2 * off : 0))
  }
  return { value: statisticValue(statistic, data, predicted), slope, curvature }
}
