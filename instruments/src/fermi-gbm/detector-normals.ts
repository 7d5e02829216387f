import type { SimulatedSky } from '../instrument.js'
import { combine, cross, direction } from '../simulation/direction.js'
import type { Direction } from '../simulation/direction.js'

/**
 * Where each detector looks in spacecraft coordinates: azimuth from +x towards +y and angle from +z (the LAT's boresight),
 * degrees. Meegan et al. (2009), ApJ 702, 791, table 1.
 */
export const NORMALS: readonly (readonly [azimuth: number, zenith: number])[] = [
  [45.9, 20.6], [45.1, 45.3], [58.4, 90.2], [314.9, 45.2], [303.2, 90.3], [3.4, 89.8],
  [224.9, 20.4], [224.6, 46.2], [236.6, 90.0], [135.2, 45.6], [123.7, 90.4], [183.7, 90.3],
  [0, 90], [180, 90],
]

const RADIAN = Math.PI / 180

/** The directions of the detectors' normals in ICRS for an attitude. */
export function detectorNormals(state: ReturnType<SimulatedSky['spacecraft']>): Direction[] {
  const z = direction(state.ra, state.dec)
  const x = direction(state.raX, state.decX)
  const y = cross(z, x)
  return NORMALS.map(([azimuth, zenith]) => {
    const s = Math.sin(zenith * RADIAN)
    return combine(s * Math.cos(azimuth * RADIAN), x, s * Math.sin(azimuth * RADIAN), y, Math.cos(zenith * RADIAN), z)
  })
}
