import { lowerBound } from '../selection/intervals.js'
import { boundsAt } from '../selection/selection.js'
import { eventMask } from './band-mask.js'
import type { ImageGrid } from './image-grid.js'
import type { ProductBand, ProductContext } from './product-context.js'

/** Counts of the bands in each pixel, of all groups and of the whole field; row by row from the bottom. */
export function countsImage(context: ProductContext, bands: readonly ProductBand[], grid: ImageGrid, side: number): Float64Array {
  const out = new Float64Array(side * side)
  for (const group of context.whole.groups) {
    const { time, ra, dec } = group.events
    if (ra === undefined || dec === undefined) continue
    const mask = eventMask(group.events, bands, boundsAt(group, time[0] ?? 0))
    for (const [start, stop] of context.intervals) {
      const to = lowerBound(time, stop)
      for (let i = lowerBound(time, start); i < to; i++) {
        if (mask[i] !== 1) continue
        const cell = grid.cellOf(ra[i]!, dec[i]!)
        if (cell >= 0) out[cell]!++
      }
    }
  }
  return out
}
