import type { Figure } from '../figures/figure.js'
import { numberText, withError } from '../figures/axis-text.js'
import { steps } from './curve-figure.js'
import { type Region, reachOf } from './image-region.js'
import type { Picture } from './read-product.js'
import { isCounts } from './region-counts.js'
import { distances } from './region-mask.js'

/** Mean of the pixels in rings around a point; arrays of one length. */
export interface RadialProfile {
  /** ends of the rings [deg, or pixels without coordinates] */
  inner: Float64Array
  outer: Float64Array
  mean: Float64Array
  error: Float64Array
  pixels: Int32Array
}

/** Extent of the profile in radii of the region, and the most rings. */
const REACH = 3
const MOST_RINGS = 30

/**
 * Profile of a picture around the middle of a region, out to three times its size, in rings of at least one pixel. Errors: √N / pixels
 * for counts, else the error of the mean. Rings without a pixel are left out.
 */
export function radialProfile(picture: Picture, region: Region): RadialProfile {
  const reach = REACH * reachOf(region)
  const step = Math.max(picture.scale, reach / MOST_RINGS)
  const rings = Math.max(1, Math.ceil(reach / step - 1e-9))
  const distance = distances(picture, region.lon, region.lat)
  const [n, sum, squares] = [new Int32Array(rings), new Float64Array(rings), new Float64Array(rings)]
  for (let i = 0; i < distance.length; i++) {
    const [k, v] = [Math.floor(distance[i]! / step), picture.values[i]!]
    if (!(k < rings) || !Number.isFinite(v)) continue
    n[k]!++
    sum[k]! += v
    squares[k]! += v * v
  }
  const kept = [...n.keys()].filter((k) => n[k]! > 0)
  const counts = isCounts(picture)
  const of = (value: (k: number) => number): Float64Array => Float64Array.from(kept, value)
  return {
    inner: of((k) => k * step), outer: of((k) => (k + 1) * step), mean: of((k) => sum[k]! / n[k]!), pixels: Int32Array.from(kept, (k) => n[k]!),
    error: of((k) => (counts ? Math.sqrt(sum[k]!) / n[k]! : n[k]! > 1 ? Math.sqrt(Math.max(0, squares[k]! / n[k]! - (sum[k]! / n[k]!) ** 2) / (n[k]! - 1)) : NaN)),
  }
}

/** The profile as a figure. */
export function profileFigure(p: RadialProfile, unit: string): Figure {
  const middles = [...p.inner].map((v, i) => (v + p.outer[i]!) / 2)
  return {
    axis: 'angle', log: false, stops: middles,
    rows: [{
      label: `mean ${unit || 'value'} per pixel`, height: 150, log: false, lines: [{ role: 'data', ...steps(p.inner, p.outer, p.mean) }],
      bars: middles.flatMap((x, i) => (Number.isFinite(p.error[i]!) ? [{ x, low: p.mean[i]! - p.error[i]!, high: p.mean[i]! + p.error[i]! }] : [])),
    }],
    read(x) {
      const i = [...p.inner].findIndex((v, k) => x >= v && x < p.outer[k]!)
      return i < 0 ? '' : `${numberText(p.inner[i]!)}° … ${numberText(p.outer[i]!)}° · ${withError(p.mean[i]!, p.error[i]!)} ${unit} per pixel · ${p.pixels[i]} pixels`
    },
  }
}
