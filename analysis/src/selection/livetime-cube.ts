import { unitVector } from '@heavens/science/sky'
import type { Looks } from './exposed-time.js'

/** Live seconds by place and cosine of the angle from the boresight, and the same times the live fraction: `live[place * bins + bin]`. */
export interface LivetimeCube {
  live: Float64Array
  weighted: Float64Array
}

/** Steps of the cosine from which a bin is looked up. */
const STEPS = 1024

/**
 * Live seconds of places on the sky by their angle from the boresight: a bin is the time that a place
 * spent with a cosine in (edges[bin + 1], edges[bin]].
 *
 * @param ra degrees
 * @param dec degrees, as many
 * @param edges cosines, descending from 1; one more than there are bins
 * @param zenith largest angle from the zenith [deg]; undefined: no cut. Where the zenith is not known, none either.
 */
export function livetimeCube(looks: Looks, ra: ArrayLike<number>, dec: ArrayLike<number>, edges: Float64Array, zenith?: number): LivetimeCube {
  const bins = edges.length - 1
  const live = new Float64Array(ra.length * bins)
  const weighted = new Float64Array(ra.length * bins)
  const least = edges[bins]!
  const leastUp = zenith === undefined ? -2 : Math.cos((zenith * Math.PI) / 180)
  const seconds = looks.live.map((share, i) => share * (looks.intervals[i]![1] - looks.intervals[i]![0]))
  const { boresight, zenith: up } = looks
  // First bin that may hold a cosine of each step; the edges decide.
  const scale = STEPS / (1 - least)
  const guess = Uint16Array.from({ length: STEPS + 1 }, (_, k) => Math.max(0, edges.findIndex((edge, b) => b > 0 && edge < 1 - k / scale) - 1))
  for (let place = 0; place < ra.length; place++) {
    const [x, y, z] = unitVector(ra[place]!, dec[place]!)
    for (let i = 0, k = 0; i < seconds.length; i++, k += 3) {
      const cosine = boresight[k]! * x + boresight[k + 1]! * y + boresight[k + 2]! * z
      if (cosine <= least || up[k]! * x + up[k + 1]! * y + up[k + 2]! * z < leastUp) continue
      let bin = guess[Math.max(0, Math.floor((1 - cosine) * scale))]!
      while (bin < bins - 1 && cosine <= edges[bin + 1]!) bin++
      live[place * bins + bin]! += seconds[i]!
      weighted[place * bins + bin]! += seconds[i]! * looks.live[i]!
    }
  }
  return { live, weighted }
}
