import { HeavensError } from '@heavens/schemas'
import { sumOver, type SpectralBin } from './spectral-bins.js'
import type { Spectrum } from './types.js'

export type FitStatistic = 'chi2' | 'cash' | 'wstat'

/** What a statistic needs of every bin. */
export interface FitData {
  /** chi2: net counts; else the counts of the source region */
  counts: Float64Array
  /** chi2: variance of `counts` */
  variance: Float64Array
  /** wstat: counts of the background region, and source-to-background exposure ratio */
  background: Float64Array
  alpha: Float64Array
}

/**
 * Data of the bins for a statistic.
 *
 * chi2 subtracts the background, scaled by EXPOSURE · BACKSCAL · AREASCAL of source over background in each channel. Its
 * variance: STAT_ERR² where the file states errors (POISSERR not T), else the counts, at least one per bin (as XSPEC);
 * the background's likewise, without the least one, times the scale squared; plus (systematics · net counts)² and
 * (SYS_ERR · counts)² of each channel: fractions of the data, not of the model, so that weights stay the same during a fit.
 *
 * cash takes the counts alone. wstat takes both counts; needs a background of counts.
 *
 * @param systematics fraction, ≥ 0
 * @throws no-data: rates for cash or wstat, wstat without a background; file-unusable: BACKSCAL or AREASCAL not positive
 */
export function fitData(statistic: FitStatistic, spectrum: Spectrum, background: Spectrum | undefined, bins: readonly SpectralBin[], systematics: number): FitData {
  const counts = sumOver(bins, spectrum.counts)
  const ratio = background === undefined ? undefined : spectrum.counts.map((_, c) => backgroundScale(spectrum, background, c))
  const alpha = new Float64Array(bins.length).fill(1)
  const off = new Float64Array(bins.length)
  if (statistic !== 'chi2') {
    if (!spectrum.counted) refuse(`${spectrum.file} holds rates; ${statistic} needs counts`)
    if (statistic === 'cash') return { counts, variance: counts, background: off, alpha }
    if (background === undefined || ratio === undefined) refuse('wstat needs a background spectrum; name one with --background, or use cash')
    if (!background.counted) refuse(`${background.file} holds rates; wstat needs counts`)
    return { counts, variance: counts, background: sumOver(bins, background.counts), alpha: Float64Array.from(bins, ({ first }) => ratio[first]!) }
  }
  const square = (values: Float64Array): Float64Array => values.map((value) => value * value)
  const variance = spectrum.errors === undefined ? counts.map((n) => Math.max(1, n)) : sumOver(bins, square(spectrum.errors)).map((v) => (v > 0 ? v : 1))
  if (background !== undefined && ratio !== undefined) {
    const scaled = sumOver(bins, background.counts.map((n, c) => n * ratio[c]!))
    const spread = sumOver(bins, background.counts.map((n, c) => (background.errors === undefined ? n : background.errors[c]! ** 2) * ratio[c]! ** 2))
    for (let bin = 0; bin < bins.length; bin++) {
      counts[bin]! -= scaled[bin]!
      variance[bin]! += spread[bin]!
    }
  }
  const stated = sumOver(bins, square(spectrum.systematic.map((fraction, c) => fraction * spectrum.counts[c]!)))
  for (let bin = 0; bin < bins.length; bin++) variance[bin]! += (systematics * counts[bin]!) ** 2 + stated[bin]!
  return { counts, variance, background: off, alpha }
}

function backgroundScale(source: Spectrum, background: Spectrum, channel: number): number {
  const scale = (source.exposure * source.backscal[channel]! * source.areascal[channel]!) / (background.exposure * background.backscal[channel]! * background.areascal[channel]!)
  if (!(scale > 0 && scale < Infinity)) throw new HeavensError('file-unusable', { file: background.file, reason: `BACKSCAL or AREASCAL of channel ${channel + 1} is not positive, in it or in ${source.file}` })
  return scale
}

function refuse(reason: string): never {
  throw new HeavensError('no-data', { reason }, { path: 'statistic' })
}
