import { separation } from '@heavens/science/sky'
import { boresightOf } from '../selection/exposed-time.js'
import { rowsWhere, takeRows } from '../selection/columns.js'
import { intersect, lowerBound } from '../selection/intervals.js'
import { reflectedRegions } from '../selection/reflected-regions.js'
import type { GroupContext } from './product-context.js'

/**
 * The same group with the events of the reflected regions in place of those of the target, and how many regions these
 * stand for. Where looks have different numbers of regions, that number for which off / regions is the background
 * expected from each. Undefined: the instrument takes no background so, or the pointing or the region is unknown, or no look has a reflected region.
 */
export function reflectedContext(context: GroupContext): { context: GroupContext; regions: number } | undefined {
  const { looks, radius, all } = context
  const { target } = context.used
  const { reflected } = context.whole.descriptor
  const { time, ra, dec } = all.events
  if (reflected === undefined || looks === undefined || radius === undefined || target === undefined || ra === undefined || dec === undefined) return undefined
  const taken = new Uint8Array(time.length)
  let off = 0
  let expected = 0
  let weight = 0
  let live = 0
  looks.intervals.forEach((look, i) => {
    const pieces = intersect([look], context.intervals)
    const places = reflectedRegions(boresightOf(looks, i), target, radius, reflected.exclusion)
    if (places.length === 0) return
    let counts = 0
    for (const [start, stop] of pieces) {
      live += (stop - start) * looks.live[i]!
      weight += (stop - start) * looks.live[i]! * places.length
      const to = lowerBound(time, stop)
      for (let row = lowerBound(time, start); row < to; row++) {
        if (places.some((place) => separation(place.ra, place.dec, ra[row]!, dec[row]!) <= radius)) {
          taken[row] = 1
          counts++
        }
      }
    }
    off += counts
    expected += counts / places.length
  })
  if (live === 0) return undefined
  const events = takeRows(all.events, rowsWhere(time.length, (row) => taken[row] === 1))
  return { context: { ...context, group: { ...context.group, events } }, regions: expected > 0 ? off / expected : weight / live }
}
