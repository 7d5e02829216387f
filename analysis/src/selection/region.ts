import { discRows } from '@heavens/science/sky'
import { takeRows } from './columns.js'
import type { Selection } from './selection.js'

/** The same selection with the events within `radius` [deg] of a position only. Events without directions all stay. */
export function withinRegion(selection: Selection, ra: number, dec: number, radius: number): Selection {
  const inside = discRows(ra, dec, radius)
  const groups = selection.groups.map((group) => {
    const { events } = group
    if (events.ra === undefined || events.dec === undefined) return group
    const rows = new Uint32Array(events.time.length + 1)
    return { ...group, events: takeRows(events, rows.subarray(0, inside(events.ra, events.dec, rows))) }
  })
  return { ...selection, groups }
}
