import { separation } from '@heavens/science/sky'
import { numberOption } from '../request/resolve-options.js'
import { rowsWhere, takeRows } from '../selection/columns.js'
import { seen } from '../selection/exposed-time.js'
import { looksIn } from '../selection/looks-in.js'
import { held } from '../selection/source-cuts.js'
import { directionsOf } from './directions-of.js'
import type { GroupContext } from './product-context.js'
import type { Reflected } from './reflected-context.js'

const DEGREE = Math.PI / 180
/** Points over which the part of the ring is worked out that the sources hold: radii × angles. */
const RADII = 16
const ANGLES = 180

/** Inner and outer radius [deg] of the ring in which the background of a region is counted; undefined where none is asked for. */
export function ringRadii(options: Record<string, unknown>): { inner: number; outer: number } | undefined {
  const [inner, outer] = [numberOption(options, 'background-inner'), numberOption(options, 'background-outer')]
  return options['background'] === 'ring' && inner !== undefined && outer !== undefined && outer > inner ? { inner, outer } : undefined
}

/**
 * The background of a region in a ring around it, for fields so wide that exposure over the ring is, on average, that of its
 * middle (a slope cancels). Each event counts as solid angle of the region over that of the ring, of which only the part counts
 * that the sources hold. Undefined: no ring is asked for, it cuts the region, or no target, region or pointing is known.
 */
export function ringContext(context: GroupContext): Reflected | undefined {
  const ring = ringRadii(context.options)
  const { looks, limits, radius, all } = context
  const { target } = context.used
  const { time } = all.events
  const { ra, dec } = directionsOf(all.events)
  if (ring === undefined || looks === undefined || limits === undefined || radius === undefined || target === undefined || ra === undefined || dec === undefined || ring.inner < radius) return undefined
  const cosine = (angle: number): number => Math.cos(angle * DEGREE)
  const regions = (heldShare(context, target, ring) * (cosine(ring.inner) - cosine(ring.outer))) / (1 - cosine(radius))
  if (!(regions > 0)) return undefined
  const within = looksIn(looks, context.intervals)
  const sees = seen(within, target.ra, target.dec, limits)
  const rows = rowsWhere(time.length, (i) => {
    const away = separation(target.ra, target.dec, ra[i]!, dec[i]!)
    return away > ring.inner && away <= ring.outer
  })
  return {
    context: { ...context, group: { ...context.group, events: takeRows(all.events, rows) } }, weights: new Float64Array(rows.length).fill(1 / regions), regions, share: 1,
    looks: within.intervals.map((interval, i) => ({ interval, live: within.live[i]! * (interval[1] - interval[0]), regions })).filter((_, i) => sees[i] === 1),
  }
}

/** Share of the ring's area that lies within the discs to which sources had cut their events. */
function heldShare({ whole }: GroupContext, target: { ra: number; dec: number }, { inner, outer }: { inner: number; outer: number }): number {
  if (whole.cuts.discs === undefined) return 1
  let inside = 0
  let all = 0
  for (let r = 0; r < RADII; r++) {
    const away = (inner + ((r + 0.5) / RADII) * (outer - inner)) * DEGREE
    for (let a = 0; a < ANGLES; a++) {
      const angle = (a / ANGLES) * 2 * Math.PI
      const sine = Math.sin(target.dec * DEGREE) * Math.cos(away) + Math.cos(target.dec * DEGREE) * Math.sin(away) * Math.cos(angle)
      const turn = Math.atan2(Math.sin(angle) * Math.sin(away) * Math.cos(target.dec * DEGREE), Math.cos(away) - Math.sin(target.dec * DEGREE) * sine)
      all += Math.sin(away)
      if (held(target.ra + turn / DEGREE, Math.asin(sine) / DEGREE, whole.cuts)) inside += Math.sin(away)
    }
  }
  return inside / all
}
