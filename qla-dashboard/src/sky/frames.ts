/**
 * Rotation from ICRS to galactic coordinates, row by row: the matrix of the Hipparcos catalogue (ESA SP-1200, vol. 1, eq. 1.5.11).
 */
const TO_GALACTIC = [
  -0.0548755604162154, -0.8734370902348850, -0.4838350155487132,
  0.4941094278755837, -0.4448296299600112, 0.746982244497219,
  -0.8676661490190047, -0.1980763734312015, 0.4559837761750669,
] as const
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const

export type SkyFrame = 'galactic' | 'icrs'
export type Matrix = readonly number[] | Float64Array
export type Vector = [x: number, y: number, z: number]

export const RAD = Math.PI / 180

/** The rotation from ICRS to a frame, 3×3 row by row. */
export function frameMatrix(frame: SkyFrame): Matrix {
  return frame === 'galactic' ? TO_GALACTIC : IDENTITY
}

/** a·b of two 3×3 matrices. */
export function product(a: Matrix, b: Matrix): Float64Array {
  const out = new Float64Array(9)
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) out[3 * i + j] = a[3 * i]! * b[j]! + a[3 * i + 1]! * b[3 + j]! + a[3 * i + 2]! * b[6 + j]!
  return out
}

/** Unit vector of a direction in degrees. */
export function vectorOf(lon: number, lat: number): Vector {
  const c = Math.cos(lat * RAD)
  return [c * Math.cos(lon * RAD), c * Math.sin(lon * RAD), Math.sin(lat * RAD)]
}

/** Longitude 0…360 and latitude of a vector of any length, degrees. */
export function directionOf(v: Readonly<Vector>): { lon: number; lat: number } {
  const lon = Math.atan2(v[1], v[0]) / RAD
  return { lon: lon < 0 ? lon + 360 : lon, lat: Math.atan2(v[2], Math.hypot(v[0], v[1])) / RAD }
}

/** m·v */
export function rotate(m: Matrix, v: Readonly<Vector>): Vector {
  return [m[0]! * v[0] + m[1]! * v[1] + m[2]! * v[2], m[3]! * v[0] + m[4]! * v[1] + m[5]! * v[2], m[6]! * v[0] + m[7]! * v[1] + m[8]! * v[2]]
}

/** mᵀ·v: the inverse of a rotation. */
export function rotateBack(m: Matrix, v: Readonly<Vector>): Vector {
  return [m[0]! * v[0] + m[3]! * v[1] + m[6]! * v[2], m[1]! * v[0] + m[4]! * v[1] + m[7]! * v[2], m[2]! * v[0] + m[5]! * v[1] + m[8]! * v[2]]
}

/** ICRS degrees to a frame. */
export function toFrame(frame: SkyFrame, ra: number, dec: number): { lon: number; lat: number } {
  return directionOf(rotate(frameMatrix(frame), vectorOf(ra, dec)))
}

/** Degrees of a frame to ICRS. */
export function fromFrame(frame: SkyFrame, lon: number, lat: number): { ra: number; dec: number } {
  const d = directionOf(rotateBack(frameMatrix(frame), vectorOf(lon, lat)))
  return { ra: d.lon, dec: d.lat }
}

/** Angle between two directions [degrees]; exact for small angles. */
export function separation(ra1: number, dec1: number, ra2: number, dec2: number): number {
  const a = vectorOf(ra1, dec1)
  const b = vectorOf(ra2, dec2)
  const cross = Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
  return Math.atan2(cross, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) / RAD
}
