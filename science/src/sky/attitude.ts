import { separation, turn, unitVector } from './geometry.js'

const RADIAN = Math.PI / 180

/** Where an instrument points: its Z axis (the boresight) and its X axis, ICRS degrees. */
export interface Pointing {
  ra: number
  dec: number
  raX: number
  decX: number
}

/**
 * Angles of a direction in the instrument's frame.
 * @returns theta [deg] from the boresight, 0 … 180; phi [deg] from the X axis towards Y = Z × X, 0 ≤ phi < 360. An X axis
 *          that is not quite at a right angle is taken as its projection.
 */
export function boresightAngles(pointing: Pointing, ra: number, dec: number): { theta: number; phi: number } {
  const z = unitVector(pointing.ra, pointing.dec)
  const given = unitVector(pointing.raX, pointing.decX)
  const along = given[0] * z[0] + given[1] * z[1] + given[2] * z[2]
  const x = [given[0] - along * z[0], given[1] - along * z[1], given[2] - along * z[2]] as const
  const y = [z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]] as const
  const v = unitVector(ra, dec)
  const phi = Math.atan2(v[0] * y[0] + v[1] * y[1] + v[2] * y[2], v[0] * x[0] + v[1] * x[1] + v[2] * x[2]) / RADIAN
  return { theta: separation(pointing.ra, pointing.dec, ra, dec), phi: turn(phi) }
}

/**
 * Whether the Earth hides a direction from a satellite.
 * @param raZenith, decZenith direction away from the Earth's centre [deg]
 * @param earthRadiusAngle    half-angle of the Earth's disc [deg]: asin(R⊕ / distance from its centre), about 67° at 550 km
 */
export function isOcculted(raZenith: number, decZenith: number, earthRadiusAngle: number, ra: number, dec: number): boolean {
  return 180 - separation(raZenith, decZenith, ra, dec) < earthRadiusAngle
}
