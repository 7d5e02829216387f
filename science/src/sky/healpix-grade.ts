import { HeavensError } from '@heavens/schemas'
import { faceFromRing, nside2npix, ringFromFace } from './healpix-face.js'

/**
 * A map at another resolution, ring scheme. Coarser: `sum` adds the pixels within each new one, `mean` averages those that
 * are not NaN. Finer: `sum` shares a value among the new pixels, `mean` repeats it. A new pixel without any value is NaN.
 *
 * @param map      values of 12 nside² pixels
 * @param nsideOut a divisor or a multiple of the nside of `map`
 * @throws HeavensError bad-request when the length is not that of a map, or the resolutions do not divide
 */
export function udGradeRing(map: ArrayLike<number>, nsideOut: number, mode: 'sum' | 'mean'): Float64Array {
  const nsideIn = Math.round(Math.sqrt(map.length / 12))
  if (nsideIn < 1 || nside2npix(nsideIn) !== map.length) throw new HeavensError('bad-request', { reason: `${map.length} values are not a HEALPix map` })
  const out = new Float64Array(nside2npix(nsideOut))
  if (nsideOut % nsideIn === 0) {
    const factor = nsideOut / nsideIn
    for (let pix = 0; pix < out.length; pix++) {
      const [face, x, y] = faceFromRing(nsideOut, pix)
      const value = map[ringFromFace(nsideIn, face, Math.floor(x / factor), Math.floor(y / factor))]!
      out[pix] = mode === 'sum' ? value / (factor * factor) : value
    }
    return out
  }
  if (nsideIn % nsideOut !== 0) throw new HeavensError('bad-request', { reason: `nside ${nsideIn} and ${nsideOut} do not divide` })
  const factor = nsideIn / nsideOut
  const filled = new Uint32Array(out.length)
  for (let pix = 0; pix < map.length; pix++) {
    const value = map[pix]!
    if (Number.isNaN(value)) continue
    const [face, x, y] = faceFromRing(nsideIn, pix)
    const to = ringFromFace(nsideOut, face, Math.floor(x / factor), Math.floor(y / factor))
    out[to] = out[to]! + value
    filled[to] = filled[to]! + 1
  }
  for (let pix = 0; pix < out.length; pix++) {
    if (filled[pix] === 0) out[pix] = Number.NaN
    else if (mode === 'mean') out[pix] = out[pix]! / filled[pix]!
  }
  return out
}
