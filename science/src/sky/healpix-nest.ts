import { checkPixel, faceCentre, faceFromRing, nsideOrder, ringFromFace, type FacePixel } from './healpix-face.js'
import { quarterTurns } from './healpix-ring.js'

const RADIAN = Math.PI / 180

/** Moves the 16 low bits of n to the even places. */
function spread(n: number): number {
  let v = n & 0xffff
  v = (v | (v << 8)) & 0x00ff00ff
  v = (v | (v << 4)) & 0x0f0f0f0f
  v = (v | (v << 2)) & 0x33333333
  return (v | (v << 1)) & 0x55555555
}

/** Gathers the bits at even places: the inverse of `spread`. */
function gather(n: number): number {
  let v = n & 0x55555555
  v = (v | (v >>> 1)) & 0x33333333
  v = (v | (v >>> 2)) & 0x0f0f0f0f
  v = (v | (v >>> 4)) & 0x00ff00ff
  return (v | (v >>> 8)) & 0xffff
}

/** Nested number of a face pixel: face, then the bits of y and x interleaved. `order` is log2(nside). */
export function nestFromFace(order: number, face: number, x: number, y: number): number {
  return face * 4 ** order + spread(x) + 2 * spread(y)
}

/** Face (0…11) and place on it of a pixel in the nested numbering of an order. */
export function faceFromNest(order: number, pix: number): FacePixel {
  const face = Math.floor(pix / 4 ** order)
  const rest = pix - face * 4 ** order
  return [face, gather(rest), gather(rest >>> 1)]
}

/** Face pixel that holds a direction. `quarter`: longitude / 90° in [0, 4). */
function faceAt(nside: number, order: number, z: number, quarter: number, cosLat: number): FacePixel {
  const above = Math.abs(z)
  if (above <= 2 / 3) {
    const a = nside * (0.5 + quarter)
    const b = nside * z * 0.75
    const down = Math.floor(a - b)
    const up = Math.floor(a + b)
    const faceDown = down >> order
    const faceUp = up >> order
    const face = faceDown === faceUp ? 4 + (faceDown & 3) : faceDown < faceUp ? faceDown : faceUp + 8
    return [face, up & (nside - 1), nside - (down & (nside - 1)) - 1]
  }
  const side = Math.min(3, Math.floor(quarter))
  const within = quarter - side
  const reach = above < 0.99 ? nside * Math.sqrt(3 * (1 - above)) : (nside * cosLat) / Math.sqrt((1 + above) / 3)
  const down = Math.min(nside - 1, Math.floor(within * reach))
  const up = Math.min(nside - 1, Math.floor((1 - within) * reach))
  return z > 0 ? [side, nside - up - 1, nside - down - 1] : [side + 8, down, up]
}

/** Pixel that holds a position, nested scheme; degrees, nside a power of two up to 8192. @throws HeavensError bad-request */
export function ang2pixNest(nside: number, ra: number, dec: number): number {
  const order = nsideOrder(nside)
  const lat = dec * RADIAN
  const [face, x, y] = faceAt(nside, order, Math.sin(lat), quarterTurns(ra), Math.cos(lat))
  return nestFromFace(order, face, x, y)
}

/** Centre of a pixel, nested scheme: [longitude in 0 … 360, latitude] in degrees. @throws HeavensError bad-request */
export function pix2angNest(nside: number, pix: number): [ra: number, dec: number] {
  const order = nsideOrder(nside)
  checkPixel(nside, pix)
  const [z, lon, cosLat] = faceCentre(nside, ...faceFromNest(order, pix))
  return [lon, Math.atan2(z, cosLat) / RADIAN]
}

/** Ring-scheme number of a nested one. @throws HeavensError bad-request */
export function nest2ring(nside: number, pix: number): number {
  const order = nsideOrder(nside)
  checkPixel(nside, pix)
  return ringFromFace(nside, ...faceFromNest(order, pix))
}

/** Nested number of a ring-scheme one. @throws HeavensError bad-request */
export function ring2nest(nside: number, pix: number): number {
  const order = nsideOrder(nside)
  checkPixel(nside, pix)
  return nestFromFace(order, ...faceFromRing(nside, pix))
}
