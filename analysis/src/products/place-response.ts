import type { PointResponse } from '@heavens/instruments'
import { cosineEdges } from '../selection/cosine-edges.js'
import { azimuthMean } from './azimuth-mean.js'
import { livetimeCube } from '../selection/livetime-cube.js'
import { looksIn } from '../selection/looks-in.js'
import type { FoldedResponse } from './folded-response.js'
import type { GroupContext } from './product-context.js'

/** Bins of true energy per decade, on the absolute grid 10^(k/16) keV, and how many decades beyond the channels they reach. */
const PER_DECADE = 16
const BEYOND = 0.5
/** Bins of the cosine for areas, and for redistributions, which change less and take longer. */
const AREA_BINS = 40
const MATRIX_BINS = 6
/** Energies within a bin over which a redistribution is averaged. */
const SAMPLES = 3

/** The response that holds for the place of a spectrum, with how it was averaged. */
export interface PlaceResponse {
  folded: FoldedResponse
  /** live seconds */
  live: number
  /** degrees from the boresight, on average */
  offset: number
  /** channels of which the sources hold anything: 1 or 0 each */
  held: Uint8Array
  /** whether energies are spread as in flight; false: each photon is given its own */
  spread: boolean
}

/**
 * Area [cm²] of the region and redistribution of a target, averaged over the angles and azimuths at which it was seen, by live time (and by
 * area for the redistribution). Undefined where the response, the pointing or the target is not known, or the target was not seen.
 *
 * @param edges of the channels [keV]; what the sources had cut off goes into none
 */
export function placeResponse(context: GroupContext, edges: Float64Array): PlaceResponse | undefined {
  const { response, looks, limits, radius } = context
  const { target } = context.used
  if (response === undefined || looks === undefined || limits === undefined || target === undefined) return undefined
  const within = looksIn(looks, context.intervals)
  const cubeOf = (bins: number): { live: Float64Array; share: Float64Array; cosine: Float64Array } => {
    const cosines = cosineEdges(limits.fieldOfView, bins)
    const { live, weighted } = livetimeCube(within, [target.ra], [target.dec], cosines, limits.zenith)
    return { live, share: weighted.map((value, b) => (live[b]! > 0 ? value / live[b]! : 0)), cosine: cosines.slice(1).map((edge, b) => (edge + cosines[b]!) / 2) }
  }
  const fine = cubeOf(AREA_BINS)
  const live = fine.live.reduce((a, b) => a + b, 0)
  if (!(live > 0)) return undefined
  const within1 = (energy: number, cosine: number): number => (radius === undefined ? 1 : (response.containment?.(energy, cosine, radius) ?? 1))
  const turned = azimuthMean(response, within, target, limits)
  const of = (energy: number, { live: seconds, share, cosine }: typeof fine): Float64Array => seconds.map((t, b) => (t > 0 ? t * response.area(energy, cosine[b]!, share[b]!) * (turned?.(energy, cosine[b]!) ?? 1) * within1(energy, cosine[b]!) : 0))
  const { low, high } = trueEnergies(edges)
  const { eMin = 0, eMax = Infinity } = context.whole.cuts
  const cut = edges.map((edge) => Math.min(eMax, Math.max(eMin, edge)))
  const coarse = cubeOf(MATRIX_BINS)
  const channels = edges.length - 1
  const area = new Float64Array(low.length)
  const matrix = new Float64Array(low.length * channels)
  for (let row = 0; row < low.length; row++) {
    const middle = Math.sqrt(low[row]! * high[row]!)
    area[row] = of(middle, fine).reduce((a, b) => a + b, 0) / live
    const weights = of(middle, coarse)
    const sum = weights.reduce((a, b) => a + b, 0)
    weights.forEach((weight, b) => {
      if (weight === 0) return
      const spread = spreadOver(response, low[row]!, high[row]!, coarse.cosine[b]!, cut)
      for (let c = 0; c < channels; c++) matrix[row * channels + c]! += (weight / sum) * spread[c]!
    })
  }
  const offset = fine.live.reduce((sum, t, b) => sum + (t / live) * ((Math.acos(fine.cosine[b]!) * 180) / Math.PI), 0)
  return {
    folded: { low, high, area, matrix, containment: radius === undefined || response.containment === undefined ? 'NONE' : 'PSF' },
    live, offset, held: Uint8Array.from({ length: channels }, (_, c) => (cut[c + 1]! > cut[c]! ? 1 : 0)), spread: response.redistribution !== undefined,
  }
}

/** Bins of true energy that hold whatever may be given an energy of the channels. */
function trueEnergies(edges: Float64Array): { low: Float64Array; high: Float64Array } {
  const first = Math.floor((Math.log10(edges[0]!) - BEYOND) * PER_DECADE)
  const last = Math.ceil((Math.log10(edges.at(-1)!) + BEYOND) * PER_DECADE)
  const edge = (k: number): number => 10 ** ((first + k) / PER_DECADE)
  return { low: Float64Array.from({ length: last - first }, (_, k) => edge(k)), high: Float64Array.from({ length: last - first }, (_, k) => edge(k + 1)) }
}

/** Probabilities of the channels for the photons of a bin of true energy. */
function spreadOver(response: PointResponse, low: number, high: number, cosine: number, edges: Float64Array): Float64Array {
  if (response.redistribution !== undefined) {
    const out = new Float64Array(edges.length - 1)
    for (let s = 0; s < SAMPLES; s++) response.redistribution(low * (high / low) ** ((s + 0.5) / SAMPLES), cosine, edges).forEach((share, c) => (out[c]! += share / SAMPLES))
    return out
  }
  return Float64Array.from({ length: edges.length - 1 }, (_, c) => Math.max(0, Math.log(Math.min(high, edges[c + 1]!) / Math.max(low, edges[c]!))) / Math.log(high / low))
}
