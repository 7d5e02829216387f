/** A unit vector in ICRS. */
export type Direction = readonly [x: number, y: number, z: number]

const RADIAN = Math.PI / 180

export function direction(ra: number, dec: number): Direction {
  const c = Math.cos(dec * RADIAN)
  return [c * Math.cos(ra * RADIAN), c * Math.sin(ra * RADIAN), Math.sin(dec * RADIAN)]
}

/** Degrees: right ascension in [0, 360), declination. The vector need not have unit length. */
export function angles(v: Direction): { ra: number; dec: number } {
  const ra = Math.atan2(v[1], v[0]) / RADIAN
  return { ra: ra < 0 ? ra + 360 : ra, dec: Math.atan2(v[2], Math.hypot(v[0], v[1])) / RADIAN }
}

export function dot(a: Direction, b: Direction): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

export function cross(a: Direction, b: Direction): Direction {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/** a·x + b·y + c·z */
export function combine(a: number, x: Direction, b: number, y: Direction, c: number, z: Direction): Direction {
  return [a * x[0] + b * y[0] + c * z[0], a * x[1] + b * y[1] + c * z[1], a * x[2] + b * y[2] + c * z[2]]
}

/** Earth's mean equatorial radius with 40 km of atmosphere that is opaque to gamma rays [km]. */
const OPAQUE_EARTH = 6378 + 40

/**
 * Whether Earth hides a direction.
 *
 * @param zenith direction away from Earth's centre
 * @param radius distance to Earth's centre [km]
 */
export function hiddenByEarth(towards: Direction, zenith: Direction, radius: number): boolean {
  return dot(towards, zenith) < -Math.sqrt(1 - (OPAQUE_EARTH / radius) ** 2)
}
