import { HeavensError } from '@heavens/schemas'
import { turn } from './geometry.js'
import { PROJECTIONS, type ProjectionCode } from './projections.js'

const RADIAN = Math.PI / 180

export type SkyFrame = 'icrs' | 'galactic'

export interface WcsOptions {
  projection: ProjectionCode
  /** reference pixel; the centre of the first pixel is 1 */
  crpix: readonly [number, number]
  /** longitude and latitude of the reference point [deg] */
  crval: readonly [number, number]
  /** degrees per pixel; the first is negative where east is to the left */
  cdelt: readonly [number, number]
  /** PC1_1 PC1_2 PC2_1 PC2_2; a unit matrix where absent */
  pc?: readonly [number, number, number, number]
  frame?: SkyFrame
  /** LONPOLE [deg]; by Paper II where absent */
  lonpole?: number
  /** LATPOLE [deg], 90 where absent; decides only where two poles are possible */
  latpole?: number
}

export interface Wcs {
  readonly projection: ProjectionCode
  readonly crpix: readonly [number, number]
  readonly crval: readonly [number, number]
  readonly cdelt: readonly [number, number]
  readonly pc: readonly [number, number, number, number]
  readonly frame: SkyFrame
  readonly lonpole: number
  readonly latpole: number
  /** FITS pixel coordinates (centres from 1) of a position in the frame of the map [deg]; undefined where it is not on it */
  toPixel(lon: number, lat: number): [x: number, y: number] | undefined
  /** position in the frame of the map [deg], longitude 0 … 360; undefined outside the map */
  toWorld(x: number, y: number): [lon: number, lat: number] | undefined
  /** As `toPixel`, into the first two places of `out`; false, and `out` of no meaning, where it is not on the map. For many places. */
  pixelInto(lon: number, lat: number, out: Float64Array): boolean
  /** As `toWorld`, into the first two places of `out`; false outside the map. */
  worldInto(x: number, y: number, out: Float64Array): boolean
}

/**
 * A celestial world coordinate system after FITS WCS Papers I and II: pixel − CRPIX, PC, CDELT, projection, rotation of
 * the native sphere. Longitude and latitude are those of `frame`: nothing is turned from one frame to another here.
 *
 * @throws HeavensError bad-request for a matrix that cannot be inverted, or a LONPOLE that allows no pole
 */
export function makeWcs(options: WcsOptions): Wcs {
  const { projection, crpix, crval, cdelt, pc = [1, 0, 0, 1], frame = 'icrs', latpole = 90 } = options
  const { theta0, forward, inverse } = PROJECTIONS[projection]
  const lonpole = options.lonpole ?? (crval[1] >= theta0 ? 0 : 180)
  const [a, b, c, d] = [pc[0] * cdelt[0], pc[1] * cdelt[0], pc[2] * cdelt[1], pc[3] * cdelt[1]]
  const determinant = a * d - b * c
  if (!(Math.abs(determinant) > 0)) throw new HeavensError('bad-request', { reason: 'the pixel matrix of the map cannot be inverted' })
  const [poleLon, poleLat] = celestialPole(theta0, crval, lonpole, latpole)
  const [sinPole, cosPole] = [Math.sin(poleLat * RADIAN), Math.cos(poleLat * RADIAN)]
  // The same rotation both ways: only the two longitudes of the poles change places.
  const rotate = (lon: number, lat: number, from: number, to: number, out: Float64Array): void => {
    const step = (lon - from) * RADIAN
    const [s, flat] = [Math.sin(lat * RADIAN), Math.cos(lat * RADIAN)]
    const x = s * cosPole - flat * sinPole * Math.cos(step)
    const y = -flat * Math.sin(step)
    const z = s * sinPole + flat * cosPole * Math.cos(step)
    out[0] = to + Math.atan2(y, x) / RADIAN
    out[1] = Math.atan2(z, Math.hypot(x, y)) / RADIAN
  }
  const pixelInto = (lon: number, lat: number, out: Float64Array): boolean => {
    rotate(lon, lat, poleLon, lonpole, out)
    const native = out[0]!
    if (!forward(native - 360 * Math.round(native / 360), out[1]!, out)) return false
    const [u, v] = [out[0]!, out[1]!]
    out[0] = crpix[0] + (d * u - b * v) / determinant
    out[1] = crpix[1] + (a * v - c * u) / determinant
    return true
  }
  const worldInto = (x: number, y: number, out: Float64Array): boolean => {
    const [dx, dy] = [x - crpix[0], y - crpix[1]]
    if (!inverse(a * dx + b * dy, c * dx + d * dy, out)) return false
    rotate(out[0]!, out[1]!, lonpole, poleLon, out)
    out[0] = turn(out[0]!)
    return true
  }
  const pair = new Float64Array(2)
  return {
    projection, crpix, crval, cdelt, pc, frame, lonpole, latpole,
    pixelInto, worldInto,
    toPixel: (lon, lat) => (pixelInto(lon, lat, pair) ? [pair[0]!, pair[1]!] : undefined),
    toWorld: (x, y) => (worldInto(x, y, pair) ? [pair[0]!, pair[1]!] : undefined),
  }
}

/** Celestial longitude and latitude of the native pole: Paper II, equations 8 to 10. */
function celestialPole(theta0: 0 | 90, crval: readonly [number, number], lonpole: number, latpole: number): [lon: number, lat: number] {
  const [lon0, lat0] = crval
  if (theta0 === 90) return [lon0, lat0]
  const cosPhi = Math.cos(lonpole * RADIAN)
  const [sin0, cos0] = [Math.sin(lat0 * RADIAN), Math.cos(lat0 * RADIAN)]
  let lat: number
  if (Math.abs(cosPhi) < 1e-12) {
    // The native pole is a quarter of a turn away at any latitude: LATPOLE itself.
    if (Math.abs(sin0) > 1e-12) throw new HeavensError('bad-request', { reason: `LONPOLE ${lonpole} allows no pole for this reference point` })
    lat = latpole
  } else {
    const ratio = sin0 / Math.abs(cosPhi)
    if (Math.abs(ratio) > 1 + 1e-12) throw new HeavensError('bad-request', { reason: `LONPOLE ${lonpole} allows no pole for this reference point` })
    const base = cosPhi > 0 ? 0 : 180
    const away = Math.acos(Math.max(-1, Math.min(1, ratio))) / RADIAN
    const both = [base + away, base - away].map((l) => l - 360 * Math.round(l / 360)).filter((l) => Math.abs(l) <= 90 + 1e-9)
    const nearest = both.sort((p, q) => Math.abs(p - latpole) - Math.abs(q - latpole))[0]
    if (nearest === undefined) throw new HeavensError('bad-request', { reason: `LONPOLE ${lonpole} allows no pole for this reference point` })
    lat = nearest
  }
  if (Math.abs(cos0) < 1e-12) return [lon0, lat]
  if (lat > 90 - 1e-9) return [lon0 + lonpole - 180, 90]
  if (lat < -90 + 1e-9) return [lon0 - lonpole, -90]
  const [sinP, cosP] = [Math.sin(lat * RADIAN), Math.cos(lat * RADIAN)]
  return [lon0 - Math.atan2(Math.sin(lonpole * RADIAN) / cos0, (-sinP * sin0) / (cosP * cos0)) / RADIAN, lat]
}
