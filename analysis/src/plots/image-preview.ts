import { makeRaster, png } from './raster.js'
import type { Colour } from './raster.js'

/** Anchors of the colour map from dark to bright, of even steps in lightness. */
const MAP: readonly Colour[] = [[0, 0, 8], [31, 12, 72], [85, 15, 109], [136, 34, 106], [186, 54, 85], [227, 89, 51], [249, 140, 10], [249, 201, 50], [252, 255, 192]]
const OFF_SKY: Colour = [48, 48, 52]
const SMALLEST = 480

/** An image as a picture with a stretch of arcsinh, north up and east left as in its pixels; NaN is off the sky. */
export function imagePreview(values: Float64Array | Float32Array, width: number, height: number): Uint8Array {
  const sorted = Float64Array.from(values).filter((v) => !Number.isNaN(v)).sort()
  const low = sorted[Math.floor(sorted.length * 0.02)] ?? 0
  const high = Math.max(sorted.at(-1) ?? 1, low + 1e-9)
  const soft = Math.max((sorted[Math.floor(sorted.length * 0.9)] ?? low) - low, (high - low) / 50)
  const scale = Math.ceil(SMALLEST / Math.max(width, height))
  const raster = makeRaster(width * scale, height * scale, OFF_SKY)
  const { data } = raster
  const top = Math.asinh((high - low) / soft)
  // Of counts there are few values.
  const colours = new Map<number, Colour>()
  const colourOf = (value: number): Colour => {
    const held = colours.get(value)
    if (held !== undefined) return held
    const colour = mapped(Math.asinh(Math.max(0, value - low) / soft) / top)
    colours.set(value, colour)
    return colour
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = values[y * width + x]!
      if (Number.isNaN(value)) continue
      const [red, green, blue] = colourOf(value)
      // FITS rows count from the bottom, a picture's from the top.
      const at = ((height - 1 - y) * scale * raster.width + x * scale) * 3
      for (let k = at; k < at + 3 * scale; k += 3) {
        data[k] = red
        data[k + 1] = green
        data[k + 2] = blue
      }
    }
    // The other rows of the pixels are the same.
    const row = raster.width * 3
    const first = (height - 1 - y) * scale * row
    for (let j = 1; j < scale; j++) data.copyWithin(first + j * row, first, first + row)
  }
  return png(raster)
}

function mapped(share: number): Colour {
  const at = Math.min(1, Math.max(0, share)) * (MAP.length - 1)
  const k = Math.min(MAP.length - 2, Math.floor(at))
  const mix = (c: 0 | 1 | 2): number => Math.round(MAP[k]![c] + (at - k) * (MAP[k + 1]![c] - MAP[k]![c]))
  return [mix(0), mix(1), mix(2)]
}
