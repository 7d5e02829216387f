import { bracket, middles } from './bracket.js'
import type { FieldBackground } from './run-response.js'
import type { ResponseAxis } from './response-table.js'

/** Directions over which a background whose axes turn against the sky is averaged. */
const DIRECTIONS = 36

/**
 * Background rate over the field, summed over bands of energy; its unit is that of the table times keV, so that only ratios mean
 * something. Linear between the middles of bins, 0 beyond the table. One that is fixed to the mount is averaged over all directions: a run turns it.
 *
 * @param bands [keV], disjoint
 * @returns     of (x, y) [deg] from the pointing: y towards north, x towards west, as the form has it
 */
export function acceptance({ table, aligned }: FieldBackground, bands: readonly { eMin: number; eMax: number }[]): (x: number, y: number) => number {
  const energy = aligned === 'round' ? table.axes[0]! : table.axes[2]!
  const weight = energy.low.map((low, i) => bands.reduce((sum, band) => sum + Math.max(0, Math.min(band.eMax, energy.high[i]!) - Math.max(band.eMin, low)), 0))
  if (aligned === 'round') {
    const theta = table.axes[1]!
    const profile = theta.low.map((_, t) => weight.reduce((sum, w, e) => sum + w * table.values[e + weight.length * t]!, 0))
    return (x, y) => along(theta, profile, Math.hypot(x, y))
  }
  const [horizontal, vertical] = [table.axes[0]!, table.axes[1]!]
  const n = horizontal.low.length
  const plane = new Float64Array(n * vertical.low.length)
  weight.forEach((w, e) => {
    if (w > 0) for (let i = 0; i < plane.length; i++) plane[i]! += w * table.values[i + plane.length * e]!
  })
  const at = bilinear(horizontal, vertical, plane)
  if (aligned === 'sky') return at
  const steps = vertical.low.length
  const reach = vertical.high.at(-1)!
  const rings: ResponseAxis = { low: Float64Array.from({ length: steps }, (_, i) => (i * reach) / steps), high: Float64Array.from({ length: steps }, (_, i) => ((i + 1) * reach) / steps) }
  const profile = middles(rings).map((radius) => {
    let sum = 0
    for (let k = 0; k < DIRECTIONS; k++) sum += at(radius * Math.cos((2 * Math.PI * k) / DIRECTIONS), radius * Math.sin((2 * Math.PI * k) / DIRECTIONS))
    return sum / DIRECTIONS
  })
  return (x, y) => along(rings, profile, Math.hypot(x, y))
}

/** A profile at an offset; 0 beyond its last bin. */
function along(axis: ResponseAxis, profile: Float64Array, offset: number): number {
  if (offset > axis.high.at(-1)!) return 0
  const { lower, upper, share } = bracket(middles(axis), offset)
  return (1 - share) * profile[lower]! + share * profile[upper]!
}

/** A plane of evenly spaced bins, x fastest, at any place. */
function bilinear(horizontal: ResponseAxis, vertical: ResponseAxis, plane: Float64Array): (x: number, y: number) => number {
  const n = horizontal.low.length
  const m = vertical.low.length
  const [left, bottom, right, top] = [horizontal.low[0]!, vertical.low[0]!, horizontal.high[n - 1]!, vertical.high[m - 1]!]
  return (x, y) => {
    if (!(x >= left && x <= right && y >= bottom && y <= top)) return 0
    const u = Math.min(n - 1, Math.max(0, ((x - left) / (right - left)) * n - 0.5))
    const v = Math.min(m - 1, Math.max(0, ((y - bottom) / (top - bottom)) * m - 0.5))
    const [i, j] = [Math.min(n - 2, Math.floor(u)), Math.min(m - 2, Math.floor(v))]
    const [s, t] = [u - i, v - j]
    const k = j * n + i
    return (1 - t) * ((1 - s) * plane[k]! + s * plane[k + 1]!) + t * ((1 - s) * plane[k + n]! + s * plane[k + n + 1]!)
  }
}
