import { directionOf, icrsFromGalactic, unitVector } from '@heavens/science/sky'

/** Rotation from ICRS to galactic coordinates, row by row: its rows are the galactic axes. */
const TO_GALACTIC: readonly number[] = ([[0, 0], [90, 0], [0, 90]] as const).flatMap(([l, b]) => unitVector(...icrsFromGalactic(l, b)))
const IDENTITY: readonly number[] = [1, 0, 0, 0, 1, 0, 0, 0, 1]

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

/** Longitude 0…360 and latitude of a vector of any length, degrees. */
export function lonLatOf(v: Readonly<Vector>): { lon: number; lat: number } {
  const [lon, lat] = directionOf(...v)
  return { lon, lat }
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
  return lonLatOf(rotate(frameMatrix(frame), unitVector(ra, dec)))
}

/** Degrees of a frame to ICRS. */
export function fromFrame(frame: SkyFrame, lon: number, lat: number): { ra: number; dec: number } {
  const d = lonLatOf(rotateBack(frameMatrix(frame), unitVector(lon, lat)))
  return { ra: d.lon, dec: d.lat }
}
