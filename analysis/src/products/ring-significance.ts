import { liMaSignificance } from '@heavens/science/statistics'
import { discSum } from './disc-sum.js'

/**
 * Significance of the counts in a disc around each pixel over those in a ring around it: Li & Ma (1983), with α the ratio of
 * the areas that lie on the image and on the sky. NaN where a pixel is off the sky or has no ring.
 *
 * @param counts width·height
 * @param sky    1 where a pixel is a place on the sky, else 0
 * @param on     radius of the disc [pixels], ≥ 0
 */
export function ringSignificance(counts: Float64Array, sky: Float64Array, width: number, height: number, on: number): Float32Array {
  const inner = 1.5 * on + 1
  const outer = 4 * on + 2
  const [nOn, nInner, nOuter] = [on, inner, outer].map((r) => discSum(counts, width, height, r)) as [Float64Array, Float64Array, Float64Array]
  const [aOn, aInner, aOuter] = [on, inner, outer].map((r) => discSum(sky, width, height, r)) as [Float64Array, Float64Array, Float64Array]
  return Float32Array.from(counts, (_, i) => {
    const area = aOuter[i]! - aInner[i]!
    if (sky[i] !== 1 || area <= 0) return NaN
    return liMaSignificance(nOn[i]!, nOuter[i]! - nInner[i]!, aOn[i]! / area)
  })
}
