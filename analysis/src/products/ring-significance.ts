import { liMaSignificance } from '@heavens/science/statistics'
import { discSum } from './disc-sum.js'

/** Sums over a disc around each pixel and over a ring around the disc. */
interface DiscAndRing {
  disc: Float64Array
  ring: Float64Array
}

function discAndRing(values: Float64Array, width: number, height: number, radius: number): DiscAndRing {
  const disc = discSum(values, width, height, radius)
  const inner = discSum(values, width, height, 1.5 * radius + 1)
  const outer = discSum(values, width, height, 4 * radius + 2)
  return { disc, ring: outer.map((sum, i) => sum - inner[i]!) }
}

/** Exposure of a ring, in whole pixels of the best, below which it is rounding. */
const LEAST = 1e-6

/**
 * Significance of the counts in a disc around each pixel over those in a ring around it: Li & Ma (1983), with α the ratio of
 * the exposures of both, as far as they lie on the image. NaN where a pixel was not seen or has no ring.
 *
 * @param exposure of each pixel in any unit, 0 where nothing was seen; where it is not known 1 on the sky and 0 off it; width·height
 * @param radius   of the disc [pixels], ≥ 0; the ring goes from 1.5 to 4 times that
 * @returns        a function of counts, width·height
 */
export function ringSignificance(exposure: Float64Array, width: number, height: number, radius: number): (counts: Float64Array) => Float32Array {
  const most = exposure.reduce((a, b) => (b > a ? b : a), 0)
  const area = discAndRing(exposure.map((value) => (most > 0 ? value / most : 0)), width, height, radius)
  return (counts) => {
    const { disc, ring } = discAndRing(counts, width, height, radius)
    return Float32Array.from(disc, (on, i) => (exposure[i]! > 0 && area.ring[i]! > LEAST ? liMaSignificance(on, ring[i]!, area.disc[i]! / area.ring[i]!) : NaN))
  }
}
