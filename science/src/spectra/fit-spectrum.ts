import { HeavensError } from '@heavens/schemas'
import { bandFlux, type BandFlux } from './band-flux.js'
import { profileErrors, type ErrorRange, type Profile } from './confidence.js'
import { fitWarnings } from './fit-warnings.js'
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

/** Most turns of both searches. */
const TURNS = 6
/** Times that a fit goes on from a deeper minimum. */
const ROUNDS = 5
/** Deepening of the statistic that a reader is told of. */
const TOLD = 0.01

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
  if (!(min > 0 && max > min)) throw new HeavensError('bad-usage', { reason: `The energies ${min} to ${max} keV are not an interval` }, { path: 'energy' })
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
    if (!problem.names.includes(name)) throw new HeavensError('bad-usage', { reason: `The model ${model.expression} has no parameter ${name}; it has ${problem.names.join(', ')}` }, { path: name in (settings.start ?? {}) ? `start.${name}` : 'frozen' })
  }
  const frozen = problem.names.map((name, i) => (model.parameters[i]?.frozen ?? false) || (settings.frozen ?? []).includes(name))
  const free = problem.names.flatMap((_, i) => (frozen[i] ? [] : [i]))
  if (size <= free.length) throw new HeavensError('no-data', { reason: `${size} bins of the ${sets.length === 1 ? 'spectrum' : 'spectra'} lie in ${min} to ${max} keV, and the model has ${free.length} free parameters` }, { path: 'energy' })

  const source = problem.data.counts.reduce((sum, n, i) => sum + n - (statistic === 'wstat' ? problem.data.alpha[i]! * problem.data.background[i]! : 0), 0)
  let best = startValues(settings, problem, Math.max(1, source), free).map((start) => search(problem, start, free)).reduce((a, b) => (b.statistic < a.statistic - TOLD ? b : a))
  let profiles: (Profile | undefined)[] = []
  let deeper = 0
  for (let round = 0; round < ROUNDS; round++) {
    profiles = []
    for (const [k, index] of free.entries()) {
      const variance = best.covariance?.[k * free.length + k]
      const found = profileErrors(problem, best, free, index, variance === undefined || !(variance > 0) ? Math.max(1e-3, 0.1 * Math.abs(best.values[index]!)) : Math.sqrt(variance))
      if ('deeper' in found) {
        deeper += best.statistic - found.deeper.statistic
        best = search(problem, found.deeper.values, free)
        break
      }
      profiles[index] = found
    }
    if (free.every((index) => profiles[index] !== undefined)) break
  }
  const predicted = problem.predict(best.values)
  let at = 0
  return {
    statistic, value: best.statistic, dof: size - free.length,
    parameters: problem.names.map((name, i) => ({ name, value: best.values[i]!, error: profiles[i]?.error ?? [null, null], unit: problem.units[i]!, frozen: frozen[i]! })),
    flux: bandFlux(model, best, free, ...(settings.flux ?? ([min, max] as const))), warnings: [
      ...(deeper > TOLD ? [`while errors were sought a minimum was met that is deeper by ${Number(deeper.toPrecision(2))}: the fit went on from there`] : []), ...fitWarnings(problem, problem.names, best, free, profiles),
    ],
    sets: sets.map(({ bins, data }) => ({ bins, data, predicted: predicted.slice(at, (at += bins.length)) })),
    photons: (low, high) => model.on(low, high)(best.values),
  }
}

function joined(parts: readonly FitData[]): FitData {
  const column = (name: keyof FitData): Float64Array => Float64Array.from(parts.flatMap((part) => Array.from(part[name])))
  return { counts: column('counts'), variance: column('variance'), background: column('background'), alpha: column('alpha') }
}

/**
 * Values of the model to start from; norms that are not given such that every additive component alone would make its share of the counts. Energies
 * (cut-offs, breaks, temperatures) that are free and not given start several times: as the model says, in the middle of the data and at their end, as
 * a cut-off that begins on the wrong side of the data may run away.
 */
function startValues({ model, min, max, start = {} }: FitSettings, problem: Problem, counts: number, free: readonly number[]): number[][] {
  const middle = Math.sqrt(min * max)
  const near = (value: number): number => (value > max || value < min / 30 ? middle : value)
  const energies = model.parameters.flatMap((p, i) => (p.unit === 'keV' && free.includes(i) && start[p.name] === undefined ? [i] : []))
  const norms = model.parameters.flatMap((p, i) => (/(^|\.)norm$/.test(p.name) ? [i] : []))
  const plain = problem.names.map((name, i) => start[name] ?? (model.parameters[i] === undefined ? 1 : model.parameters[i].start))
  const choices: ((value: number) => number)[] = energies.length === 0 ? [near] : [near, () => middle, () => max]
  return choices.map((choose) => {
    const values = plain.map((value, i) => (energies.includes(i) ? Math.min(problem.max[i]!, Math.max(problem.min[i]!, choose(value))) : value))
    const scaled = values.slice()
    for (const index of norms) {
      if (start[model.parameters[index]!.name] !== undefined) continue
      const alone = values.map((value, i) => (norms.includes(i) ? (i === index ? 1 : 0) : value))
      const sum = problem.predict(alone).reduce((a, b) => a + b, 0)
      if (sum > 0) scaled[index] = counts / norms.length / sum
    }
    return scaled
  })
}

/** Levenberg–Marquardt and a short simplex search around its end, in turns as long as the second goes deeper: long valleys take several. */
function search(problem: FitProblem, start: readonly number[], free: readonly number[]): Minimum {
  let best = minimise(problem, start, free)
  for (let turn = 0; turn < TURNS; turn++) {
    const from = best
    const put = (point: readonly number[]): number[] => {
      const values = from.values.slice()
      free.forEach((index, k) => (values[index] = Math.min(problem.max[index]!, Math.max(problem.min[index]!, point[k]!))))
      return values
    }
    const scale = free.map((index, k) => 0.5 * Math.sqrt(Math.max(0, from.covariance?.[k * free.length + k] ?? 0)) || 0.1 * Math.abs(from.values[index]!) || 0.1)
    const polished = nelderMead((point) => statisticValue(problem.statistic, problem.data, problem.predict(put(point))), free.map((index) => from.values[index]!), scale, 1e-2, 60 * free.length)
    if (polished.value >= from.statistic - 1e-4) break
    best = minimise(problem, put(polished.point), free)
  }
  return best
}
