import { unitVector } from '@heavens/science/sky'
import { rowsWhere, takeRows } from './columns.js'
import type { Limits, Looks } from './exposed-time.js'
import { held } from './source-cuts.js'
import { lowerBound } from './intervals.js'
import type { Selection } from './selection.js'

/**
 * The same selection without the events for which there is no exposure: outside the discs that sources kept, at angles from
 * the boresight or the zenith beyond the limits by the attitude that held at their time, or at times without any. Where the zenith is not known, it cuts nothing.
 * Events without directions all stay.
 */
export function seenEvents(selection: Selection, looks: Looks, limits: Limits): Selection {
  const starts = Float64Array.from(looks.intervals, ([start]) => start)
  const least = Math.cos((limits.fieldOfView * Math.PI) / 180)
  const leastUp = limits.zenith === undefined ? -2 : Math.cos((limits.zenith * Math.PI) / 180)
  const { boresight, zenith } = looks
  const groups = selection.groups.map((group) => {
    const { time, ra, dec } = group.events
    if (ra === undefined || dec === undefined) return group
    const rows = rowsWhere(time.length, (i) => {
      const t = time[i]!
      let at = lowerBound(starts, t)
      if (starts[at] !== t) at--
      // Good time is closed at its end, so a look is too.
      if (at < 0 || t > looks.intervals[at]![1]) return false
      if (!held(ra[i]!, dec[i]!, selection.cuts)) return false
      const [x, y, z] = unitVector(ra[i]!, dec[i]!)
      const k = 3 * at
      return boresight[k]! * x + boresight[k + 1]! * y + boresight[k + 2]! * z >= least && !(zenith[k]! * x + zenith[k + 1]! * y + zenith[k + 2]! * z < leastUp)
    })
    return { ...group, events: takeRows(group.events, rows) }
  })
  return { ...selection, groups }
}
