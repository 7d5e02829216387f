import { vec2pixRing } from '@heavens/science/sky'
import type { SkyGeometry } from './geometry.js'

/** For each pixel of the picture, row by row from the top, the HEALPix pixel (ring order) it shows; -1 outside the sky. */
export interface Lookup {
  columns: number
  rows: number
  index: Int32Array
}

/**
 * Look up every `step`-th pixel of a picture. What is drawn of a map at this view is then one array access a pixel, so a map that
 * grows ten times a second costs nothing as long as the view rests.
 */
export function buildLookup(g: SkyGeometry, nside: number, step: number): Lookup {
  const columns = Math.ceil(g.width / step)
  const rows = Math.ceil(g.height / step)
  const index = new Int32Array(columns * rows).fill(-1)
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = g.matrix as unknown as [number, number, number, number, number, number, number, number, number]
  const tangent = g.kind === 'tangent'
  for (let row = 0; row < rows; row++) {
    const y = (g.cy - (row + 0.5) * step) / (g.scale * g.stretchY)
    // Of Mollweide's projection all but the longitude is the same along a row.
    const s = y / Math.SQRT2
    if (!tangent && Math.abs(s) >= 1) continue
    const theta = tangent ? 0 : Math.asin(s)
    const vz = (2 * theta + Math.sin(2 * theta)) / Math.PI
    const c = Math.sqrt(Math.max(0, 1 - vz * vz))
    const perX = Math.PI / (2 * Math.SQRT2 * Math.cos(theta))
    for (let column = 0; column < columns; column++) {
      const x = (g.cx - (column + 0.5) * step) / (g.scale * g.stretchX)
      let a: number, b: number, d: number
      if (tangent) {
        const n = 1 / Math.sqrt(1 + x * x + y * y)
        a = n; b = x * n; d = y * n
      } else {
        const lambda = x * perX
        if (lambda > Math.PI || lambda < -Math.PI) continue
        a = c * Math.cos(lambda); b = c * Math.sin(lambda); d = vz
      }
      index[row * columns + column] = vec2pixRing(nside, m0 * a + m3 * b + m6 * d, m1 * a + m4 * b + m7 * d, m2 * a + m5 * b + m8 * d)
    }
  }
  return { columns, rows, index }
}
