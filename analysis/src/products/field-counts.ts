import { unitVector } from '@heavens/science/sky'
import type { EventColumns } from '@heavens/schemas'
import { lowerBound } from '../selection/intervals.js'
import { eventMask } from './band-mask.js'
import type { ImageGrid } from './image-grid.js'
import type { ProductBand } from './product-context.js'
import type { RunPart } from './run-parts.js'

/** Counts of a run within its field of view in each pixel, for each set of bands; events by their energies. */
export function fieldCounts(part: RunPart, events: EventColumns, sets: readonly { bands: readonly ProductBand[] }[], grid: ImageGrid, side: number, fieldOfView: number): Float64Array[] {
  const out = sets.map(() => new Float64Array(side * side))
  const { time, ra, dec } = events
  if (ra === undefined || dec === undefined) return out
  const masks = sets.map(({ bands }) => eventMask(events, bands, undefined))
  const [fx, fy, fz] = unitVector(part.boresight.ra, part.boresight.dec)
  const least = Math.cos((fieldOfView * Math.PI) / 180)
  const [from, to] = [lowerBound(time, part.interval[0]), lowerBound(time, part.interval[1])]
  const rows = new Uint32Array(Math.max(0, to - from))
  let n = 0
  for (let i = from; i < to; i++) {
    const [x, y, z] = unitVector(ra[i]!, dec[i]!)
    if (!(x * fx + y * fy + z * fz < least)) rows[n++] = i
  }
  const cells = new Int32Array(n)
  grid.cellsOf(ra, dec, rows, n, cells)
  for (let j = 0; j < n; j++) {
    if (cells[j]! < 0) continue
    for (let s = 0; s < out.length; s++) if (masks[s]![rows[j]!] === 1) out[s]![cells[j]!]!++
  }
  return out
}
