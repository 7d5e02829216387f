import { HeavensError } from '@heavens/schemas'
import { bandFlux, type BandFlux } from './band-flux.js'
import { profileErrors, type ErrorRange } from './confidence.js'
import { fitData, type FitStatistic } from './fit-data.js'
import { fold, folding } from './folding.js'
import { minimise, type FitProblem, type Minimum } from './minimise.js'
import { nelderMead } from './nelder-mead.js'
import { spectralBins, type Grouping, type SpectralBin } from './spectral-bins.js'
import { statisticValue } from './statistic-terms.js'
import type { SpectralModel } from './parse-model.js'
import type { EffectiveArea, Response, Spectrum } from './types.js'

export interface FitRequest {
  spectrum: Spectrum
  response: Response
  area?: EffectiveArea | undefined
  background?: Spectrum | undefined
  model: SpectralModel
  /** energies [keV] */
  min: number
  max: number
  statistic: FitStatistic
  /** fraction of the net counts, ≥ 0; chi2 only */
  systematics?: number
  grouping?: Grouping
  /** values to start from, by the names of the model's parameters */
  start?: Readonly<Record<string, number>>
  /** names of parameters that stay where they start */
  frozen?: readonly string[]
}

export interface FittedParameter {
  name: string
  value: number
  /** distances from the value, [≤ 0, ≥ 0], Δstat = 1; null where unbounded or frozen */
  error: ErrorRange
  unit: string
  frozen: boolean
}

export interface FitResult {
  statistic: FitStatistic
  value: number
  dof: number
  parameters: FittedParameter[]
  flux: BandFlux[]
  /** what a reader must know: no convergence, bounds, few counts */
  warnings: string[]
  bins: SpectralBin[]
  /** predicted counts of each bin at the minimum */
  predicted: Float64Array
}

/**
 * Fits a model folded through the response to a spectrum.
 *
 * @throws no-data: no bins in the interval, fewer bins than free parameters, what fitData refuses; bad-usage: an unknown parameter
 */
export function fitSpectrum(request: FitRequest): FitResult {
  const { spectrum, response, background, model, min, max, statistic } = request
  if (!(min > 0 && max > min)) throw new HeavensError('bad-usage', { reason: `The energies ${min} to ${max} keV are not an interval` })
  const bins = spectralBins(spectrum, response, min, max, request.grouping ?? (statistic === 'chi2' ? 'auto' : 'file'))
  const data = fitData(statistic, spectrum, background, bins, request.systematics ?? 0)
  const matrix = folding(response, request.area, spectrum, bins)
  const evaluate = model.on(matrix.energyLow, matrix.energyHigh)
  const problem: FitProblem = {
    statistic, data, min: model.parameters.map((p) => p.min), max: model.parameters.map((p) => p.max),
    predict: (values) => fold(matrix, evaluate(values), new Float64Array(bins.length)),
  }
  for (const name of [...Object.keys(request.start ?? {}), ...(request.frozen ?? [])]) {
    if (!model.parameters.some((p) => p.name === name)) throw new HeavensError('bad-usage', { reason: `The model ${model.expression} has no parameter ${name}; it has ${model.parameters.map((p) => p.name).join(', ')}` })
  }
  const frozen = model.parameters.map((p) => p.frozen || (request.frozen ?? []).includes(p.name))
  const free = model.parameters.flatMap((_, i) => (frozen[i] ? [] : [i]))
  if (bins.length <= free.length) throw new HeavensError('no-data', { reason: `${bins.length} bins of the spectrum lie in ${min} to ${max} keV, and the model has ${free.length} free parameters` })

  const source = data.counts.reduce((sum, n, i) => sum + n - (statistic === 'wstat' ? data.alpha[i]! * data.background[i]! : 0), 0)
  let best = search(problem, startValues(request, problem, Math.max(1, source)), free)
  let ranges: (ErrorRange | undefined)[] = []
  for (let round = 0; round < 3; round++) {
    ranges = []
    for (const [k, index] of free.entries()) {
      const variance = best.covariance?.[k * free.length + k]
      const found = profileErrors(problem, best, free, index, variance === undefined || !(variance > 0) ? Math.max(1e-3, 0.1 * Math.abs(best.values[index]!)) : Math.sqrt(variance))
      if (!Array.isArray(found)) {
        best = search(problem, found.deeper.values, free)
        break
      }
      ranges[index] = found
    }
    if (free.every((index) => ranges[index] !== undefined)) break
  }
  return {
    statistic, value: best.statistic, dof: bins.length - free.length,
    parameters: model.parameters.map((p, i) => ({ name: p.name, value: best.values[i]!, error: ranges[i] ?? [null, null], unit: p.unit, frozen: frozen[i]! })),
    flux: bandFlux(model, best, free, min, max), warnings: warnings(request, problem, best, free), bins, predicted: problem.predict(best.values),
  }
}

/** Values of the model; norms that are not given such that every additive component alone would make its share of the counts. */
function startValues({ model, start = {} }: FitRequest, problem: FitProblem, counts: number): number[] {
  const values = model.parameters.map((p) => start[p.name] ?? p.start)
  const norms = model.parameters.flatMap((p, i) => (/(^|\.)norm$/.test(p.name) ? [i] : []))
  const scaled = values.slice()
  for (const index of norms) {
    if (start[model.parameters[index]!.name] !== undefined) continue
    const alone = values.map((value, i) => (norms.includes(i) ? (i === index ? 1 : 0) : value))
    const sum = problem.predict(alone).reduce((a, b) => a + b, 0)
    if (sum > 0) scaled[index] = counts / norms.length / sum
  }
  return scaled
}

/** Levenberg–Marquardt, a short simplex search around its end, and again where that went deeper. */
function search(problem: FitProblem, start: readonly number[], free: readonly number[]): Minimum {
  const first = minimise(problem, start, free)
  const put = (point: readonly number[]): number[] => {
    const values = first.values.slice()
    free.forEach((index, k) => (values[index] = Math.min(problem.max[index]!, Math.max(problem.min[index]!, point[k]!))))
    return values
  }
  const scale = free.map((index, k) => 0.5 * Math.sqrt(Math.max(0, first.covariance?.[k * free.length + k] ?? 0)) || 0.1 * Math.abs(first.values[index]!) || 0.1)
  const polished = nelderMead((point) => statisticValue(problem.statistic, problem.data, problem.predict(put(point))), free.map((index) => first.values[index]!), scale, 1e-2, 60 * free.length)
  return polished.value < first.statistic - 1e-4 ? minimise(problem, put(polished.point), free) : first
}

function warnings({ model }: FitRequest, { min, max }: FitProblem, best: Minimum, free: readonly number[]): string[] {
  const found: string[] = []
  if (!best.converged) found.push('the fit did not converge')
  if (best.covariance === undefined) found.push('the data do not hold all free parameters: some have no influence or replace each other')
  for (const index of free) if (best.values[index]! <= min[index]! || best.values[index]! >= max[index]!) found.push(`${model.parameters[index]!.name} stands on its bound, ${best.values[index]}`)
  return found
}
