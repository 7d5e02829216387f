import type { FitsFile } from '@heavens/science/fits'
import { lnGamma } from '@heavens/science/statistics'
import { nodesAround, readParameters, readResponseGrid } from './response-grid.js'

/** Probability that a photon of an energy [MeV] at a cosine is given one between neighbouring edges [MeV, ascending]. */
export type Redistribution = (energy: number, cosine: number, edges: Float64Array) => Float64Array

/** Ratios of given to true energy that are looked at, in steps equal in their logarithm. */
const LOWEST = 0.05
const STEPS = 400
const RATIOS = Float64Array.from({ length: STEPS + 1 }, (_, i) => LOWEST * (1 / LOWEST / LOWEST) ** (i / STEPS))

/**
 * Energy dispersion of one conversion type: of x = (E′ − E) / (S(E, θ) E) the sum of two peaks, each with its own width, bias, power
 * and a ratio of widths on its two sides, S a quadratic form in log E and cosine (form of Pass 8, as the Fermi Science
 * Support Center describes it). Between the nodes the probabilities are linear in log E and cosine; they are made 1 in all.
 */
export async function readRedistribution(file: FitsFile, type: string): Promise<Redistribution> {
  const grid = await readResponseGrid(file, `ENERGY DISPERSION${type}`, ['F', 'S1', 'K1', 'BIAS', 'BIAS2', 'S2', 'K2', 'PINDEX1', 'PINDEX2'])
  const scale = await readParameters(file, `EDISP_SCALING_PARAMS${type}`, 'EDISPSCALE', 6)
  const { F, S1, K1, BIAS, BIAS2, S2, K2, PINDEX1, PINDEX2 } = grid.columns
  return (energy, cosine, edges) => {
    const logE = Math.log10(energy)
    const width = scale[0]! * logE ** 2 + scale[1]! * cosine ** 2 + scale[2]! * logE + scale[3]! * cosine + scale[4]! * logE * cosine + scale[5]!
    const cumulative = new Float64Array(STEPS + 1)
    for (const [i, weight] of nodesAround(grid, logE, cosine)) {
      const first = peak(S1![i]!, K1![i]!, BIAS![i]!, PINDEX1![i]!)
      const second = peak(S2![i]!, K2![i]!, BIAS2![i]!, PINDEX2![i]!)
      let before = 0
      const own = new Float64Array(STEPS + 1)
      for (let k = 0; k <= STEPS; k++) {
        const x = (RATIOS[k]! - 1) / width
        const density = F![i]! * first(x) + (1 - F![i]!) * second(x)
        if (k > 0) own[k] = own[k - 1]! + ((before + density) / 2) * (RATIOS[k]! - RATIOS[k - 1]!)
        before = density
      }
      for (let k = 0; k <= STEPS; k++) cumulative[k]! += (weight * own[k]!) / own[STEPS]!
    }
    const below = Float64Array.from(edges, (edge) => shareBelow(cumulative, edge / energy))
    return Float64Array.from({ length: edges.length - 1 }, (_, c) => below[c + 1]! - below[c]!)
  }
}

/** A peak at `bias` of integral 1 that falls as exp(−(k |x − b| / σ)^p) above it, and with 1/k in place of k below. */
function peak(sigma: number, k: number, bias: number, power: number): (x: number) => number {
  const norm = (power * k) / (sigma * Math.exp(lnGamma(1 / power)) * (1 + k * k))
  return (x) => norm * Math.exp(-((((x >= bias ? k : 1 / k) * Math.abs(x - bias)) / sigma) ** power))
}

function shareBelow(cumulative: Float64Array, ratio: number): number {
  if (ratio <= LOWEST) return 0
  const at = (Math.log(ratio / LOWEST) / Math.log(1 / LOWEST / LOWEST)) * STEPS
  if (at >= STEPS) return 1
  const k = Math.floor(at)
  return cumulative[k]! + (cumulative[k + 1]! - cumulative[k]!) * ((ratio - RATIOS[k]!) / (RATIOS[k + 1]! - RATIOS[k]!))
}
