import { z } from 'zod'

/** The statistics of a fit; docs/spectral-fits.md defines them. */
export const FitStatisticName = z.enum(['chi2', 'cash', 'wstat'])
export type FitStatisticName = z.infer<typeof FitStatisticName>

const KeV = z.number().positive()
const EnergyInterval = z.tuple([KeV, KeV]).refine(([min, max]) => max > min, { message: 'the second energy must be above the first' }).describe('keV')

/** How channels are joined to bins before a fit. */
export const SpectralGrouping = z.union([
  z.enum(['auto', 'file', 'none', 'optimal']).describe('optimal: Kaastra & Bleeker 2016'),
  z.strictObject({ minimumCounts: z.number().int().min(1).max(1e6) }),
])
export type SpectralGrouping = z.infer<typeof SpectralGrouping>

export const spectralGroupingExample: z.input<typeof SpectralGrouping> = { minimumCounts: 25 }

/** A model to fit to spectra. Names of parameters are those of docs/spectral-fits.md. */
export const SpectralFit = z.strictObject({
  model: z.string().min(1).max(200).describe('an expression, such as tbabs*(powerlaw+bbody)'),
  energy: EnergyInterval.optional().describe('keV; absent: the whole response'),
  statistic: FitStatisticName.default('chi2'),
  systematics: z.number().min(0).max(1).default(0).describe('fraction of the net counts; chi2 only'),
  grouping: SpectralGrouping.default('auto'),
  start: z.record(z.string(), z.number()).default({}).describe('values to start from'),
  frozen: z.array(z.string()).max(50).default([]).describe('parameters that stay where they start'),
  flux: EnergyInterval.optional().describe('keV; absent: the energies of the fit'),
  redshift: z.number().positive().max(20).optional().describe('gives the luminosity, at the energies of the source'),
  distance: z.number().positive().max(1e6).optional().describe('Mpc; gives the luminosity; absent: that of the redshift'),
})
export type SpectralFit = z.infer<typeof SpectralFit>

export const spectralFitExample: z.input<typeof SpectralFit> = {
  model: 'tbabs*powerlaw', energy: [2, 10], statistic: 'chi2', systematics: 0.02, grouping: { minimumCounts: 25 }, start: { PhoIndex: 1.7 }, frozen: ['nH'], flux: [2, 10],
}

/**
 * `POST /api/v1/analyses/:id/fits`: a fit to spectra that an analysis has made. Several spectra are fitted together: the model is the
 * same, each but the first with a free constant before it.
 */
export const FitRequest = z.strictObject({ spectra: z.array(z.string().min(1)).min(1).max(20).describe('paths of products of kind spectrum'), fit: SpectralFit })
export type FitRequest = z.infer<typeof FitRequest>

export const fitRequestExample: z.input<typeof FitRequest> = { spectra: ['fermi-gbm/n0/spectrum.pha', 'fermi-gbm/n1/spectrum.pha'], fit: { model: 'grbm', energy: [10, 900], statistic: 'wstat' } }

const ErrorRange = z.tuple([z.number().nullable(), z.number().nullable()]).describe('distances from the value, [≤ 0, ≥ 0], where the statistic has risen by 1; null: not reached, or frozen')

/** A parameter at the minimum. */
export const FittedParameter = z.strictObject({ name: z.string(), value: z.number(), error: ErrorRange, unit: z.string(), frozen: z.boolean() })
export type FittedParameter = z.infer<typeof FittedParameter>

export const fittedParameterExample: FittedParameter = { name: 'PhoIndex', value: 2.082, error: [-0.026, 0.026], unit: '', frozen: false }

/** Flux of the model, with absorption, between two energies [keV]. */
export const FittedFlux = z.strictObject({ min: z.number(), max: z.number(), value: z.number(), error: ErrorRange, unit: z.string() })
export type FittedFlux = z.infer<typeof FittedFlux>

export const fittedFluxExample: FittedFlux = { min: 30, max: 120, value: 1.3e-8, error: [-2e-10, 2e-10], unit: 'erg/cm2/s' }

/** Luminosity between two energies [keV] at the source, as seen through absorption. */
export const FittedLuminosity = z.strictObject({ min: z.number(), max: z.number(), value: z.number(), error: ErrorRange, unit: z.literal('erg/s'), distance: z.number().describe('Mpc') })
export type FittedLuminosity = z.infer<typeof FittedLuminosity>

export const fittedLuminosityExample: FittedLuminosity = { min: 34.7, max: 139, value: 8.9e46, error: [-1.4e45, 1.4e45], unit: 'erg/s', distance: 756 }

const Column = z.array(z.number())

/** Data and folded model of one spectrum in the bins of the fit: what is drawn. Arrays are parallel. */
export const FittedSpectrum = z.strictObject({
  path: z.string(),
  energyLow: Column.describe('keV'), energyHigh: Column.describe('keV'),
  rate: Column.describe('net counts/s/keV'), rateError: Column,
  model: Column.describe('folded model, counts/s/keV'),
  residual: Column.describe('(data − model) / error'),
  unfolded: Column.describe('keV² · photons/cm²/s/keV of the data, by the ratio of the model to its folded form'), unfoldedError: Column,
  unfoldedModel: Column.describe('E² N(E) of the model in the same bins'),
})
export type FittedSpectrum = z.infer<typeof FittedSpectrum>

export const fittedSpectrumExample: FittedSpectrum = {
  path: 'fermi-gbm/n0/spectrum.pha', energyLow: [10, 20], energyHigh: [20, 40], rate: [3.2, 2.1], rateError: [0.1, 0.09], model: [3.15, 2.15], residual: [0.5, -0.56],
  unfolded: [12, 14], unfoldedError: [0.4, 0.6], unfoldedModel: [11.8, 14.3],
}

/** What a fit found: the answer of `POST …/fits`, the file `fit.json` of an analysis, and (without `spectra`) what `heavens fit --json` prints. */
export const FitAnswer = z.strictObject({
  model: z.string(), statistic: FitStatisticName, value: z.number(), dof: z.number().int(),
  goodness: z.number().min(0).max(1).optional().describe('chance of a statistic as high, where its distribution is known (chi2)'),
  parameters: z.array(FittedParameter), flux: z.array(FittedFlux), luminosity: FittedLuminosity.optional(), bins: z.number().int(), warnings: z.array(z.string()),
  spectra: z.array(FittedSpectrum),
})
export type FitAnswer = z.infer<typeof FitAnswer>

export const fitAnswerExample: FitAnswer = {
  model: 'powerlaw', statistic: 'chi2', value: 55, dof: 61, goodness: 0.69, parameters: [fittedParameterExample], flux: [fittedFluxExample], bins: 63, warnings: [], spectra: [fittedSpectrumExample],
}

/** A fit that was asked of an analysis: what was asked, and how well it went. Asking again gives the same. */
export const KeptFit = z.strictObject({ at: z.string().describe('ISO UTC'), request: FitRequest, statistic: FitStatisticName, value: z.number(), dof: z.number().int(), answer: FitAnswer.omit({ spectra: true }).optional().describe('without what is drawn; absent in older records') })
export type KeptFit = z.infer<typeof KeptFit>

const { spectra: _, ...withoutSpectra } = fitAnswerExample
export const keptFitExample: KeptFit = { at: '2026-11-23T18:42:00.000Z', request: FitRequest.parse(fitRequestExample), statistic: 'wstat', value: 402.1, dof: 352, answer: withoutSpectra }
