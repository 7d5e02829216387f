import { lowerBound } from '../selection/intervals.js'
import { boundsAt } from '../selection/selection.js'
import { eventMask } from './band-mask.js'
import type { ImageGrid } from './image-grid.js'
import type { ProductBand, ProductContext } from './product-context.js'

/** Events that are placed at once. */
const PIECE = 8192

/** Counts of the bands in each pixel, of all groups and of the whole field; row by row from the bottom. */
export function countsImage(context: ProductContext, bands: readonly ProductBand[], grid: ImageGrid, side: number): Float64Array {
  const out = new Float64Array(side * side)
  const rows = new Uint32Array(PIECE + 1)
  const cells = new Int32Array(PIECE)
  for (const group of context.whole.groups) {
    const { time, ra, dec } = group.events
    if (ra === undefined || dec === undefined) continue
    const mask = eventMask(group.events, bands, boundsAt(group, time[0] ?? 0))
    for (const [start, stop] of context.intervals) {
      const to = lowerBound(time, stop)
      for (let i = lowerBound(time, start); i < to; ) {
        let n = 0
        for (const end = Math.min(to, i + PIECE); i < end; i++) {
          rows[n] = i
          n += mask[i]!
        }
        grid.cellsOf(ra, dec, rows, n, cells)
        for (let j = 0; j < n; j++) if (cells[j]! >= 0) out[cells[j]!]!++
      }
    }
  }
  return out
}
