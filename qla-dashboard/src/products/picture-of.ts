import type { Wcs } from '@heavens/science/sky'
import { fromFrame, toFrame } from '../sky/frames.js'
import type { Picture } from './read-product.js'

/** A picture with its ways between pixels (FITS, centres from 1) and the sky (ICRS degrees). */
export function pictureOf(about: Pick<Picture, 'name' | 'unit' | 'width' | 'height' | 'values' | 'reader'>, wcs: Wcs | null): Picture {
  const { width, height } = about
  let sky: Float64Array | null = null
  const worldOf = (x: number, y: number): [number, number] | undefined => {
    if (!wcs) return [x, y]
    const world = wcs.toWorld(x, y)
    if (!world || wcs.frame !== 'galactic') return world
    const { ra, dec } = fromFrame('galactic', ...world)
    return [ra, dec]
  }
  const directions = (): Float64Array => {
    if (sky) return sky
    sky = new Float64Array(3 * width * height).fill(NaN)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const world = worldOf(x + 1, y + 1)
        if (!world) continue
        const [a, d] = [(world[0] * Math.PI) / 180, (world[1] * Math.PI) / 180]
        sky.set([Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)], 3 * (y * width + x))
      }
    }
    return sky
  }
  return {
    ...about, wcs, worldOf,
    pixelOf(lon, lat) {
      if (!wcs) return [lon, lat]
      const at = wcs.frame === 'galactic' ? toFrame('galactic', lon, lat) : { lon, lat }
      return wcs.toPixel(at.lon, at.lat)
    },
    // A pixel of a picture without coordinates is 1 wide.
    scale: wcs ? Math.sqrt(Math.abs(wcs.cdelt[0] * wcs.cdelt[1] * (wcs.pc[0] * wcs.pc[3] - wcs.pc[1] * wcs.pc[2]))) : 1,
    directions: wcs ? directions : null,
  }
}
