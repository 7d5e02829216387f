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

/**
 * Significance of the counts in a disc around each pixel over those in a ring around it: Li & Ma (1983), with α the ratio of
 * the areas that lie on the image and on the sky. NaN where a pixel is off the sky or has no ring.
 *
 * @param sky    1 where a pixel is a place on the sky, else 0; width·height
 * @param radius of the disc [pixels], ≥ 0; the ring goes from 1.5 to 4 times that
 * @returns      a function of counts, width·height
 */
export function ringSignificance(sky: Float64Array, width: number, height: number, radius: number): (counts: Float64Array) => Float32Array {
  const area = discAndRing(sky, width, height, radius)
  return (counts) => {
    const { disc, ring } = discAndRing(counts, width, height, radius)
    return Float32Array.from(disc, (on, i) => (sky[i] === 1 && area.ring[i]! > 0 ? liMaSignificance(on, ring[i]!, area.disc[i]! / area.ring[i]!) : NaN))
  }
}
