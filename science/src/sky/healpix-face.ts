import { HeavensError } from '@heavens/schemas'

/**
 * The twelve base pixels ("faces") of HEALPix (Górski et al. 2005, ApJ 622, 759). Inside a face, x runs north-east and
 * y north-west, 0 … nside − 1. Faces 0–3 touch the north pole, 4–7 straddle the equator, 8–11 touch the south pole.
 */
export type FacePixel = readonly [face: number, x: number, y: number]

/** Largest nside: its pixel numbers fit 32-bit integers (26″ pixels). */
export const NSIDE_MAX = 8192

/** Number of pixels of a map. @throws HeavensError bad-request unless 1 ≤ nside ≤ 8192 and whole */
export function nside2npix(nside: number): number {
  if (!Number.isInteger(nside) || nside < 1 || nside > NSIDE_MAX) throw new HeavensError('bad-request', { reason: `nside is a whole number from 1 to ${NSIDE_MAX}, not ${nside}` })
  return 12 * nside * nside
}

/** Checks a pixel number. @throws HeavensError bad-request unless 0 ≤ pix < npix and whole */
export function checkPixel(nside: number, pix: number): void {
  const npix = nside2npix(nside)
  if (!Number.isInteger(pix) || pix < 0 || pix >= npix) throw new HeavensError('bad-request', { reason: `there is no pixel ${pix} at nside ${nside}` })
}

/** The order log2(nside) that the nested scheme needs. @throws HeavensError bad-request unless nside is a power of two */
export function nsideOrder(nside: number): number {
  nside2npix(nside)
  if ((nside & (nside - 1)) !== 0) throw new HeavensError('bad-request', { reason: `nside ${nside} is not a power of two, as the nested scheme needs` })
  return 31 - Math.clz32(nside)
}

/** Twice the longitude of the face's centre in units of 45°: the eighths of a turn at which faces are centred. */
export function faceEighth(face: number): number {
  return face >= 4 && face < 8 ? 2 * (face - 4) : 2 * (face & 3) + 1
}

/** Ring (1 at the north pole) of a pixel of a face. */
export function faceRing(nside: number, face: number, x: number, y: number): number {
  return ((face >> 2) + 2) * nside - x - y - 1
}

/** Largest whole number whose square is at most n (n < 2^53). */
export function wholeRoot(n: number): number {
  let root = Math.floor(Math.sqrt(n))
  if (root * root > n) root--
  else if ((root + 1) * (root + 1) <= n) root++
  return root
}

/** Ring-scheme number of a pixel of a face. */
export function ringFromFace(nside: number, face: number, x: number, y: number): number {
  const ring = faceRing(nside, face, x, y)
  const npix = 12 * nside * nside
  let inQuarter = nside
  let before = 2 * nside * (nside - 1) + (ring - nside) * 4 * nside
  let shift = (ring - nside) & 1
  if (ring < nside) {
    inQuarter = ring
    before = 2 * ring * (ring - 1)
    shift = 0
  } else if (ring > 3 * nside) {
    inQuarter = 4 * nside - ring
    before = npix - 2 * inQuarter * (inQuarter + 1)
    shift = 0
  }
  let inRing = (faceEighth(face) * inQuarter + x - y + 1 + shift) >> 1
  if (inRing < 1) inRing += 4 * inQuarter
  return before + inRing - 1
}

/** Face pixel of a ring-scheme number. */
export function faceFromRing(nside: number, pix: number): FacePixel {
  const npix = 12 * nside * nside
  const cap = 2 * nside * (nside - 1)
  let ring: number
  let inRing: number
  let inQuarter: number
  let shift = 0
  let face: number
  if (pix < cap) {
    ring = (1 + wholeRoot(1 + 2 * pix)) >> 1
    inRing = pix + 1 - 2 * ring * (ring - 1)
    inQuarter = ring
    face = Math.floor((inRing - 1) / inQuarter)
  } else if (pix < npix - cap) {
    const belt = Math.floor((pix - cap) / (4 * nside))
    ring = belt + nside
    inRing = pix - cap - belt * 4 * nside + 1
    inQuarter = nside
    shift = belt & 1
    // Which of the diagonals between faces the pixel is past, counted along both of their directions.
    const down = Math.floor((inRing - ((belt + 1) >> 1) + nside - 1) / nside)
    const up = Math.floor((inRing - ((2 * nside + 1 - belt) >> 1) + nside - 1) / nside)
    face = up === down ? 4 + (up & 3) : up < down ? up : down + 8
  } else {
    const fromEnd = npix - pix
    inQuarter = (1 + wholeRoot(2 * fromEnd - 1)) >> 1
    inRing = 4 * inQuarter + 1 - (fromEnd - 2 * inQuarter * (inQuarter - 1))
    ring = 4 * nside - inQuarter
    face = 8 + Math.floor((inRing - 1) / inQuarter)
  }
  const south = ring - ((face >> 2) + 2) * nside + 1
  let east = 2 * inRing - faceEighth(face) * inQuarter - shift - 1
  if (east >= 2 * nside) east -= 8 * nside
  return [face, (east - south) >> 1, (-east - south) >> 1]
}

/** sin(latitude) and longitude [deg] of the centre of a face pixel, and cos(latitude). */
export function faceCentre(nside: number, face: number, x: number, y: number): [z: number, lon: number, cosLat: number] {
  const ring = faceRing(nside, face, x, y)
  let inQuarter = nside
  let z: number
  let cosLat: number
  if (ring < nside || ring > 3 * nside) {
    inQuarter = ring < nside ? ring : 4 * nside - ring
    const depth = (inQuarter * inQuarter) / (3 * nside * nside)
    z = ring < nside ? 1 - depth : depth - 1
    cosLat = Math.sqrt(depth * (2 - depth))
  } else {
    z = (2 * (2 * nside - ring)) / (3 * nside)
    cosLat = Math.sqrt((1 - z) * (1 + z))
  }
  let eighth = faceEighth(face) * inQuarter + x - y
  if (eighth < 0) eighth += 8 * inQuarter
  return [z, (45 * eighth) / inQuarter, cosLat]
}
