import type { Rgba } from './palette-png.js'
import type { SkyLayer } from './sky-layer.js'

/** Anchors from dark to bright, of even steps in lightness. */
const ANCHORS = [[0, 0, 8], [31, 12, 72], [85, 15, 109], [136, 34, 106], [186, 54, 85], [227, 89, 51], [249, 140, 10], [249, 201, 50], [252, 255, 192]] as const

/** Colours of a layer's pictures: index 0 is nothing, 1 … 255 go from low to high. */
export const PALETTE: readonly Rgba[] = Array.from({ length: 256 }, (_, i): Rgba => {
  if (i === 0) return [0, 0, 0, 0]
  const at = ((i - 1) / 254) * (ANCHORS.length - 1)
  const k = Math.min(ANCHORS.length - 2, Math.floor(at))
  const [r, g, b] = [0, 1, 2].map((c) => Math.round(ANCHORS[k]![c]! + (at - k) * (ANCHORS[k + 1]![c]! - ANCHORS[k]![c]!))) as [number, number, number]
  return [r, g, b, 255]
})

/** How values become colours. */
export interface ColourScale {
  low: number
  high: number
  /** smallest and largest value that is covered */
  range: [number, number]
  /** index into the palette; 0 for NaN */
  index(value: number): number
}

/** From 0 to the largest value (of significances 5 σ at least), by arcsinh, so that both sources and background are seen. */
export function colourScale({ name, values, covered }: SkyLayer): ColourScale {
  let least = Infinity
  let most = -Infinity
  values.forEach((v, i) => {
    if (covered[i] !== 1 || Number.isNaN(v)) return
    least = Math.min(least, v)
    most = Math.max(most, v)
  })
  if (!(most >= least)) [least, most] = [0, 0]
  const high = Math.max(most, name === 'significance' ? 5 : 1e-30)
  const soft = high / 20
  const whole = Math.asinh(high / soft)
  return { low: 0, high, range: [least, most], index: (value) => (Number.isNaN(value) ? 0 : 1 + Math.round((254 * Math.asinh(Math.max(0, Math.min(high, value)) / soft)) / whole)) }
}
