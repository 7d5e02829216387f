import { unitVector } from '@heavens/science/sky'
import { cosineEdges } from '../selection/cosine-edges.js'
import { azimuthOf, seen } from '../selection/exposed-time.js'
import type { Exposure } from '../selection/exposure.js'
import { bandArea, powerLaw } from './band-area.js'
import type { LightCurve } from './light-curve.js'
import type { GroupContext, ProductBand } from './product-context.js'
import { exposureInBins } from '../selection/exposure.js'

/** Bins of the cosine: an area is that of the middle of its bin, to a part in a thousand. */
const COSINE_BINS = 160

/** Degrees of azimuth within which an area is taken as one: it has four periods in the circle. */
const AZIMUTH_STEP = 1

/** Area of bands at an azimuth over its mean, averaged as the area is; worked out where it is asked for, once. Undefined where the response does not know azimuth. */
function azimuthFactor(response: NonNullable<GroupContext['response']>, bands: readonly ProductBand[], index: number, edges: Float64Array): ((bin: number, azimuth: number) => number) | undefined {
  const { azimuth } = response
  if (azimuth === undefined) return undefined
  const { energy, weight } = powerLaw(bands, index)
  const steps = 360 / AZIMUTH_STEP
  const known = new Map<number, number>()
  return (bin, angle) => {
    const step = Math.floor((((angle % 360) + 360) % 360) / AZIMUTH_STEP) % steps
    const key = bin * steps + step
    let found = known.get(key)
    if (found === undefined) {
      const cosine = (edges[bin]! + edges[bin + 1]!) / 2
      let [at, mean] = [0, 0]
      energy.forEach((e, i) => {
        const own = weight[i]! * response.area(e, cosine, 1)
        mean += own
        at += own * azimuth(e, cosine, (step + 0.5) * AZIMUTH_STEP)
      })
      known.set(key, (found = mean > 0 ? at / mean : 1))
    }
    return found
  }
}

/**
 * The same curve with the exposure of its bins in cm² s, for the area of its bands averaged over a power law (at the azimuth of each look where the response knows it), and the share of a
 * point's photons that fall into the region. Unchanged where the response, the target or the pointing is not known.
 */
export function withExposure(context: GroupContext, curve: LightCurve, bands: readonly ProductBand[]): LightCurve {
  const { response, looks, limits, radius, photonIndex } = context
  const { target } = context.used
  if (response === undefined || looks === undefined || limits === undefined || target === undefined) return curve
  const edges = cosineEdges(limits.fieldOfView, COSINE_BINS)
  const { fixed, slope } = bandArea(response, bands, photonIndex, edges)
  const see = seen(looks, target.ra, target.dec, limits)
  const [x, y, z] = unitVector(target.ra, target.dec)
  const depth = 1 - edges[COSINE_BINS]!
  const byAngle = new Float64Array(COSINE_BINS)
  const factor = azimuthFactor(response, bands, photonIndex, edges)
  const area = looks.live.map((live, i) => {
    if (see[i] !== 1) return 0
    const cosine = looks.boresight[3 * i]! * x + looks.boresight[3 * i + 1]! * y + looks.boresight[3 * i + 2]! * z
    const bin = Math.min(COSINE_BINS - 1, Math.floor(COSINE_BINS * Math.sqrt(Math.max(0, 1 - cosine) / depth)))
    const own = live * (fixed[bin]! + slope[bin]! * live) * (factor?.(bin, azimuthOf(looks, i, [x, y, z])) ?? 1)
    byAngle[bin]! += own * (looks.intervals[i]![1] - looks.intervals[i]![0])
    return own
  })
  const exposed: Exposure = { intervals: looks.intervals, live: area }
  // Each bin has its own start and end: between two lies a gap, or nothing.
  const ends = Float64Array.from({ length: 2 * curve.start.length }, (_, k) => curve.start[k >> 1]! + (k & 1) * curve.width[k >> 1]!)
  const exposure = exposureInBins(exposed, ends).filter((_, k) => k % 2 === 0)
  const { containment } = response
  if (containment === undefined || radius === undefined) return { ...curve, area: { exposure, containment: 1 } }
  const { energy, weight } = powerLaw(bands, photonIndex)
  let inside = 0
  let all = 0
  byAngle.forEach((share, bin) => {
    if (share === 0) return
    const cosine = (edges[bin]! + edges[bin + 1]!) / 2
    let [within, sum] = [0, 0]
    energy.forEach((e, i) => {
      const own = weight[i]! * response.area(e, cosine, 1)
      within += own * containment(e, cosine, radius)
      sum += own
    })
    inside += (share * within) / sum
    all += share
  })
  return { ...curve, area: { exposure, containment: all > 0 ? inside / all : 1 } }
}
