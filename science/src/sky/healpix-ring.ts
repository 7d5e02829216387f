import { checkPixel, nside2npix, wholeRoot } from './healpix-face.js'

const RADIAN = Math.PI / 180

/**
 * Pixel of a direction, ring scheme.
 * @param z      sin(latitude)
 * @param quarter longitude / 90°, 0 ≤ quarter ≤ 4
 * @param cosLat cos(latitude), read only near the poles where √(1 − z²) has lost its digits
 */
function locate(nside: number, z: number, quarter: number, cosLat: number): number {
  const above = Math.abs(z)
  if (above <= 2 / 3) {
    const a = nside * (0.5 + quarter)
    const b = nside * z * 0.75
    // Counts of the ascending and the descending pixel edges that were passed.
    const down = (a - b) | 0
    const up = (a + b) | 0
    const belt = nside + 1 + down - up
    let inRing = (down + up - nside + 2 - (belt & 1) + 8 * nside) >> 1
    const row = 4 * nside
    inRing -= row * ((inRing / row) | 0)
    return 2 * nside * (nside - 1) + (belt - 1) * row + inRing
  }
  const within = quarter - (quarter | 0)
  const reach = above < 0.99 ? nside * Math.sqrt(3 * (1 - above)) : (nside * cosLat) / Math.sqrt((1 + above) / 3)
  const ring = ((within * reach) | 0) + (((1 - within) * reach) | 0) + 1
  let inRing = (quarter * ring) | 0
  if (inRing >= 4 * ring) inRing -= 4 * ring
  return z > 0 ? 2 * ring * (ring - 1) + inRing : 12 * nside * nside - 2 * ring * (ring + 1) + inRing
}

/** Longitude as quarters of a turn in [0, 4). */
export function quarterTurns(lon: number): number {
  const turns = lon / 360
  const quarter = (turns - Math.floor(turns)) * 4
  return quarter >= 4 ? 0 : quarter
}

/**
 * Pixel that holds a position, ring scheme.
 *
 * @param nside 1 … 8192, any whole number
 * @param ra    longitude [deg], any turn
 * @param dec   latitude [deg], −90 … 90
 * @returns     0 … 12 nside² − 1
 */
export function ang2pixRing(nside: number, ra: number, dec: number): number {
  nside2npix(nside)
  const lat = dec * RADIAN
  return locate(nside, Math.sin(lat), quarterTurns(ra), Math.cos(lat))
}

/**
 * Pixels of many positions, ring scheme: `ang2pixRing` for each. Positions that are not finite get pixel 0 or the like;
 * mask them before.
 *
 * @param ra  longitudes [deg], any turn
 * @param dec latitudes [deg], as many
 * @param out pixel numbers, at least as many
 */
export function ang2pixRingMany(nside: number, ra: Float64Array | Float32Array, dec: Float64Array | Float32Array, out: Int32Array | Uint32Array): void {
  nside2npix(nside)
  for (let i = 0; i < ra.length; i++) {
    const lat = dec[i]! * RADIAN
    const z = Math.sin(lat)
    const lon = ra[i]!
    // Positions are mostly in 0 … 360 already.
    const quarter = lon >= 0 && lon < 360 ? lon / 90 : quarterTurns(lon)
    out[i] = locate(nside, z, quarter, z > 0.98 || z < -0.98 ? Math.cos(lat) : 0)
  }
}

/** Pixel of a vector, ring scheme; the vector need not be of unit length. */
export function vec2pixRing(nside: number, x: number, y: number, z: number): number {
  nside2npix(nside)
  const flat = Math.hypot(x, y)
  const length = Math.hypot(flat, z)
  return locate(nside, z / length, quarterTurns(Math.atan2(y, x) / RADIAN), flat / length)
}

/** sin(latitude), longitude [deg] and cos(latitude) of a pixel's centre, ring scheme. */
export function ringCentre(nside: number, pix: number): [z: number, lon: number, cosLat: number] {
  const npix = 12 * nside * nside
  const cap = 2 * nside * (nside - 1)
  if (pix < cap || pix >= npix - cap) {
    const north = pix < cap
    const fromPole = north ? pix : npix - 1 - pix
    const ring = (1 + wholeRoot(1 + 2 * fromPole)) >> 1
    const inRing = fromPole - 2 * ring * (ring - 1)
    const depth = (ring * ring) / (3 * nside * nside)
    const lon = ((inRing + 0.5) * 90) / ring
    return [north ? 1 - depth : depth - 1, north ? lon : 360 - lon, Math.sqrt(depth * (2 - depth))]
  }
  const belt = Math.floor((pix - cap) / (4 * nside))
  const inRing = pix - cap - belt * 4 * nside
  const z = (2 * (nside - belt)) / (3 * nside)
  return [z, ((inRing + (belt & 1 ? 0 : 0.5)) * 90) / nside, Math.sqrt((1 - z) * (1 + z))]
}

/** Centre of a pixel, ring scheme: [longitude in 0 … 360, latitude] in degrees. @throws HeavensError bad-request for no such pixel */
export function pix2angRing(nside: number, pix: number): [ra: number, dec: number] {
  checkPixel(nside, pix)
  const [z, lon, cosLat] = ringCentre(nside, pix)
  return [lon, Math.atan2(z, cosLat) / RADIAN]
}

/** Unit vector of a pixel's centre, ring scheme. @throws HeavensError bad-request for no such pixel */
export function pix2vecRing(nside: number, pix: number): [x: number, y: number, z: number] {
  checkPixel(nside, pix)
  const [z, lon, cosLat] = ringCentre(nside, pix)
  return [cosLat * Math.cos(lon * RADIAN), cosLat * Math.sin(lon * RADIAN), z]
}
