import { liMaSignificance, onOffUpperLimit, poissonUpperLimit } from '@heavens/science/statistics'
import type { LightCurve } from './light-curve.js'

/** Confidence of the upper limits. */
export const LIMIT_LEVEL = 0.95

/** Rates of the bins of a curve [count/s]; NaN without live time. */
export interface CurveRates {
  rate: Float32Array
  error: Float32Array
  /** where a background is counted: Li & Ma (1983) */
  sigma?: Float32Array
  /** upper limit: of the source where a background is counted, and of fluxes; else of the total rate, where no count was seen (NaN elsewhere) */
  upper: Float32Array
}

/**
 * Rate and its error: counts over live time, less α · off where a background was counted beside. Then a bin in which the region
 * holds no count has no rate (NaN), only an upper limit: 0 ± 0 would be none. The same goes for fluxes.
 *
 * @param flux the instrument gives fluxes, counts are those of equal error
 */
export function curveRates({ counts, live, background }: LightCurve, flux = false): CurveRates {
  // Loops, as curves may have millions of bins.
  const per = (of: (i: number) => number): Float32Array => {
    const out = new Float32Array(counts.length)
    for (let i = 0; i < out.length; i++) out[i] = live[i]! > 0 ? of(i) / live[i]! : NaN
    return out
  }
  const seen = (i: number, value: number): number => (counts[i] === 0 ? NaN : value)
  // A limit takes a search, and many bins have the same counts.
  const total = remembered((n) => poissonUpperLimit(n, 0, LIMIT_LEVEL))
  if (flux) return { rate: per((i) => seen(i, counts[i]!)), error: per((i) => seen(i, Math.sqrt(counts[i]!))), upper: per((i) => total(counts[i]!)) }
  if (background === undefined) return { rate: per((i) => counts[i]!), error: per((i) => Math.sqrt(counts[i]!)), upper: per((i) => (counts[i] === 0 ? total(0) : NaN)) }
  const { off, alpha } = background
  const above = remembered((share) => remembered((m) => remembered((n) => onOffUpperLimit(n, m, share, LIMIT_LEVEL))))
  return {
    rate: per((i) => seen(i, counts[i]! - alpha[i]! * off[i]!)),
    error: per((i) => seen(i, Math.sqrt(counts[i]! + alpha[i]! ** 2 * off[i]!))),
    sigma: Float32Array.from(counts, (n, i) => (n + off[i]! > 0 ? liMaSignificance(n, off[i]!, alpha[i]!) : 0)),
    upper: per((i) => (Number.isFinite(alpha[i]) ? above(alpha[i]!)(off[i]!)(counts[i]!) : NaN)),
  }
}

/** A function of a number that is asked for each number once. */
function remembered<T>(of: (n: number) => T): (n: number) => T {
  const held = new Map<number, T>()
  return (n) => {
    const found = held.get(n)
    if (found !== undefined) return found
    const value = of(n)
    held.set(n, value)
    return value
  }
}
