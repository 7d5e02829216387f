import { areaAt, containmentAt, redistributionAt } from '@heavens/science/gadf'
import { intersect, lowerBound, totalLength } from '../selection/intervals.js'
import { powerLawPhotons } from './band-area.js'
import { alphaOf, binOf } from './curve-background.js'
import type { LightCurve } from './light-curve.js'
import type { GroupContext, ProductBand } from './product-context.js'
import type { Reflected } from './reflected-context.js'
import type { RunPart } from './run-parts.js'

/**
 * The same curve with what fluxes of runs need: counts on and off of the energies that each run trusts, and the exposure [cm² s] that makes their excess the flux
 * of the whole band. That exposure is the counts that a power law gives in these energies (area at the offset, what falls into the region, energy
 * dispersion) over its photons in the band: where a run trusts a part of the band only, the rest is the power law's.
 *
 * Unchanged where a run has no energy dispersion, or none is given. Bins that no run covers have no exposure.
 *
 * @param parts the runs with their responses, ascending
 * @param bands [keV], disjoint
 * @param index Γ of dN/dE ∝ E^−Γ
 */
export function withRunFluxes(context: GroupContext, reflected: Reflected, parts: readonly RunPart[], curve: LightCurve, bands: readonly ProductBand[], index: number): LightCurve {
  const { radius } = context
  if (parts.length === 0 || radius === undefined || parts.some(({ response }) => response.dispersion === undefined)) return curve
  const bins = curve.start.length
  const exposure = new Float64Array(bins)
  const area = parts.map((part) => effectiveArea(part, bands, index, radius))
  for (let bin = 0; bin < bins; bin++) {
    const own: [number, number] = [curve.start[bin]!, curve.start[bin]! + curve.width[bin]!]
    parts.forEach(({ interval, live }, i) => (exposure[bin]! += ((totalLength(intersect([interval], [own])) * live) / (interval[1] - interval[0])) * area[i]!))
  }
  const counts = new Int32Array(bins)
  trusted(context.group.events, parts, bands, curve, (bin) => counts[bin]!++)
  const off = new Int32Array(bins)
  const expected = new Float64Array(bins)
  trusted(reflected.context.group.events, parts, bands, curve, (bin, row) => {
    off[bin]!++
    expected[bin]! += reflected.weights[row]!
  })
  const alpha = Float64Array.from(off, (n, bin) => alphaOf(reflected, [curve.start[bin]!, curve.start[bin]! + curve.width[bin]!], n, expected[bin]!))
  return { ...curve, area: { exposure, containment: 1, trusted: { counts, off, alpha }, index } }
}

/** Counts per photon of the band [cm²], of what falls into the region with an energy that the run trusts. */
function effectiveArea({ response, offset }: RunPart, bands: readonly ProductBand[], index: number, radius: number): number {
  const [energy] = response.area.axes
  const [low, high] = [energy!.low, energy!.high]
  const middle = low.map((value, i) => Math.sqrt(value * high[i]!))
  const seen = areaAt(response, middle, offset)
  if (response.fullEnclosure && response.spread !== undefined) containmentAt(response.spread, middle, offset, radius).forEach((share, i) => (seen[i]! *= share))
  let counts = 0
  for (const { eMin, eMax } of bands) {
    const [from, to] = [Math.max(eMin, response.lowest), Math.min(eMax, response.highest)]
    if (!(to > from)) continue
    const share = redistributionAt(response.dispersion!, low, high, Float64Array.of(from, to), offset)
    for (let i = 0; i < low.length; i++) counts += powerLawPhotons(low[i]!, high[i]!, index) * seen[i]! * share[i]!
  }
  return counts / bands.reduce((sum, { eMin, eMax }) => sum + powerLawPhotons(eMin > 0 ? eMin : eMax / 1000, eMax, index), 0)
}

/** Each event within the bands whose energy its run trusts, with its bin. */
function trusted({ time, energy }: { time: Float64Array; energy?: Float32Array }, parts: readonly RunPart[], bands: readonly ProductBand[], curve: LightCurve, use: (bin: number, row: number) => void): void {
  if (energy === undefined) return
  for (const { interval, response } of parts) {
    const to = lowerBound(time, interval[1])
    for (let row = lowerBound(time, interval[0]); row < to; row++) {
      const value = energy[row]!
      if (value < response.lowest || value >= response.highest || !bands.some(({ eMin, eMax }) => value >= eMin && value < eMax)) continue
      const bin = binOf(curve, time[row]!)
      if (bin >= 0) use(bin, row)
    }
  }
}
