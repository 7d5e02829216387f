import { exposedTime } from '../selection/exposed-time.js'
import type { Limits, Looks } from '../selection/exposed-time.js'

/** Position of a pixel [0-based, centre at whole numbers] on the sky; undefined off the sky. */
export type PixelToSky = (x: number, y: number) => readonly [ra: number, dec: number] | undefined

/**
 * Live seconds of each pixel. Exposure changes slowly over the sky: it is worked out on a grid of `step` pixels and
 * interpolated between; next to the edge of the sky, pixel by pixel. NaN off the sky.
 *
 * @param step pixels, ≥ 1
 */
export function exposureMap(looks: Looks, sky: PixelToSky, width: number, height: number, limits: Limits, step: number): Float32Array {
  const at = (x: number, y: number): number => {
    const place = sky(x, y)
    return place === undefined ? NaN : exposedTime(looks, place[0], place[1], limits)
  }
  const columns = Math.ceil((width - 1) / step) + 1
  const rows = Math.ceil((height - 1) / step) + 1
  const nodes = new Float64Array(columns * rows)
  for (let j = 0; j < rows; j++) for (let i = 0; i < columns; i++) nodes[j * columns + i] = at(i * step, j * step)
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const j = Math.min(Math.max(0, rows - 2), Math.floor(y / step))
    const v = rows > 1 ? y / step - j : 0
    for (let x = 0; x < width; x++) {
      const i = Math.min(Math.max(0, columns - 2), Math.floor(x / step))
      const u = columns > 1 ? x / step - i : 0
      const node = (di: number, dj: number): number => nodes[Math.min(rows - 1, j + dj) * columns + Math.min(columns - 1, i + di)]!
      const value = (1 - v) * ((1 - u) * node(0, 0) + u * node(1, 0)) + v * ((1 - u) * node(0, 1) + u * node(1, 1))
      out[y * width + x] = sky(x, y) === undefined ? NaN : Number.isNaN(value) ? at(x, y) : value
    }
  }
  return out
}
