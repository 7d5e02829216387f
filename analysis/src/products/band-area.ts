import type { PointResponse } from '@heavens/instruments'
import type { ProductBand } from './product-context.js'

/** Effective area [cm²] of a band in each bin of the cosine: `fixed + slope · live fraction`. */
export interface BandArea {
  fixed: Float64Array
  slope: Float64Array
}

/** Energies per decade at which a band is looked at. */
const PER_DECADE = 20

/**
 * Effective area of one or several bands together, averaged over photons of a power law: ∫ A(E) E^−Γ dE / ∫ E^−Γ dE, at the middle of each bin of
 * the cosine.
 *
 * @param edges cosines, descending
 * @param index Γ
 */
export function bandArea(response: PointResponse, bands: readonly ProductBand[], index: number, edges: Float64Array): BandArea {
  const bins = edges.length - 1
  const out: BandArea = { fixed: new Float64Array(bins), slope: new Float64Array(bins) }
  const { energy, weight } = powerLaw(bands, index)
  for (let b = 0; b < bins; b++) {
    const cosine = (edges[b]! + edges[b + 1]!) / 2
    // A straight line in the live fraction, through two points of what occurs.
    let [low, high] = [0, 0]
    energy.forEach((e, i) => {
      low += weight[i]! * response.area(e, cosine, 0.5)
      high += weight[i]! * response.area(e, cosine, 1)
    })
    out.slope[b] = 2 * (high - low)
    out.fixed[b] = 2 * low - high
  }
  return out
}

/** ∫ E^−Γ dE between two energies; near Γ = 1 no digits are lost. */
export function powerLawPhotons(low: number, high: number, index: number): number {
  const power = 1 - index
  const width = Math.log(high / low)
  return low ** power * (Math.abs(power * width) < 1e-9 ? width : Math.expm1(power * width) / power)
}

/** Energies [keV] of disjoint bands and the share of the photons of a power law near each; a band that begins at 0 is taken from a thousandth of its end. */
export function powerLaw(bands: readonly ProductBand[], index: number): { energy: Float64Array; weight: Float64Array } {
  const parts = bands.flatMap(({ eMin, eMax }) => {
    const low = eMin > 0 ? eMin : eMax / 1000
    const steps = Math.max(4, Math.ceil(Math.log10(eMax / low) * PER_DECADE))
    const step = Math.log(eMax / low) / steps
    return Array.from({ length: steps }, (_, i) => low * Math.exp((i + 0.5) * step)).map((energy) => ({ energy, photons: energy ** (1 - index) * step }))
  })
  const sum = parts.reduce((total, { photons }) => total + photons, 0)
  return { energy: Float64Array.from(parts, ({ energy }) => energy), weight: Float64Array.from(parts, ({ photons }) => photons / sum) }
}
