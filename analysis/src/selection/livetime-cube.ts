import { unitVector } from '@heavens/science/sky'
import type { Looks } from './exposed-time.js'

/**
 * Live seconds of places on the sky by their angle from the boresight: `cube[place * bins + bin]` is the time that a place
 * spent with a cosine in (edges[bin + 1], edges[bin]].
 *
 * @param ra degrees
 * @param dec degrees, as many
 * @param edges cosines, descending from 1; one more than there are bins
 * @param zenith largest angle from the zenith [deg]; undefined: no cut. Where the zenith is not known, none either.
 */
export function livetimeCube(looks: Looks, ra: ArrayLike<number>, dec: ArrayLike<number>, edges: Float64Array, zenith?: number): Float64Array {
  const bins = edges.length - 1
  const out = new Float64Array(ra.length * bins)
  const least = edges[bins]!
  const leastUp = zenith === undefined ? -2 : Math.cos((zenith * Math.PI) / 180)
  const seconds = looks.live.map((live, i) => live * (looks.intervals[i]![1] - looks.intervals[i]![0]))
  const { boresight, zenith: up } = looks
  for (let place = 0; place < ra.length; place++) {
    const [x, y, z] = unitVector(ra[place]!, dec[place]!)
    for (let i = 0, k = 0; i < seconds.length; i++, k += 3) {
      const cosine = boresight[k]! * x + boresight[k + 1]! * y + boresight[k + 2]! * z
      if (cosine <= least || up[k]! * x + up[k + 1]! * y + up[k + 2]! * z < leastUp) continue
      let bin = 0
      while (bin < bins - 1 && cosine <= edges[bin + 1]!) bin++
      out[place * bins + bin]! += seconds[i]!
    }
  }
  return out
}
