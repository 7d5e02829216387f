/** Position of a pixel [0-based, centre at whole numbers] on the sky; undefined off the sky. */
export type PixelToSky = (x: number, y: number) => readonly [ra: number, dec: number] | undefined

/**
 * Maps of quantities that change slowly over the sky, as exposures do: they are worked out on a grid of `step` pixels and
 * interpolated between; next to the edge of the sky, pixel by pixel. NaN off the sky.
 *
 * @param of   the quantities of a place [deg]; always as many
 * @param step pixels, ≥ 1
 * @returns    a map for each quantity
 */
export function exposureMap(of: (ra: number, dec: number) => readonly number[], sky: PixelToSky, width: number, height: number, step: number): Float32Array[] {
  const at = (x: number, y: number): readonly number[] | undefined => {
    const place = sky(x, y)
    return place === undefined ? undefined : of(place[0], place[1])
  }
  const columns = Math.ceil((width - 1) / step) + 1
  const rows = Math.ceil((height - 1) / step) + 1
  const nodes: (readonly number[] | undefined)[] = []
  for (let j = 0; j < rows; j++) for (let i = 0; i < columns; i++) nodes.push(at(i * step, j * step))
  const count = nodes.find((node) => node !== undefined)?.length ?? of(0, 0).length
  const maps = Array.from({ length: count }, () => new Float32Array(width * height).fill(NaN))
  for (let y = 0; y < height; y++) {
    const j = Math.min(Math.max(0, rows - 2), Math.floor(y / step))
    const v = rows > 1 ? y / step - j : 0
    for (let x = 0; x < width; x++) {
      if (sky(x, y) === undefined) continue
      const i = Math.min(Math.max(0, columns - 2), Math.floor(x / step))
      const u = columns > 1 ? x / step - i : 0
      const node = (di: number, dj: number): readonly number[] | undefined => nodes[Math.min(rows - 1, j + dj) * columns + Math.min(columns - 1, i + di)]
      const [a, b, c, d] = [node(0, 0), node(1, 0), node(0, 1), node(1, 1)]
      const own = a === undefined || b === undefined || c === undefined || d === undefined ? at(x, y)! : undefined
      maps.forEach((map, q) => (map[y * width + x] = own?.[q] ?? (1 - v) * ((1 - u) * a![q]! + u * b![q]!) + v * ((1 - u) * c![q]! + u * d![q]!)))
    }
  }
  return maps
}
