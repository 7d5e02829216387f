import { z } from 'zod'

/** One light curve: a group and a band of one run of an instrument, in bins of one width [s]. */
export const CurveKey = z.strictObject({ instrument: z.string(), run: z.string(), group: z.string(), band: z.string(), width: z.number().positive() })
export type CurveKey = z.infer<typeof CurveKey>

export const curveKeyExample: CurveKey = { instrument: 'fermi-gbm', run: 'main', group: 'n0', band: '50-300', width: 0.064 }

/**
 * Bins of one curve, ascending by index, all arrays of equal length. Bin i covers
 * [index[i]·width + phase, (index[i] + 1)·width + phase) in TT seconds since MJD 51544.0.
 */
export interface CurveBins {
  /** seconds; 0 on the absolute grid */
  phase: number
  index: Float64Array
  counts: Float64Array
  /** live seconds */
  exposure: Float32Array
  /** expected background counts; NaN where there is no estimate */
  background: Float32Array
  /** 0 for the first version of a bin, one more with each change by late data */
  revision: Uint16Array
  /** share of the bin's good time whose data have arrived, 0…1 */
  completeness: Float32Array
  /** bit 0: provisional (the bin is still open) */
  flags: Uint8Array
}

/** What the curves topic carries: the values are in the curve store, this says that they changed. */
export const CurveNotice = z.strictObject({ instrument: z.string(), run: z.string(), from: z.number(), to: z.number(), watermark: z.number() })
export type CurveNotice = z.infer<typeof CurveNotice>

export const curveNoticeExample: CurveNotice = { instrument: 'fermi-gbm', run: 'main', from: 612526819.2, to: 612526820.224, watermark: 612526820.25 }

/** Flag of a bin that is still open: more counts may come without its `revision` rising. */
export const BIN_PROVISIONAL = 1

/** Rate and its Gaussian error √n / exposure of bin i [counts/s]; NaN without exposure. */
export function binRate(bins: CurveBins, i: number): { rate: number; error: number } {
  const exposure = bins.exposure[i]!
  return exposure > 0 ? { rate: bins.counts[i]! / exposure, error: Math.sqrt(bins.counts[i]!) / exposure } : { rate: NaN, error: NaN }
}
