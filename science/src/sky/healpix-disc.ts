import { faceFromRing, nside2npix, ringFromFace } from './healpix-face.js'
import { ringCentre } from './healpix-ring.js'

const RADIAN = Math.PI / 180
/** Each pixel is tried at 4 × 4 places of itself when overlap is asked for. */
const PARTS = 4

/** An angle [rad] that no pixel's corner is further from its centre than. */
export function pixelReach(nside: number): number {
  const z = 2 / 3
  const lon = Math.PI / (4 * nside)
  const upper = 1 - (1 - 1 / nside) ** 2 / 3
  const flat = Math.sqrt(1 - z * z)
  const upperFlat = Math.sqrt(1 - upper * upper)
  const dot = flat * Math.cos(lon) * upperFlat + z * upper
  const cross = Math.hypot(flat * Math.sin(lon) * upper, z * upperFlat - flat * Math.cos(lon) * upper, flat * Math.sin(lon) * upperFlat)
  return Math.atan2(cross, dot)
}

/**
 * Pixels of a disc on the sky, ring scheme, in ascending order.
 *
 * @param ra, dec   centre [deg]
 * @param radius    [deg], 0 … 180
 * @param inclusive false: pixels whose centre is in the disc. true: every pixel that overlaps it, and at most few that
 *                  only come near (closer than an eighth of a pixel).
 */
export function queryDisc(nside: number, ra: number, dec: number, radius: number, inclusive = false): Int32Array {
  nside2npix(nside)
  const z0 = Math.sin(dec * RADIAN)
  const flat0 = Math.cos(dec * RADIAN)
  if (!inclusive) return Int32Array.from(within(nside, ra, dec, radius * RADIAN))
  const candidates = within(nside, ra, dec, Math.min(Math.PI, radius * RADIAN + pixelReach(nside)))
  const fine = nside * PARTS
  const near = Math.cos(Math.min(Math.PI, radius * RADIAN + pixelReach(fine)))
  return Int32Array.from(candidates.filter((pix) => {
    const [face, x, y] = faceFromRing(nside, pix)
    for (let part = 0; part < PARTS * PARTS; part++) {
      const [z, lon, flat] = ringCentre(fine, ringFromFace(fine, face, x * PARTS + (part % PARTS), y * PARTS + Math.floor(part / PARTS)))
      if (z * z0 + flat * flat0 * Math.cos((lon - ra) * RADIAN) >= near) return true
    }
    return false
  }))
}

/** Pixels whose centres are at most `reach` [rad] away: an arc of each ring that the disc crosses. */
function within(nside: number, ra: number, dec: number, reach: number): number[] {
  const pixels: number[] = []
  if (!(reach >= 0)) return pixels
  const lat = dec * RADIAN
  const z0 = Math.sin(lat)
  const flat0 = Math.cos(lat)
  const top = lat + reach >= Math.PI / 2 ? 1 : ringAbove(nside, Math.sin(lat + reach))
  const bottom = lat - reach <= -Math.PI / 2 ? 4 * nside - 1 : Math.min(4 * nside - 1, ringAbove(nside, Math.sin(lat - reach)) + 1)
  const cosReach = Math.cos(reach)
  for (let ring = Math.max(1, top); ring <= bottom; ring++) {
    const { start, count, z, first } = ringLayout(nside, ring)
    const flat = Math.sqrt((1 - z) * (1 + z))
    // Spherical law of cosines: the half-width in longitude of the disc on this ring.
    const reachHere = flat * flat0 > 0 ? (cosReach - z * z0) / (flat * flat0) : cosReach - z * z0 > 0 ? 2 : -2
    if (reachHere > 1) continue
    if (reachHere <= -1) {
      for (let k = 0; k < count; k++) pixels.push(start + k)
      continue
    }
    const half = Math.acos(reachHere) / RADIAN
    const step = 360 / count
    const low = Math.ceil((ra - half) / step - first)
    const high = Math.min(Math.floor((ra + half) / step - first), low + count - 1)
    const arc: number[] = []
    for (let k = low; k <= high; k++) arc.push(start + k - count * Math.floor(k / count))
    pixels.push(...arc.sort((a, b) => a - b))
  }
  return pixels
}

/** The ring whose latitude is the lowest at or above sin(latitude) z; 0 above the first one. */
function ringAbove(nside: number, z: number): number {
  if (Math.abs(z) <= 2 / 3) return Math.floor(nside * (2 - 1.5 * z))
  const fromPole = Math.floor(nside * Math.sqrt(3 * (1 - Math.abs(z))))
  return z > 0 ? fromPole : 4 * nside - fromPole - 1
}

/** First pixel, number of pixels, sin(latitude) of a ring, and the phase of its first centre in steps. */
function ringLayout(nside: number, ring: number): { start: number; count: number; z: number; first: number } {
  if (ring < nside) return { start: 2 * ring * (ring - 1), count: 4 * ring, z: 1 - (ring * ring) / (3 * nside * nside), first: 0.5 }
  if (ring <= 3 * nside) {
    const belt = ring - nside
    return { start: 2 * nside * (nside - 1) + belt * 4 * nside, count: 4 * nside, z: (2 * (nside - belt)) / (3 * nside), first: belt & 1 ? 0 : 0.5 }
  }
  const mirror = 4 * nside - ring
  return { start: 12 * nside * nside - 2 * mirror * (mirror + 1), count: 4 * mirror, z: (mirror * mirror) / (3 * nside * nside) - 1, first: 0.5 }
}
