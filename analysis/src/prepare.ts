import { createHash } from 'node:crypto'
import type { EventArchive } from '@heavens/storage'
import type { RequestAsUsed } from '@heavens/schemas'
import { refusal } from './plan.js'
import type { InstrumentPlan, Plan, Refusal } from './plan.js'
import type { ProductContext } from './products/product-context.js'
import { intervalText } from './request/interval-text.js'
import { exposedTime, looksWithin } from './selection/exposed-time.js'
import { gather } from './selection/gather.js'
import type { GatherOptions } from './selection/gather.js'
import { intersect, totalLength, unite } from './selection/intervals.js'
import { withinRegion } from './selection/region.js'

/** One instrument's data, read and cut, and what was refused on the way. */
export interface Prepared {
  plan: InstrumentPlan
  /** undefined: nothing can be made; `refused` says why */
  context: ProductContext | undefined
  refused: Refusal[]
  /** seconds of good time within the intervals, any group */
  exposure: number
}

/** sha256 of the request as used. */
export function requestHash(used: RequestAsUsed): string {
  return createHash('sha256').update(JSON.stringify(used)).digest('hex')
}

/** Read what a request touches of one instrument and see what can be made of it. */
export async function prepare(archive: EventArchive, plan: Plan, one: InstrumentPlan, version: string, options: GatherOptions = {}): Promise<Prepared> {
  const { used } = plan
  const { descriptor } = one
  const whole = await gather(archive, { descriptor, runs: one.runs, groups: one.groups, wanted: plan.wanted }, options)
  const refused: Refusal[] = []
  const silent = whole.groups.filter((group) => intersect(group.good, plan.intervals).length === 0)
  const groups = whole.groups.filter((group) => !silent.includes(group))
  const when = plan.intervals.map(intervalText).join('; ')
  if (groups.length === 0) {
    return { plan: one, context: undefined, exposure: 0, refused: [refusal(descriptor.id, 'no-data', { reason: `${descriptor.id} was not taking data in ${when}` })] }
  }
  if (one.groupsNamed && silent.length > 0) {
    refused.push(refusal(descriptor.id, 'no-data', { reason: `${descriptor.id} has nothing of ${silent.map((group) => group.id).join(', ')} in ${when}` }))
  }
  const good = unite(groups.flatMap((group) => intersect(group.good, plan.intervals)))
  const { target } = used
  if (target !== undefined && descriptor.fieldOfView !== undefined && whole.pointings.length > 0) {
    if (exposedTime(looksWithin(whole.pointings, good), target.ra, target.dec, descriptor.fieldOfView) === 0) {
      refused.push(refusal(descriptor.id, 'no-exposure', { instrument: descriptor.id, reason: `it never came within ${descriptor.fieldOfView} degrees of the boresight in ${when}` }))
      return { plan: one, context: undefined, exposure: 0, refused }
    }
  }
  const kept = { ...whole, groups }
  const directed = descriptor.columns.includes('ra') && descriptor.columns.includes('dec')
  const radius = target !== undefined && directed ? (target.radius ?? descriptor.defaults.radius) : undefined
  const context: ProductContext = {
    used, version, requestSha256: requestHash(used), radius,
    intervals: plan.intervals, background: plan.background,
    bands: used.bands ?? descriptor.bands.map(({ id, eMin, eMax }) => ({ id, eMin, eMax })),
    whole: kept, region: radius === undefined ? kept : withinRegion(kept, target!.ra, target!.dec, radius),
  }
  return { plan: one, context, refused, exposure: totalLength(good) }
}
