import { unitVector } from '@heavens/science/sky'
import { boresightOf, seen } from '../selection/exposed-time.js'
import { rowsWhere, takeRows } from '../selection/columns.js'
import { intersect, lowerBound } from '../selection/intervals.js'
import type { Interval } from '../selection/intervals.js'
import { numberOption } from '../request/resolve-options.js'
import { reflectedRegions } from '../selection/reflected-regions.js'
import { directionsOf } from './directions-of.js'
import type { GroupContext } from './product-context.js'

/** A stretch of one pointing, with how many regions mirror the target in it. */
interface ReflectedLook {
  interval: Interval
  /** live seconds */
  live: number
  regions: number
}

/** The reflected regions of a group. */
export interface Reflected {
  /** the same group with their events in place of those of the target */
  context: GroupContext
  /** of each of these events: 1 / regions of its look, its part of the expected background */
  weights: Float64Array
  /** how many regions the events stand for: off / regions is the background expected of all looks */
  regions: number
  /** of the live time in which there are such regions, > 0 */
  share: number
  looks: ReflectedLook[]
}

/**
 * The background of a region in regions that mirror it in each look. Undefined: the instrument takes no background so, or the
 * pointing or the region is unknown, or no look has a reflected region.
 */
export function reflectedContext(context: GroupContext): Reflected | undefined {
  const { looks, limits, radius, all } = context
  const { target } = context.used
  const { reflected } = context.whole.descriptor
  const { time } = all.events
  const { ra, dec } = directionsOf(all.events)
  if (reflected === undefined || looks === undefined || limits === undefined || radius === undefined || target === undefined || ra === undefined || dec === undefined) return undefined
  const exclusion = numberOption(context.options, 'exclusion') ?? reflected.exclusion
  const weights = new Float64Array(time.length)
  const sees = seen(looks, target.ra, target.dec, limits)
  const mirrored: ReflectedLook[] = []
  // Square of the chord: exact also for small discs.
  const reach = (2 * Math.sin((radius * Math.PI) / 360)) ** 2
  let off = 0
  looks.intervals.forEach((look, i) => {
    // A run on another field says nothing of this place, neither counts nor background.
    if (sees[i] === 0) return
    const places = reflectedRegions(boresightOf(looks, i), target, radius, exclusion)
    const centres = places.map((place) => unitVector(place.ra, place.dec))
    for (const interval of intersect([look], context.intervals)) {
      mirrored.push({ interval, live: (interval[1] - interval[0]) * looks.live[i]!, regions: places.length })
      const to = lowerBound(time, interval[1])
      for (let row = lowerBound(time, interval[0]); row < to; row++) {
        if (weights[row] === 0 && inAny(centres, reach, unitVector(ra[row]!, dec[row]!))) {
          weights[row] = 1 / places.length
          off++
        }
      }
    }
  })
  const regions = meanRegions(off, weights.reduce((a, b) => a + b, 0), mirrored)
  if (regions === 0) return undefined
  const live = (counts: (look: ReflectedLook) => boolean): number => mirrored.reduce((sum, look) => sum + (counts(look) ? look.live : 0), 0)
  const rows = rowsWhere(time.length, (row) => weights[row]! > 0)
  return { context: { ...context, group: { ...context.group, events: takeRows(all.events, rows) } }, weights: Float64Array.from(rows, (row) => weights[row]!), regions, share: live((look) => look.regions > 0) / live(() => true), looks: mirrored }
}

/** The number of regions for which off / regions is the background expected; their mean by live time where nothing was counted; 0 where there are none. */
export function meanRegions(off: number, expected: number, looks: readonly Pick<ReflectedLook, 'live' | 'regions'>[]): number {
  if (expected > 0) return off / expected
  const mirrored = looks.filter(({ regions }) => regions > 0)
  const live = mirrored.reduce((sum, look) => sum + look.live, 0)
  return live > 0 ? mirrored.reduce((sum, look) => sum + look.live * look.regions, 0) / live : 0
}

type Vector = ReturnType<typeof unitVector>

/** Whether a place lies within a chord (squared) of any of the centres. */
function inAny(centres: readonly Vector[], reach: number, [x, y, z]: Vector): boolean {
  for (const [a, b, c] of centres) if ((x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2 <= reach) return true
  return false
}
