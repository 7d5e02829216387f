import type { FitAnswer, FittedSpectrum, SpectralFit } from '@heavens/schemas'
import { fitSpectra, luminosity, parseModel, type FittedSet, type JointFit, type SpectrumSet } from '@heavens/science/spectra'
import { upperGamma } from '@heavens/science/statistics'

/** A spectrum of an analysis, by its path. */
export interface NamedSpectrum {
  path: string
  set: SpectrumSet
}

/**
 * Fit spectra together, and lay out what is drawn of them.
 *
 * @throws as fitSpectra
 */
export function fitAnswer(spectra: readonly NamedSpectrum[], fit: SpectralFit): FitAnswer {
  const model = parseModel(fit.model)
  const [min, max] = fit.energy ?? wholeRange(spectra)
  const joint = fitSpectra(spectra.map(({ set }) => set), {
    model, min, max, statistic: fit.statistic, systematics: fit.systematics, grouping: fit.grouping, start: fit.start, frozen: fit.frozen, ...(fit.flux === undefined ? {} : { flux: fit.flux }),
  })
  const { statistic, value, dof, parameters, flux, warnings, sets } = joint
  return {
    model: fit.model, statistic, value, dof, ...(statistic === 'chi2' && dof > 0 ? { goodness: Math.min(1, upperGamma(dof / 2, value / 2)) } : {}),
    parameters, flux, ...(fit.redshift === undefined && fit.distance === undefined ? {} : { luminosity: luminosity(flux[0]!, fit) }), bins: sets.reduce((sum, { bins }) => sum + bins.length, 0), warnings,
    spectra: spectra.map(({ path, set }, i) => drawn(path, set, sets[i]!, joint, i === 0 ? 1 : parameters.find((p) => p.name === `factor${i + 1}`)!.value)),
  }
}

function wholeRange(spectra: readonly NamedSpectrum[]): [number, number] {
  const low = spectra.flatMap(({ set }) => Array.from(set.response.channelLow)).filter((e) => e > 0)
  const high = spectra.flatMap(({ set }) => Array.from(set.response.channelHigh))
  return [low.reduce((a, b) => Math.min(a, b), Infinity), high.reduce((a, b) => Math.max(a, b), 0)]
}

/** Rates per keV and E² N(E); where the folded model is nothing, the unfolded data are nothing too. */
function drawn(path: string, { spectrum }: SpectrumSet, { bins, data, predicted }: FittedSet, { statistic, photons }: JointFit, factor: number): FittedSpectrum {
  const energyLow = bins.map(({ low }) => low)
  const energyHigh = bins.map(({ high }) => high)
  const flux = photons(Float64Array.from(energyLow), Float64Array.from(energyHigh))
  const per = (i: number): number => 1 / (spectrum.exposure * (energyHigh[i]! - energyLow[i]!))
  const net = bins.map((_, i) => data.counts[i]! - (statistic === 'wstat' ? data.alpha[i]! * data.background[i]! : 0))
  const error = bins.map((_, i) => Math.sqrt(statistic === 'chi2' ? data.variance[i]! : Math.max(1, data.counts[i]! + (statistic === 'wstat' ? data.alpha[i]! ** 2 * data.background[i]! : 0))))
  const unfoldedModel = bins.map((_, i) => (factor * energyLow[i]! * energyHigh[i]! * flux[i]!) / (energyHigh[i]! - energyLow[i]!))
  const unfold = (i: number, counts: number): number => (predicted[i]! > 0 ? (counts / predicted[i]!) * unfoldedModel[i]! : 0)
  return {
    path, energyLow, energyHigh,
    rate: net.map((n, i) => n * per(i)), rateError: error.map((e, i) => e * per(i)), model: bins.map((_, i) => predicted[i]! * per(i)),
    residual: net.map((n, i) => (n - predicted[i]!) / error[i]!),
    unfolded: net.map((n, i) => unfold(i, n)), unfoldedError: error.map((e, i) => unfold(i, e)), unfoldedModel,
  }
}
