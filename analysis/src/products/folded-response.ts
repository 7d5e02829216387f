import { areaAt, containmentAt, redistributionAt } from '@heavens/science/gadf'
import type { RunPart } from './run-parts.js'

/** How the effective area was brought to what falls into the region. */
export type Containment = 'PSF' | 'POINT-LIKE' | 'NONE'

/** Effective area and redistribution, averaged over runs. Energies keV. */
export interface FoldedResponse {
  /** bins of true energy */
  low: Float64Array
  high: Float64Array
  /** cm² */
  area: Float64Array
  /** low.length · channels, a row for each bin of true energy */
  matrix: Float64Array
  containment: Containment
}

/**
 * Response of the parts together: areas averaged by live time, redistributions by live time × area. What a part does not
 * trust (outside `lowest` … `highest` of its run) is left out of its redistribution, as its counts are left out too.
 * Undefined where a run has no table of its energy dispersion.
 *
 * @param parts  at least one
 * @param edges  of the channels [keV]
 * @param radius of the region [deg]; areas of full enclosure are cut to the share of the point-spread function within
 */
export function foldRuns(parts: readonly RunPart[], edges: Float64Array, radius: number): FoldedResponse | undefined {
  const [energy] = parts[0]!.response.area.axes
  const [low, high] = [energy!.low, energy!.high]
  const centres = low.map((value, i) => Math.sqrt(value * high[i]!))
  const channels = edges.length - 1
  const live = parts.reduce((sum, part) => sum + part.live, 0)
  const area = new Float64Array(low.length)
  const matrix = new Float64Array(low.length * channels)
  const how = new Set<Containment>()
  for (const { response, offset, live: seconds } of parts) {
    if (response.dispersion === undefined) return undefined
    const own = areaAt(response, centres, offset)
    how.add(!response.fullEnclosure ? 'POINT-LIKE' : response.spread === undefined ? 'NONE' : 'PSF')
    if (response.fullEnclosure && response.spread !== undefined) containmentAt(response.spread, centres, offset, radius).forEach((share, i) => (own[i]! *= share))
    const redistribution = redistributionAt(response.dispersion, low, high, edges, offset)
    const trusted = trustedChannels(response, edges)
    for (let i = 0; i < low.length; i++) {
      const weight = (own[i]! * seconds) / live
      area[i]! += weight
      for (let c = 0; c < channels; c++) if (trusted[c] === 1) matrix[i * channels + c]! += weight * redistribution[i * channels + c]!
    }
  }
  for (let i = 0; i < low.length; i++) if (area[i]! > 0) for (let c = 0; c < channels; c++) matrix[i * channels + c]! /= area[i]!
  return { low, high, area, matrix, containment: how.size === 1 ? [...how][0]! : 'NONE' }
}

/** Which channels lie whole within the energies that a run trusts: 1 or 0 each. */
export function trustedChannels({ lowest, highest }: RunPart['response'], edges: Float64Array): Uint8Array {
  // The edges went through float32.
  const slack = 1e-6
  return Uint8Array.from({ length: edges.length - 1 }, (_, c) => (edges[c]! >= lowest * (1 - slack) && edges[c + 1]! <= highest * (1 + slack) ? 1 : 0))
}
