import { separation } from '@heavens/science/sky'
import { rowsWhere, takeRows } from './columns.js'
import type { Selection } from './selection.js'

/** The same selection with the events within `radius` [deg] of a position only. Events without directions all stay. */
export function withinRegion(selection: Selection, ra: number, dec: number, radius: number): Selection {
  const groups = selection.groups.map((group) => {
    const { events } = group
    if (events.ra === undefined || events.dec === undefined) return group
    const { ra: lon, dec: lat } = events
    const rows = rowsWhere(events.time.length, (i) => separation(ra, dec, lon[i]!, lat[i]!) <= radius)
    return { ...group, events: takeRows(events, rows) }
  })
  return { ...selection, groups }
}
