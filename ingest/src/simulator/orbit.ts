import type { SimulatedSky } from '@heavens/instruments'

export type SpacecraftState = ReturnType<SimulatedSky['spacecraft']>

/** A circular low-Earth orbit like Fermi's. Angles in radians at TT second 0 (MJD 51544.0 TT). */
export interface Orbit {
  node: number
  phase: number
}

/** Distance to Earth's centre [km]: 535 km above it. */
const RADIUS = 6378 + 535
const PERIOD = 5735
const INCLINATION = (25.6 * Math.PI) / 180
/** The node goes round westward in 53 days. */
const PRECESSION = (-2 * Math.PI) / (53 * 86400)
/** The boresight is held 50° to the north and to the south of the zenith, in turns of one orbit. */
const ROCKING = (50 * Math.PI) / 180
/** Greenwich sidereal time at 2000-01-01T00 and its rate [rad, rad/s]; a minute of TT − UT does not matter here. */
const SIDEREAL = (99.97 * Math.PI) / 180
const SIDEREAL_RATE = (2 * Math.PI) / 86164.09

/** Where the spacecraft is at t (TT s), where it looks, and whether it is in the South Atlantic Anomaly. */
export function spacecraftAt(orbit: Orbit, t: number): SpacecraftState {
  const u = orbit.phase + (2 * Math.PI * t) / PERIOD
  const node = orbit.node + PRECESSION * t
  const [cu, su, cn, sn] = [Math.cos(u), Math.sin(u), Math.cos(node), Math.sin(node)]
  const [ci, si] = [Math.cos(INCLINATION), Math.sin(INCLINATION)]
  const zenith = [cu * cn - su * ci * sn, cu * sn + su * ci * cn, su * si] as const
  const along = [-su * cn - cu * ci * sn, -su * sn + cu * ci * cn, cu * si] as const
  const pole = [si * sn, -si * cn, ci] as const

  const north = Math.floor((2 * Math.PI * t / PERIOD + orbit.phase) / (2 * Math.PI)) % 2 === 0 ? 1 : -1
  const [cr, sr] = [Math.cos(ROCKING), north * Math.sin(ROCKING)]
  const z = [cr * zenith[0] + sr * pole[0], cr * zenith[1] + sr * pole[1], cr * zenith[2] + sr * pole[2]] as const
  const [boresight, x, up] = [degrees(z), degrees(along), degrees(zenith)]
  const longitude = wrap(up.ra - ((SIDEREAL + SIDEREAL_RATE * t) * 180) / Math.PI)
  return {
    ra: boresight.ra, dec: boresight.dec, raX: x.ra, decX: x.dec, raZenith: up.ra, decZenith: up.dec,
    inSaa: inSouthAtlanticAnomaly(longitude, up.dec), radius: RADIUS,
  }
}

/** An ellipse over the South Atlantic and Brazil; the instruments of Fermi use a polygon of about this extent. Degrees, longitude in [−180, 180). */
export function inSouthAtlanticAnomaly(longitude: number, latitude: number): boolean {
  return ((longitude + 38) / 48) ** 2 + ((latitude + 27) / 22) ** 2 < 1
}

function degrees(v: readonly [number, number, number]): { ra: number; dec: number } {
  const ra = (Math.atan2(v[1], v[0]) * 180) / Math.PI
  return { ra: ra < 0 ? ra + 360 : ra, dec: (Math.atan2(v[2], Math.hypot(v[0], v[1])) * 180) / Math.PI }
}

function wrap(angle: number): number {
  return ((((angle + 180) % 360) + 360) % 360) - 180
}
