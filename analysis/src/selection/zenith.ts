import { unitVector } from '@heavens/science/sky'
import { rowsWhere, takeRows } from './columns.js'
import type { Looks } from './exposed-time.js'
import { lowerBound } from './intervals.js'
import type { Selection } from './selection.js'

/** The same selection without the events further than `limit` [deg] from the zenith. Where the zenith is not known, events stay. */
export function withinZenith(selection: Selection, looks: Looks, limit: number): Selection {
  const starts = Float64Array.from(looks.intervals, ([start]) => start)
  const least = Math.cos((limit * Math.PI) / 180)
  const groups = selection.groups.map((group) => {
    const { time, ra, dec } = group.events
    if (ra === undefined || dec === undefined) return group
    const rows = rowsWhere(time.length, (i) => {
      const t = time[i]!
      let at = lowerBound(starts, t)
      if (starts[at] !== t) at--
      if (at < 0 || t >= looks.intervals[at]![1]) return true
      const [x, y, z] = unitVector(ra[i]!, dec[i]!)
      return !(looks.zenith[3 * at]! * x + looks.zenith[3 * at + 1]! * y + looks.zenith[3 * at + 2]! * z < least)
    })
    return { ...group, events: takeRows(group.events, rows) }
  })
  return { ...selection, groups }
}
