import { discTest } from '@heavens/science/sky'
import { rowsWhere, takeRows } from './columns.js'
import type { Selection } from './selection.js'

/** The same selection with the events within `radius` [deg] of a position only. Events without directions all stay. */
export function withinRegion(selection: Selection, ra: number, dec: number, radius: number): Selection {
  const inside = discTest(ra, dec, radius)
  const groups = selection.groups.map((group) => {
    const { events } = group
    if (events.ra === undefined || events.dec === undefined) return group
    const { ra: lon, dec: lat } = events
    const rows = rowsWhere(events.time.length, (i) => inside(lon[i]!, lat[i]!))
    return { ...group, events: takeRows(events, rows) }
  })
  return { ...selection, groups }
}
