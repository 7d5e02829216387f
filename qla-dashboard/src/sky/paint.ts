import type { SkyMap } from '../state/console-state.js'
import type { Plane } from '../state/view.js'
import { BEYOND, SIGMA_LIMIT, type ColourTable, type Theme, divergingTable, sequentialTable, wordOf } from './colours.js'
import type { Lookup } from './lookup.js'

/** How values become colours: `low` and `high` are the ends of the colour bar. */
export interface Scale {
  plane: Plane
  low: number
  high: number
  table: ColourTable
  unit: string
}

/** The scale of a map: fixed for significance; for counts and exposure 0 to the map's own largest value, square-root stretched. */
export function scaleOf(map: SkyMap, plane: Plane, theme: Theme): Scale {
  if (plane === 'significance') return { plane, low: -SIGMA_LIMIT, high: SIGMA_LIMIT, table: divergingTable(theme), unit: 'σ' }
  const values = plane === 'exposure' ? map.exposure : map.counts
  return {
    plane, low: 0, high: niceCeiling(values ? upperValue(values) : 1),
    table: sequentialTable(plane === 'exposure' ? 'cividis' : 'inferno', theme),
    unit: plane === 'counts' ? 'per pixel' : map.image.exposureUnit === 'relative' ? 'of full' : map.image.exposureUnit.replace('cm2', 'cm²'),
  }
}

/** The value that all but one pixel in ten thousand (and one at least) do not exceed: one hot pixel must not darken the sky. */
function upperValue(values: Float32Array): number {
  const top = new Float32Array(Math.max(1, Math.round(values.length * 1e-4)) + 1)
  for (const v of values) {
    if (!(v > top[0]!)) continue
    // Ascending; the smallest of the largest falls out.
    let i = 0
    for (; i + 1 < top.length && top[i + 1]! < v; i++) top[i] = top[i + 1]!
    top[i] = v
  }
  return top[0]! || top.at(-1)! || 1
}

/** 1, 2, 3, 5 or 7 times a power of ten, not below the value: the bar is calm while counts grow. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  for (const factor of [1, 2, 3, 5, 7, 10]) if (value <= factor * power * (1 + 1e-9)) return factor * power
  return value
}

/** Position of a value on the colour bar, 0…1 (clamped); square root for what counts. */
export function positionOnScale(scale: Scale, value: number): number {
  const t = Math.max(0, Math.min(1, (value - scale.low) / (scale.high - scale.low)))
  return scale.plane === 'counts' ? Math.sqrt(t) : t
}

/**
 * Colour of every HEALPix pixel of a map. No exposure is grey: it is not the same as no counts.
 * @param outside  colour of pixels without exposure
 */
export function colourMap(map: SkyMap, scale: Scale, theme: Theme, noExposure: string): Uint32Array {
  const values = scale.plane === 'significance' ? map.significance : scale.plane === 'exposure' ? map.exposure : map.counts
  const grey = wordOf(noExposure)
  const out = new Uint32Array(map.counts.length)
  const [above, below] = BEYOND[theme].map(wordOf) as [number, number]
  const { exposure } = map
  for (let i = 0; i < out.length; i++) {
    const v = values ? values[i]! : NaN
    if ((exposure && !(exposure[i]! > 0) && !(map.counts[i]! > 0)) || Number.isNaN(v)) out[i] = grey
    else if (scale.plane === 'significance' && Math.abs(v) > SIGMA_LIMIT) out[i] = v > 0 ? above : below
    else out[i] = scale.table[Math.round(positionOnScale(scale, v) * 255)]!
  }
  return out
}

/** Fill the words of an ImageData through a lookup; -1 becomes `outside`. */
export function paint(lookup: Lookup, colours: Uint32Array, outside: number, words: Uint32Array): void {
  const { index } = lookup
  for (let i = 0; i < index.length; i++) {
    const pixel = index[i]!
    words[i] = pixel < 0 ? outside : colours[pixel]!
  }
}
