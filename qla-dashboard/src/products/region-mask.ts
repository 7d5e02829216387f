import { unitVector } from '@heavens/science/sky'
import type { Region } from './image-region.js'
import type { Picture } from './read-product.js'

const DEGREE = Math.PI / 180

type Vector = [x: number, y: number, z: number]

/** Unit vectors to the east and to the north at a position [deg]. */
export function axesAt(lon: number, lat: number): { east: Vector; north: Vector } {
  const [a, d] = [lon * DEGREE, lat * DEGREE]
  return { east: [-Math.sin(a), Math.cos(a), 0], north: [-Math.sin(d) * Math.cos(a), -Math.sin(d) * Math.sin(a), Math.cos(d)] }
}

/** Distance of every pixel from a point [deg, or pixels without coordinates], row by row. NaN off the sky. */
export function distances(picture: Picture, lon: number, lat: number): Float64Array {
  const { width, height } = picture
  const out = new Float64Array(width * height).fill(NaN)
  const sky = picture.directions?.()
  if (!sky) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[y * width + x] = Math.hypot(x + 1 - lon, y + 1 - lat)
    return out
  }
  const [cx, cy, cz] = unitVector(lon, lat)
  for (let i = 0; i < out.length; i++) {
    // By the chord: exact for small distances, as the cosine is not.
    const half = Math.hypot(sky[3 * i]! - cx, sky[3 * i + 1]! - cy, sky[3 * i + 2]! - cz) / 2
    out[i] = (2 * Math.asin(Math.min(1, half))) / DEGREE
  }
  return out
}

/** Whether the middle of each pixel is in the region; 1 or 0, row by row. Sides of a box are measured on the plane that touches the sky at its middle. */
export function regionMask(picture: Picture, region: Region): Uint8Array {
  const out = new Uint8Array(picture.width * picture.height)
  if (region.shape === 'box') return boxMask(picture, region, out)
  const [inner, outer] = region.shape === 'circle' ? [0, region.radius] : [region.inner, region.outer]
  const sky = picture.directions?.()
  if (!sky) {
    distances(picture, region.lon, region.lat).forEach((d, i) => { out[i] = d >= inner && d <= outer ? 1 : 0 })
    return out
  }
  // Radii as squares of chords: no root and no arc for each pixel.
  const chord = (angle: number): number => (2 * Math.sin((Math.min(180, angle) * DEGREE) / 2)) ** 2
  const [near, far] = [chord(inner), chord(outer)]
  const [cx, cy, cz] = unitVector(region.lon, region.lat)
  for (let i = 0; i < out.length; i++) {
    const [dx, dy, dz] = [sky[3 * i]! - cx, sky[3 * i + 1]! - cy, sky[3 * i + 2]! - cz]
    const square = dx * dx + dy * dy + dz * dz
    out[i] = square >= near && square <= far ? 1 : 0
  }
  return out
}

function boxMask({ width, height, ...picture }: Picture, region: Extract<Region, { shape: 'box' }>, out: Uint8Array): Uint8Array {
  const turned = (region.angle ?? 0) * DEGREE
  const [cos, sin] = [Math.cos(turned), Math.sin(turned)]
  const [half, tall] = [region.width / 2, region.height / 2]
  const inside = (right: number, up: number): boolean => Math.abs(right * cos + up * sin) <= half && Math.abs(up * cos - right * sin) <= tall
  const sky = picture.directions?.()
  if (!sky) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[y * width + x] = inside(x + 1 - region.lon, y + 1 - region.lat) ? 1 : 0
    return out
  }
  const c = unitVector(region.lon, region.lat)
  const { east: e, north: n } = axesAt(region.lon, region.lat)
  for (let i = 0; i < out.length; i++) {
    const [x, y, z] = [sky[3 * i]!, sky[3 * i + 1]!, sky[3 * i + 2]!]
    const along = x * c[0] + y * c[1] + z * c[2]
    if (!(along > 0)) continue
    out[i] = inside(-(x * e[0] + y * e[1]) / along / DEGREE, (x * n[0] + y * n[1] + z * n[2]) / along / DEGREE) ? 1 : 0
  }
  return out
}
