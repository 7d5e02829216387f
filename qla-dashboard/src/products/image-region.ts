import { liMaSignificance } from '@heavens/science/statistics'
import type { Picture } from './read-product.js'

/** A region on the sky, ICRS degrees. A box lies along the axes of the image. Of a picture without coordinates all are pixels, counted from 1. */
export type Region =
  | { shape: 'circle'; lon: number; lat: number; radius: number }
  | { shape: 'box'; lon: number; lat: number; width: number; height: number }

/** What is in a region. */
export interface RegionCounts {
  pixels: number
  /** pixels with a value */
  valued: number
  sum: number
  mean: number
  largest: number
  /** pixel of the largest value, from 0 */
  at: [x: number, y: number] | null
  /** of counts in a circle: against the mean of the ring from 1.5 to 3 radii; null where it has no pixel */
  excess: { expected: number; alpha: number; counts: number; sigma: number } | null
}

const RING = [1.5, 3] as const

/** `circle,83.63,22.01,0.5` or `box,83.63,22.01,1,0.5`; null where the text is no region. */
export function regionOf(text: string | undefined): Region | null {
  const [shape, ...rest] = (text ?? '').split(',')
  const values = rest.map((v) => (v.trim() === '' ? NaN : Number(v)))
  if (!values.every(Number.isFinite)) return null
  const [lon, lat, a, b] = values as [number, number, number, number]
  if (shape === 'circle' && values.length === 3 && a > 0) return { shape, lon, lat, radius: a }
  if (shape === 'box' && values.length === 4 && a > 0 && b > 0) return { shape, lon, lat, width: a, height: b }
  return null
}

export function regionText(r: Region): string {
  const values = r.shape === 'circle' ? [r.lon, r.lat, r.radius] : [r.lon, r.lat, r.width, r.height]
  return [r.shape, ...values.map((v) => String(Number(v.toFixed(5))))].join(',')
}

/**
 * Distance of every pixel from the centre of a region [deg, or pixels without coordinates], row by row. NaN off the sky.
 */
export function distances(picture: Picture, lon: number, lat: number): Float64Array {
  const { width, height } = picture
  const out = new Float64Array(width * height).fill(NaN)
  const sky = picture.directions?.()
  if (!sky) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[y * width + x] = Math.hypot(x + 1 - lon, y + 1 - lat)
    return out
  }
  const [cosLat, a, d] = [Math.cos((lat * Math.PI) / 180), (lon * Math.PI) / 180, Math.sin((lat * Math.PI) / 180)]
  const [cx, cy] = [cosLat * Math.cos(a), cosLat * Math.sin(a)]
  for (let i = 0; i < out.length; i++) {
    // By the chord: exact for small distances, as the cosine is not.
    const half = Math.hypot(sky[3 * i]! - cx, sky[3 * i + 1]! - cy, sky[3 * i + 2]! - d) / 2
    out[i] = (2 * Math.asin(Math.min(1, half)) * 180) / Math.PI
  }
  return out
}

/** Whether the middle of each pixel is in the region; 1 or 0. */
export function regionMask(picture: Picture, region: Region, distance: Float64Array): Uint8Array {
  const { width, height } = picture
  const out = new Uint8Array(width * height)
  if (region.shape === 'circle') {
    for (let i = 0; i < out.length; i++) out[i] = distance[i]! <= region.radius ? 1 : 0
    return out
  }
  const middle = picture.pixelOf(region.lon, region.lat)
  if (!middle) return out
  const [dx, dy] = [region.width / 2 / picture.scale, region.height / 2 / picture.scale]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (Math.abs(x + 1 - middle[0]) <= dx && Math.abs(y + 1 - middle[1]) <= dy) out[y * width + x] = 1
  }
  return out
}

/** Sums over a region; for a circle on counts also what a ring around it says of the background. */
export function regionCounts(picture: Picture, region: Region): RegionCounts {
  const distance = distances(picture, region.lon, region.lat)
  const mask = regionMask(picture, region, distance)
  const { values, width } = picture
  let [pixels, valued, sum, largest, at] = [0, 0, 0, -Infinity, -1]
  let [ringPixels, ringSum] = [0, 0]
  for (let i = 0; i < mask.length; i++) {
    const v = values[i]!
    if (mask[i]) {
      pixels++
      if (!Number.isFinite(v)) continue
      valued++
      sum += v
      if (v > largest) { largest = v; at = i }
    } else if (region.shape === 'circle' && Number.isFinite(v) && distance[i]! >= RING[0] * region.radius && distance[i]! <= RING[1] * region.radius) {
      ringPixels++
      ringSum += v
    }
  }
  const alpha = valued / ringPixels
  const excess = isCounts(picture) && region.shape === 'circle' && ringPixels > 0 && valued > 0
    ? { expected: alpha * ringSum, alpha, counts: ringSum, sigma: liMaSignificance(sum, ringSum, alpha) } : null
  return { pixels, valued, sum, mean: valued ? sum / valued : NaN, largest: valued ? largest : NaN, at: at < 0 ? null : [at % width, Math.floor(at / width)], excess }
}

/** Whether pixels are numbers of events, whose error is their square root. */
export const isCounts = (picture: Pick<Picture, 'name' | 'unit'>): boolean => /^counts?$/i.test(picture.unit.trim()) && /^counts/i.test(picture.name)
