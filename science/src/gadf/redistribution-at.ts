import { bracket, logMiddles, middles } from './bracket.js'
import type { ResponseTable } from './response-table.js'

/** Energies within a bin of true energy over which the redistribution is averaged. */
const SAMPLES = 5

/**
 * Probability that a photon of a bin of true energy is given an energy of a channel, at an offset [deg] from the pointing:
 * dP/dmigra, linear in offset and in the logarithm of energy, made 1 in all and integrated between the edges of the channels.
 *
 * @param dispersion (energy, migra, offset)
 * @param low, high  bins of true energy [keV], > 0
 * @param edges      of the channels [keV], ascending
 * @returns          low.length · (edges.length − 1), a row for each bin of true energy; 0 where the table holds nothing
 */
export function redistributionAt(dispersion: ResponseTable, low: Float64Array, high: Float64Array, edges: Float64Array, offset: number): Float64Array {
  const [energy, migra, theta] = dispersion.axes as [ResponseTable['axes'][0], ResponseTable['axes'][0], ResponseTable['axes'][0]]
  const [n, m] = [energy.low.length, migra.low.length]
  const t = bracket(middles(theta), offset)
  const nodes = logMiddles(energy)
  const channels = edges.length - 1
  const out = new Float64Array(low.length * channels)
  const cumulative = new Float64Array(m + 1)
  // The plane (energy, migra) at this offset.
  const plane = Float64Array.from({ length: n * m }, (_, i) => (1 - t.share) * dispersion.values[i + n * m * t.lower]! + t.share * dispersion.values[i + n * m * t.upper]!)
  for (let row = 0; row < low.length; row++) {
    for (let sample = 0; sample < SAMPLES; sample++) {
      const value = low[row]! * (high[row]! / low[row]!) ** ((sample + 0.5) / SAMPLES)
      const e = bracket(nodes, Math.log(value))
      for (let k = 0; k < m; k++) {
        const density = (1 - e.share) * plane[e.lower + n * k]! + e.share * plane[e.upper + n * k]!
        cumulative[k + 1] = cumulative[k]! + density * (migra.high[k]! - migra.low[k]!)
      }
      const total = cumulative[m]!
      if (!(total > 0)) continue
      let below = shareBelow(cumulative, migra, edges[0]! / value)
      for (let c = 0; c < channels; c++) {
        const upTo = shareBelow(cumulative, migra, edges[c + 1]! / value)
        out[row * channels + c]! += (upTo - below) / total / SAMPLES
        below = upTo
      }
    }
  }
  return out
}

/** The cumulative at a ratio of energies, linear within a bin. */
function shareBelow(cumulative: Float64Array, { low, high }: ResponseTable['axes'][0], ratio: number): number {
  const m = low.length
  if (ratio <= low[0]!) return 0
  if (ratio >= high[m - 1]!) return cumulative[m]!
  // Bins are of one width in every file seen; the guess is then exact.
  let k = Math.min(m - 1, Math.max(0, Math.floor(((ratio - low[0]!) / (high[m - 1]! - low[0]!)) * m)))
  while (k > 0 && ratio < low[k]!) k--
  while (k < m - 1 && ratio >= high[k]!) k++
  return cumulative[k]! + (cumulative[k + 1]! - cumulative[k]!) * ((ratio - low[k]!) / (high[k]! - low[k]!))
}
