import { curveRates } from './curve-rates.js'
import type { LightCurve } from './light-curve.js'

/** Fluxes of the bins of a curve [photon cm⁻² s⁻¹]; NaN without exposure. */
export interface CurveFluxes {
  flux: Float32Array
  /** 1 σ of the counts; NaN where there is none */
  error: Float32Array
  /** upper limit; without a counted background only where there is no count, NaN elsewhere */
  upper: Float32Array
}

/**
 * Rate × live time / (exposure × containment): the flux of a point that gave these counts (less the background where one was
 * counted). A bin without a count has the flux 0 and no error, but an upper limit.
 */
export function curveFluxes(curve: LightCurve, { exposure, containment, trusted }: NonNullable<LightCurve['area']>): CurveFluxes {
  const counted: LightCurve = trusted === undefined ? curve : { ...curve, counts: trusted.counts, background: trusted }
  const { rate, error, upper } = curveRates(counted)
  const per = (of: (i: number) => number): Float32Array => Float32Array.from(counted.counts, (_, i) => (exposure[i]! > 0 ? of(i) / (exposure[i]! * containment) : NaN))
  return {
    flux: per((i) => rate[i]! * curve.live[i]!),
    error: per((i) => (counted.counts[i] === 0 ? NaN : error[i]! * curve.live[i]!)),
    upper: per((i) => upper[i]! * curve.live[i]!),
  }
}
