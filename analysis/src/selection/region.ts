import { discRows, shapeTest, type SkyShape } from '@heavens/science/sky'
import { takeRows } from './columns.js'
import type { Selection } from './selection.js'

/** Writes the rows of the directions that count into `rows`, which holds one more, and answers how many. */
type PickRows = (lons: Float32Array, lats: Float32Array, rows: Uint32Array) => number

/** The same selection with the events within `radius` [deg] of a position only. Events without directions all stay. */
export function withinRegion(selection: Selection, ra: number, dec: number, radius: number): Selection {
  return eventsOf(selection, discRows(ra, dec, radius))
}

/** As withinRegion, for a shape. */
export function withinShape(selection: Selection, shape: SkyShape): Selection {
  const inside = shapeTest(shape)
  return eventsOf(selection, (lons, lats, rows) => {
    let n = 0
    for (let i = 0; i < lats.length; i++) if (inside(lons[i]!, lats[i]!)) rows[n++] = i
    return n
  })
}

function eventsOf(selection: Selection, pick: PickRows): Selection {
  const groups = selection.groups.map((group) => {
    const { events } = group
    if (events.ra === undefined || events.dec === undefined) return group
    const rows = new Uint32Array(events.time.length + 1)
    return { ...group, events: takeRows(events, rows.subarray(0, pick(events.ra, events.dec, rows))) }
  })
  return { ...selection, groups }
}
