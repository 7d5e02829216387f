import { separation, unitVector } from '@heavens/science/sky'

const DEGREE = Math.PI / 180
/** Step with which a place is searched past an excluded one [rad], and least gap to the target's own disc: those of gammapy. */
const STEP = 0.1

export interface Place {
  ra: number
  dec: number
}

/**
 * Centres of discs of `radius` [deg] as far from the boresight as the target, side by side, none touching the target's
 * disc or the excluded one around it. Empty where the target lies closer to the boresight than its radius.
 *
 * @param exclusion degrees around the target in which no disc may reach
 */
export function reflectedRegions(boresight: Place, target: Place, radius: number, exclusion: number): Place[] {
  const offset = separation(boresight.ra, boresight.dec, target.ra, target.dec)
  if (offset <= radius) return []
  const width = 2 * Math.asin(Math.sin(radius * DEGREE) / Math.sin(offset * DEGREE))
  const out: Place[] = []
  let angle = width + STEP
  while (angle < 2 * Math.PI - width - STEP) {
    const place = turned(boresight, target, angle)
    if (separation(place.ra, place.dec, target.ra, target.dec) < radius + exclusion) angle += STEP
    else {
      out.push(place)
      angle += width
    }
  }
  return out
}

/** A place turned around an axis by an angle [rad] (Rodrigues). */
function turned(axis: Place, place: Place, angle: number): Place {
  const k = unitVector(axis.ra, axis.dec)
  const v = unitVector(place.ra, place.dec)
  const dot = k[0] * v[0] + k[1] * v[1] + k[2] * v[2]
  const cross = [k[1] * v[2] - k[2] * v[1], k[2] * v[0] - k[0] * v[2], k[0] * v[1] - k[1] * v[0]]
  const [x, y, z] = [0, 1, 2].map(i => v[i]! * Math.cos(angle) + cross[i]! * Math.sin(angle) + k[i]! * dot * (1 - Math.cos(angle))) as [number, number, number]
  return { ra: ((Math.atan2(y, x) / DEGREE) + 360) % 360, dec: Math.asin(Math.max(-1, Math.min(1, z))) / DEGREE }
}
