import { liMaSignificance } from '@heavens/science/statistics'
import { type Region, regionText, regionsText } from './image-region.js'
import type { Picture } from './read-product.js'
import { regionMask } from './region-mask.js'

/** Pictures of the same pixels that say more of the counts, and the other regions. */
export interface RegionContext {
  /** of the same band: pixels of more exposure expect more of the background */
  exposure?: Picture | null
  /** counts expected in each pixel */
  background?: Picture | null
  /** all regions: those that are background, and sources that no background may hold */
  regions?: readonly Region[]
  /** pixels of regions of this picture by their text, which are filled in as they are worked out: each is wanted for every other region */
  masks?: Map<string, Uint8Array>
}

/** Counts above a background. */
export interface Excess {
  from: 'regions' | 'map' | 'ring'
  /** counts of the background in the region */
  expected: number
  /** of the net counts, 1 σ */
  error: number
  sigma: number
}

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
  /** of counts: against background regions, else the background map, else (a circle) the ring from 1.5 to 3 radii; null where there is none of them */
  excess: Excess | null
}

const RING = [1.5, 3] as const

/** Sums over a region, and what its background says. */
export function regionCounts(picture: Picture, region: Region, context: RegionContext = {}): RegionCounts {
  const mask = maskOf(picture, region, context)
  const { values, width } = picture
  let [pixels, valued, sum, largest, at] = [0, 0, 0, -Infinity, -1]
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue
    const v = values[i]!
    pixels++
    if (!Number.isFinite(v)) continue
    valued++
    sum += v
    if (v > largest) { largest = v; at = i }
  }
  return {
    pixels, valued, sum, mean: valued ? sum / valued : NaN, largest: valued ? largest : NaN, at: at < 0 ? null : [at % width, Math.floor(at / width)],
    excess: isCounts(picture) && valued > 0 && !region.off ? excessOf(picture, region, mask, sum, context) : null,
  }
}

function maskOf(picture: Picture, region: Region, { masks }: RegionContext): Uint8Array {
  const text = regionText(region)
  const mask = masks?.get(text) ?? regionMask(picture, region)
  masks?.set(text, mask)
  return mask
}

/** Pixels that are in any of the regions. Not to be written to. */
function unionOf(picture: Picture, regions: readonly Region[], context: RegionContext): Uint8Array {
  if (regions.length === 1) return maskOf(picture, regions[0]!, context)
  const key = regionsText(regions)
  const known = context.masks?.get(key)
  if (known) return known
  const all = new Uint8Array(picture.values.length)
  for (const region of regions) {
    const mask = maskOf(picture, region, context)
    for (let i = 0; i < all.length; i++) all[i]! |= mask[i]!
  }
  context.masks?.set(key, all)
  return all
}

/** Whether pixels are numbers of events, whose error is their square root. */
export const isCounts = (picture: Pick<Picture, 'name' | 'unit'>): boolean => /^counts?$/i.test(picture.unit.trim()) && /^counts/i.test(picture.name)

function excessOf(picture: Picture, region: Region, mask: Uint8Array, counts: number, context: RegionContext): Excess | null {
  const { exposure, background, regions = [] } = context
  const offs = regions.filter((r) => r.off)
  if (offs.length === 0 && background && background.values.length === mask.length) {
    const expected = background.values.reduce((total, v, i) => (mask[i] && Number.isFinite(v) ? total + v : total), 0)
    return { from: 'map', expected, error: Math.sqrt(counts), sigma: knownSignificance(counts, expected) }
  }
  if (offs.length === 0 && region.shape !== 'circle') return null
  const { lon, lat } = region
  const beds: readonly Region[] = offs.length || region.shape !== 'circle' ? offs : [{ shape: 'annulus', lon, lat, inner: RING[0] * region.radius, outer: RING[1] * region.radius }]
  const off = unionOf(picture, beds, context).slice()
  // No source is in the background, this one least of all.
  const sources = unionOf(picture, regions.filter((r) => !r.off), context)
  for (let i = 0; i < off.length; i++) if (mask[i] || sources[i]) off[i] = 0
  const weight = exposure && exposure.values.length === mask.length ? exposure.values : null
  const [on, beside] = [weigh(picture, mask, weight), weigh(picture, off, weight)]
  if (!(beside.weight > 0)) return null
  const alpha = on.weight / beside.weight
  return { from: offs.length ? 'regions' : 'ring', expected: alpha * beside.sum, error: Math.sqrt(counts + alpha * alpha * beside.sum), sigma: alpha > 0 ? liMaSignificance(counts, beside.sum, alpha) : NaN }
}

function weigh({ values }: Picture, mask: Uint8Array, weight: Float64Array | null): { weight: number; sum: number } {
  const total = { weight: 0, sum: 0 }
  for (let i = 0; i < mask.length; i++) {
    const w = weight ? weight[i]! : 1
    if (!mask[i] || !Number.isFinite(values[i]!) || !(w > 0)) continue
    total.weight += w
    total.sum += values[i]!
  }
  return total
}

/** Significance of n counts where b are expected and b has no error: √(2 (n ln(n/b) − n + b)) with the sign of the excess (Cash 1979, ApJ 228, 939). */
function knownSignificance(n: number, b: number): number {
  if (!(b > 0)) return NaN
  return Math.sign(n - b) * Math.sqrt(Math.max(0, 2 * ((n > 0 ? n * Math.log(n / b) : 0) - n + b)))
}
