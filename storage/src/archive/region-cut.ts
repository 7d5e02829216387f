import type { DataItem } from '@heavens/schemas'
import { discRows } from '@heavens/science/sky'
import type { ArchivedItem } from './archive.js'
import { detectorsOf } from './block-outline.js'
import type { SkyRegion } from './sky-cells.js'
import { takeEvents } from './take-events.js'

/**
 * Cuts items to a disc: of a block only the events within it, and of which groups it had events before; a block stays also when none of its events does, since its time counts as observed.
 * Events without directions, and whatever is not events, stay as they are; a direction that is not a number is in no disc.
 */
export function regionCut({ ra, dec, radius }: SkyRegion): (offset: number, item: DataItem) => ArchivedItem {
  const inside = discRows(ra, dec, radius)
  // One list of rows for all blocks: as large as the largest so far.
  let rows = new Uint32Array(0)
  return (offset, item) => {
    if (item.kind !== 'events' || item.columns.ra === undefined || item.columns.dec === undefined) return { offset, item }
    const { ra: lon, dec: lat, detector } = item.columns
    if (rows.length <= item.count) rows = new Uint32Array(item.count + 1)
    return { offset, item: takeEvents(item, rows.subarray(0, inside(lon, lat, rows))), before: { detectors: detector && detectorsOf(detector) } }
  }
}
