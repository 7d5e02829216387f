import { liMaSignificance } from '@heavens/science/statistics'
import { discSum } from './disc-sum.js'

/** Background from a ring around each pixel. */
export interface RingBackground {
  /** counts expected in each pixel; NaN where there is no ring or no acceptance */
  background: Float32Array
  /** of the counts in a disc around each pixel, Li & Ma (1983) */
  significance: Float32Array
  /** counts in the ring of each pixel */
  off: Float64Array
  /** acceptance of the disc / that of the ring */
  alpha: Float64Array
}

/**
 * What a ring around each pixel says of the counts in a disc around it, where the field does not see all places equally:
 * α is the acceptance of the disc over that of the ring.
 *
 * @param counts     width·height
 * @param acceptance background expected of each pixel but for a factor; 0 where nothing is seen
 * @param allowed    1 where background may be counted, 0 where sources are
 * @param radii      of the disc, and of the ring's edges [pixels]
 */
export function ringBackground(counts: Float64Array, acceptance: Float64Array, allowed: Float64Array, width: number, height: number, radii: { on: number; inner: number; outer: number }): RingBackground {
  const ring = (values: Float64Array): Float64Array => {
    const inside = discSum(values, width, height, radii.inner)
    return discSum(values, width, height, radii.outer).map((sum, i) => sum - inside[i]!)
  }
  const off = ring(counts.map((n, i) => n * allowed[i]!))
  const around = ring(acceptance.map((a, i) => a * allowed[i]!))
  const on = discSum(counts, width, height, radii.on)
  const alpha = discSum(acceptance, width, height, radii.on).map((a, i) => (acceptance[i]! > 0 && around[i]! > 0 ? a / around[i]! : NaN))
  return {
    off, alpha,
    background: Float32Array.from(acceptance, (a, i) => (a > 0 && around[i]! > 0 ? (a / around[i]!) * off[i]! : NaN)),
    significance: Float32Array.from(on, (n, i) => (alpha[i]! > 0 ? liMaSignificance(n, off[i]!, alpha[i]!) : NaN)),
  }
}
