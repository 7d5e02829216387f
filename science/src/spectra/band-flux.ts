import { multiply } from './solve-symmetric.js'
import type { Minimum } from './minimise.js'
import type { SpectralModel } from './parse-model.js'

export interface BandFlux {
  min: number
  max: number
  value: number
  /** distances from the value, [≤ 0, ≥ 0], 68 %, from the covariance of the fit; null where that is unknown */
  error: [number | null, number | null]
  unit: 'erg/cm2/s' | 'photons/cm2/s'
}

const ERG_PER_KEV = 1.602176634e-9
const STEPS = 500

/** Energy and photon flux of the model between two energies [keV], as it arrives: absorption stays in. */
export function bandFlux(model: SpectralModel, minimum: Minimum, free: readonly number[], min: number, max: number): BandFlux[] {
  const edges = Float64Array.from({ length: STEPS + 1 }, (_, i) => min * (max / min) ** (i / STEPS))
  const evaluate = model.on(edges.subarray(0, STEPS), edges.subarray(1))
  const flux = (values: readonly number[]): [number, number] => {
    let [energy, photons] = [0, 0]
    evaluate(values).forEach((n, i) => {
      photons += n
      energy += n * Math.sqrt(edges[i]! * edges[i + 1]!) * ERG_PER_KEV
    })
    return [energy, photons]
  }
  const value = flux(minimum.values)
  const slopes = free.map((index) => {
    const width = Math.max(1e-4 * Math.abs(minimum.values[index]!), 1e-8)
    const [low, high] = [-width, width].map((d) => flux(minimum.values.with(index, minimum.values[index]! + d))) as [[number, number], [number, number]]
    return [(high[0] - low[0]) / (2 * width), (high[1] - low[1]) / (2 * width)] as const
  })
  return (['erg/cm2/s', 'photons/cm2/s'] as const).map((unit, k) => {
    const gradient = slopes.map((slope) => slope[k]!)
    const variance = minimum.covariance === undefined ? undefined : multiply(minimum.covariance, gradient, free.length).reduce((sum, part, i) => sum + part * gradient[i]!, 0)
    const sigma = variance === undefined || !(variance >= 0) ? null : Math.sqrt(variance)
    return { min, max, value: value[k]!, error: [sigma === null ? null : -Math.min(sigma, value[k]!), sigma], unit }
  })
}
