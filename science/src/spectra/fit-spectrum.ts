import { HeavensError } from '@heavens/schemas'
import { bandFlux, type BandFlux } from './band-flux.js'
import { profileErrors, type ErrorRange } from './confidence.js'
import { fitData, type FitData, type FitStatistic } from './fit-data.js'
import { fold, folding } from './folding.js'
import { minimise, type FitProblem, type Minimum } from './minimise.js'
import { nelderMead } from './nelder-mead.js'
import { spectralBins, type Grouping, type SpectralBin } from './spectral-bins.js'
import { statisticValue } from './statistic-terms.js'
import type { SpectralModel } from './parse-model.js'
import type { EffectiveArea, Response, Spectrum } from './types.js'

/** One spectrum with what belongs to it. */
export interface SpectrumSet {
  spectrum: Spectrum
  response: Response
  area?: EffectiveArea | undefined
  background?: Spectrum | undefined
}

export interface FitSettings {
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
  /** energies [keV] between which the flux is given; absent: those of the fit */
  flux?: readonly [number, number]
}

export interface FitRequest extends SpectrumSet, FitSettings {}

export interface FittedParameter {
  name: string
  value: number
  /** distances from the value, [≤ 0, ≥ 0], Δstat = 1; null where unbounded or frozen */
  error: ErrorRange
  unit: string
  frozen: boolean
}

/** The fit of one spectrum: its bins, what was compared in them, and the predicted counts of each at the minimum. */
export interface FittedSet {
  bins: SpectralBin[]
  data: FitData
  predicted: Float64Array
}

export interface JointFit {
  statistic: FitStatistic
  value: number
  dof: number
  parameters: FittedParameter[]
  flux: BandFlux[]
  /** what a reader must know: no convergence, bounds, few counts */
  warnings: string[]
  sets: FittedSet[]
  /** photons/cm²/s of the model at the minimum in energy bins [keV], without any constant of a spectrum */
  photons(low: Float64Array, high: Float64Array): Float64Array
}

export interface FitResult extends Omit<JointFit, 'sets' | 'photons'> {
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
  const { sets, photons: _, ...rest } = fitSpectra([request], request)
  return { ...rest, bins: sets[0]!.bins, predicted: sets[0]!.predicted }
}

/** A constant before the model of a spectrum: named factor2, factor3, … after the spectrum's place. */
interface Problem extends FitProblem {
  names: readonly string[]
  units: readonly string[]
}

/**
 * Fits one model to several spectra together. Each but the first has a free constant before it, `factor2` …, for what instruments
 * disagree on; `frozen` and `start` hold it like any parameter.
 *
 * @throws as fitSpectrum
 */
export function fitSpectra(spectra: readonly SpectrumSet[], settings: FitSettings): JointFit {
  const { model, min, max, statistic } = settings
  if (!(min > 0 && max > min)) throw new HeavensError('bad-usage', { reason: `The energies ${min} to ${max} keV are not an interval` })
  const sets = spectra.map(({ spectrum, response, area, background }) => {
    const bins = spectralBins(spectrum, response, min, max, settings.grouping ?? (statistic === 'chi2' ? 'auto' : 'file'))
    const matrix = folding(response, area, spectrum, bins)
    return { bins, matrix, data: fitData(statistic, spectrum, background, bins, settings.systematics ?? 0), evaluate: model.on(matrix.energyLow, matrix.energyHigh), predicted: new Float64Array(bins.length) }
  })
  const constants = sets.slice(1).map((_, i) => `factor${i + 2}`)
  const before = model.parameters.length
  const size = sets.reduce((sum, { bins }) => sum + bins.length, 0)
  const problem: Problem = {
    statistic, data: joined(sets.map(({ data }) => data)),
    min: [...model.parameters.map((p) => p.min), ...constants.map(() => 1e-4)], max: [...model.parameters.map((p) => p.max), ...constants.map(() => 1e4)],
    names: [...model.parameters.map((p) => p.name), ...constants], units: [...model.parameters.map((p) => p.unit), ...constants.map(() => '')],
    predict(values) {
      const all = new Float64Array(size)
      let at = 0
      sets.forEach(({ bins, matrix, evaluate }, k) => {
        const own = fold(matrix, evaluate(values), all.subarray(at, at + bins.length))
        const factor = k === 0 ? 1 : values[before + k - 1]!
        if (factor !== 1) for (let bin = 0; bin < own.length; bin++) own[bin]! *= factor
        at += bins.length
      })
      return all
    },
  }
  for (const name of [...Object.keys(settings.start ?? {}), ...(settings.frozen ?? [])]) {
    if (!problem.names.includes(name)) throw new HeavensError('bad-usage', { reason: `The model ${model.expression} has no parameter ${name}; it has ${problem.names.join(', ')}` })
  }
  const frozen = problem.names.map((name, i) => (model.parameters[i]?.frozen ?? false) || (settings.frozen ?? []).includes(name))
  const free = problem.names.flatMap((_, i) => (frozen[i] ? [] : [i]))
  if (size <= free.length) throw new HeavensError('no-data', { reason: `${size} bins of the ${sets.length === 1 ? 'spectrum' : 'spectra'} lie in ${min} to ${max} keV, and the model has ${free.length} free parameters` })

  const source = problem.data.counts.reduce((sum, n, i) => sum + n - (statistic === 'wstat' ? problem.data.alpha[i]! * problem.data.background[i]! : 0), 0)
  let best = search(problem, startValues(settings, problem, Math.max(1, source)), free)
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
  const predicted = problem.predict(best.values)
  let at = 0
  return {
    statistic, value: best.statistic, dof: size - free.length,
    parameters: problem.names.map((name, i) => ({ name, value: best.values[i]!, error: ranges[i] ?? [null, null], unit: problem.units[i]!, frozen: frozen[i]! })),
    flux: bandFlux(model, best, free, ...(settings.flux ?? ([min, max] as const))), warnings: warnings(problem, best, free),
    sets: sets.map(({ bins, data }) => ({ bins, data, predicted: predicted.slice(at, (at += bins.length)) })),
    photons: (low, high) => model.on(low, high)(best.values),
  }
}

function joined(parts: readonly FitData[]): FitData {
  const column = (name: keyof FitData): Float64Array => Float64Array.from(parts.flatMap((part) => Array.from(part[name])))
  return { counts: column('counts'), variance: column('variance'), background: column('background'), alpha: column('alpha') }
}

/**
 * Values of the model; norms that are not given such that every additive component alone would make its share of the counts, energies
 * that no data are near in the middle of the data.
 */
function startValues({ model, min, max, start = {} }: FitSettings, problem: Problem, counts: number): number[] {
  const middle = Math.sqrt(min * max)
  const near = (value: number): number => (value > max || value < min / 30 ? middle : value)
  const values = problem.names.map((name, i) => {
    const parameter = model.parameters[i]
    return start[name] ?? (parameter === undefined ? 1 : parameter.unit === 'keV' && !parameter.frozen ? near(parameter.start) : parameter.start)
  })
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

function warnings({ names, min, max }: Problem, best: Minimum, free: readonly number[]): string[] {
  const found: string[] = []
  if (!best.converged) found.push('the fit did not converge')
  if (best.covariance === undefined) found.push('the data do not hold all free parameters: some have no influence or replace each other')
  for (const index of free) if (best.values[index]! <= min[index]! || best.values[index]! >= max[index]!) found.push(`${names[index]!} stands on its bound, ${best.values[index]}`)
  return found
}
