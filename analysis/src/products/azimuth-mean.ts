import type { PointResponse } from '@heavens/instruments'
import { unitVector } from '@heavens/science/sky'
import { cosineEdges } from '../selection/cosine-edges.js'
import { azimuthOf, seen, type Limits, type Looks } from '../selection/exposed-time.js'

/** Bins of the cosine and of the azimuth: the area changes with azimuth by some per cent, slowly with the cosine. */
const COSINE_BINS = 12
const AZIMUTH_BINS = 36

/**
 * Area at the azimuths at which a place was seen over its mean over azimuth, by energy [keV] and cosine; 1 where it was not seen. Undefined where the response does not
 * know azimuth.
 */
export function azimuthMean({ azimuth }: PointResponse, looks: Looks, place: { ra: number; dec: number }, limits: Limits): ((energy: number, cosine: number) => number) | undefined {
  if (azimuth === undefined) return undefined
  const edges = cosineEdges(limits.fieldOfView, COSINE_BINS)
  const direction = unitVector(place.ra, place.dec)
  const [x, y, z] = direction
  const see = seen(looks, place.ra, place.dec, limits)
  const live = new Float64Array(COSINE_BINS * AZIMUTH_BINS)
  // Sums of time × cosine and time × azimuth: each bin is taken at its mean, which a short observation does not have in its middle.
  const cosines = new Float64Array(live.length)
  const turns = new Float64Array(live.length)
  const binOf = (cosine: number): number => {
    let bin = 0
    while (bin < COSINE_BINS - 1 && cosine <= edges[bin + 1]!) bin++
    return bin
  }
  looks.intervals.forEach(([start, stop], i) => {
    if (see[i] !== 1) return
    const cosine = looks.boresight[3 * i]! * x + looks.boresight[3 * i + 1]! * y + looks.boresight[3 * i + 2]! * z
    const turn = ((azimuthOf(looks, i, direction) % 360) + 360) % 360
    const bin = binOf(cosine) * AZIMUTH_BINS + Math.min(AZIMUTH_BINS - 1, Math.floor((turn / 360) * AZIMUTH_BINS))
    const seconds = (stop - start) * looks.live[i]!
    live[bin]! += seconds
    cosines[bin]! += seconds * cosine
    turns[bin]! += seconds * turn
  })
  const known = new Map<number, Float64Array>()
  return (energy, cosine) => {
    let means = known.get(energy)
    if (means === undefined) {
      means = Float64Array.from({ length: COSINE_BINS }, (_, b) => {
        let [sum, all] = [0, 0]
        for (let a = 0; a < AZIMUTH_BINS; a++) {
          const bin = b * AZIMUTH_BINS + a
          const seconds = live[bin]!
          if (seconds === 0) continue
          all += seconds
          sum += seconds * azimuth(energy, cosines[bin]! / seconds, turns[bin]! / seconds)
        }
        return all > 0 ? sum / all : 1
      })
      known.set(energy, means)
    }
    return means[binOf(cosine)]!
  }
}
