const RADIAN = Math.PI / 180

/**
 * Rows of the rotation from ICRS to Galactic coordinates: pole at RA 192.85948°, Dec 27.12825°, and the ascending node at
 * galactic longitude 32.93192° (Hipparcos, ESA SP-1200, vol. 1, section 1.5.3).
 */
const GALACTIC: readonly (readonly [number, number, number])[] = (() => {
  const [ra, dec, node] = [192.85948 * RADIAN, 27.12825 * RADIAN, 32.93192 * RADIAN]
  const pole = [Math.cos(dec) * Math.cos(ra), Math.cos(dec) * Math.sin(ra), Math.sin(dec)] as const
  // The node lies a quarter of a turn east of the pole on the equator, the third axis completes them.
  const rising = [-Math.sin(ra), Math.cos(ra), 0] as const
  const third = [-Math.sin(dec) * Math.cos(ra), -Math.sin(dec) * Math.sin(ra), Math.cos(dec)] as const
  const mix = (a: number, b: number): [number, number, number] => [a * rising[0] + b * third[0], a * rising[1] + b * third[1], a * rising[2] + b * third[2]]
  return [mix(Math.cos(node), -Math.sin(node)), mix(Math.sin(node), Math.cos(node)), pole]
})()

/** Unit vector of a direction [deg]: x towards (0, 0), z towards the pole. */
export function unitVector(lon: number, lat: number): [x: number, y: number, z: number] {
  const flat = Math.cos(lat * RADIAN)
  return [flat * Math.cos(lon * RADIAN), flat * Math.sin(lon * RADIAN), Math.sin(lat * RADIAN)]
}

/** Direction of a vector of any length: [longitude 0 … 360, latitude] in degrees. */
export function directionOf(x: number, y: number, z: number): [lon: number, lat: number] {
  return [turn(Math.atan2(y, x) / RADIAN), Math.atan2(z, Math.hypot(x, y)) / RADIAN]
}

/** An angle [deg] brought to 0 ≤ angle < 360. */
export function turn(angle: number): number {
  const turned = angle % 360
  const positive = turned < 0 ? turned + 360 : turned
  return positive >= 360 ? 0 : positive + 0
}

/** Angle between two directions, by the formula of Vincenty: exact for small and for large angles. Degrees, 0 … 180. */
export function separation(ra1: number, dec1: number, ra2: number, dec2: number): number {
  const step = (ra2 - ra1) * RADIAN
  const [s1, c1, s2, c2] = [Math.sin(dec1 * RADIAN), Math.cos(dec1 * RADIAN), Math.sin(dec2 * RADIAN), Math.cos(dec2 * RADIAN)]
  const across = Math.hypot(c2 * Math.sin(step), c1 * s2 - s1 * c2 * Math.cos(step))
  return Math.atan2(across, s1 * s2 + c1 * c2 * Math.cos(step)) / RADIAN
}

/** Direction in which the second position lies from the first: degrees from north through east, 0 ≤ angle < 360. */
export function positionAngle(ra1: number, dec1: number, ra2: number, dec2: number): number {
  const step = (ra2 - ra1) * RADIAN
  const [s1, c1, s2, c2] = [Math.sin(dec1 * RADIAN), Math.cos(dec1 * RADIAN), Math.sin(dec2 * RADIAN), Math.cos(dec2 * RADIAN)]
  return turn(Math.atan2(c2 * Math.sin(step), c1 * s2 - s1 * c2 * Math.cos(step)) / RADIAN)
}

/** Galactic [longitude 0 … 360, latitude] of an ICRS position, degrees. */
export function galacticFromIcrs(ra: number, dec: number): [l: number, b: number] {
  const v = unitVector(ra, dec)
  const [x, y, z] = GALACTIC.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as [number, number, number]
  return directionOf(x, y, z)
}

/** ICRS [right ascension 0 … 360, declination] of a galactic position, degrees. */
export function icrsFromGalactic(l: number, b: number): [ra: number, dec: number] {
  const v = unitVector(l, b)
  const [x, y, z] = [0, 1, 2].map((k) => GALACTIC[0]![k]! * v[0] + GALACTIC[1]![k]! * v[1] + GALACTIC[2]![k]! * v[2]) as [number, number, number]
  return directionOf(x, y, z)
}

/** ICRS position of an FK5 (J2000) one: the same numbers, which is right to 0.03″ (Feissel & Mignard 1998). */
export function icrsFromFk5(ra: number, dec: number): [ra: number, dec: number] {
  return [ra, dec]
}
