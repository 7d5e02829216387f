import { createHash } from 'node:crypto'
import type { Stores } from '@heavens/storage'
import type { RequestAsUsed, SourceCuts } from '@heavens/schemas'
import { bandText } from '@heavens/science/energy'
import { refusal } from './plan.js'
import type { InstrumentPlan, Plan, Refusal } from './plan.js'
import type { ProductBand, ProductContext } from './products/product-context.js'
import { numberOption, SAME_PLACE } from './request/resolve-options.js'
import { intervalsText } from './request/interval-text.js'
import { calibrationOfRuns } from './selection/calibration-of-runs.js'
import { looksWithin, seen } from './selection/exposed-time.js'
import type { Limits, Looks } from './selection/exposed-time.js'
import type { Exposure } from './selection/exposure.js'
import { exposureWithin } from './selection/exposure.js'
import { gather } from './selection/gather.js'
import type { GatherOptions } from './selection/gather.js'
import { intersect, totalLength, unite } from './selection/intervals.js'
import type { Interval } from './selection/intervals.js'
import { pointResponseOf } from './selection/point-response-of.js'
import { reachOf } from './selection/reach.js'
import { withinRegion, withinShape } from './selection/region.js'
import { held, keptEnergies, tightest } from './selection/source-cuts.js'
import { energiesOf, meets } from './selection/own-energies.js'
import { seenEvents } from './selection/seen-events.js'

/** Share of good time whose attitude must be known for exposures to be made from it. */
const ENOUGH_POINTING = 0.99

/** One instrument's data, read and cut, and what was refused on the way. */
export interface Prepared {
  plan: InstrumentPlan
  /** undefined: nothing can be made; `refused` says why */
  context: ProductContext | undefined
  refused: Refusal[]
  /** seconds within the intervals, any group: of the target where the pointing is known, else good time */
  exposure: number
}

/** sha256 of the request as used. */
export function requestHash(used: RequestAsUsed): string {
  return createHash('sha256').update(JSON.stringify(used)).digest('hex')
}

/** Read what a request touches of one instrument and see what can be made of it. */
export async function prepare(stores: Pick<Stores, 'archive' | 'products'>, plan: Plan, one: InstrumentPlan, version: string, options: GatherOptions = {}): Promise<Prepared> {
  const { used } = plan
  const { descriptor } = one
  const when = intervalsText(plan.intervals)
  const unable = whyNothing(one, used, when)
  if (unable !== undefined) return { plan: one, context: undefined, exposure: 0, refused: [unable] }
  const reach = reachOf(plan, one)
  const gathered = await gather(stores.archive, { descriptor, runs: one.runs, groups: one.groups, wanted: plan.wanted, ...(reach === undefined ? {} : { region: { ...plan.used.target!, radius: reach } }) }, options)
  const refused: Refusal[] = []
  const nothing = (...more: Refusal[]): Prepared => ({ plan: one, context: undefined, exposure: 0, refused: [...refused, ...more] })
  const silent = gathered.groups.filter((group) => intersect(group.good, plan.intervals).length === 0)
  const groups = gathered.groups.filter((group) => !silent.includes(group))
  if (groups.length === 0) return nothing(refusal(descriptor.id, 'no-data', { reason: `${descriptor.id} was not taking data in ${when}` }))
  if (one.groupsNamed && silent.length > 0) {
    refused.push(refusal(descriptor.id, 'no-data', { reason: `${descriptor.id} has nothing of ${silent.map((group) => group.id).join(', ')} in ${when}` }))
  }
  const good = unite(groups.flatMap((group) => group.good))
  const { target } = used
  const limits = limitsOf(one, gathered.cuts)
  const looks = limits === undefined ? undefined : knownLooks(looksWithin(gathered.pointings, good), good)
  const exposed = looks === undefined || target === undefined ? undefined : exposureOf(looks, target, limits!)
  if (exposed !== undefined && exposureWithin(exposed, plan.intervals) === 0) {
    return nothing(refusal(descriptor.id, 'no-exposure', { instrument: descriptor.id, reason: `the place was never in its field of view (${limits!.fieldOfView} degrees around the boresight${limits!.zenith === undefined ? '' : `, ${limits!.zenith} degrees around the zenith`}) in ${when}` }))
  }
  if (target !== undefined && !held(target.ra, target.dec, gathered.cuts)) {
    return nothing(refusal(descriptor.id, 'no-exposure', { instrument: descriptor.id, reason: `its photons in ${when} were selected around another place (${gathered.cuts.discs!.map(({ ra, dec, radius }) => `${radius} degrees around ${ra}, ${dec}`).join('; ')}) before they came here` }))
  }
  const read = { ...gathered, groups }
  const whole = looks === undefined ? read : seenEvents(read, looks, limits!)
  const directed = descriptor.columns.includes('ra') && descriptor.columns.includes('dec')
  // A shape that is no circle has no radius by which containment, or regions like it, could be reckoned.
  const shape = directed ? target?.shape : undefined
  const radius = target !== undefined && directed && shape === undefined ? (target.radius ?? numberOption(one.options, 'on-radius') ?? descriptor.defaults.radius) : undefined
  const bands = heldBands(used.bands?.filter((band) => meets(band, descriptor)) ?? descriptor.bands.map(({ id, eMin, eMax }) => ({ id, eMin, eMax })), gathered.cuts)
  if (bands.length === 0) return nothing(refusal(descriptor.id, 'no-data', { reason: `the photons of ${descriptor.id} in ${when} were selected ${keptEnergies(gathered.cuts)} before they came here` }))
  const own = groups[0]!.calibration
  const calibration = own.length > 0 || one.instrument.pointResponse === undefined ? own : await calibrationOfRuns(stores.archive, descriptor.id, one.otherRuns, [plan.wanted[0]![0], plan.wanted.at(-1)![1]])
  const context: ProductContext = {
    used, version, most: plan.most, requestSha256: requestHash(used), radius, shape, looks, limits, exposed, options: one.options,
    response: looks === undefined ? undefined : await pointResponseOf(one.instrument, calibration, stores.products),
    photonIndex: numberOption(one.options, 'index') ?? 2,
    intervals: plan.intervals, background: plan.background,
    bands, whole, region: shape !== undefined ? withinShape(whole, shape) : radius === undefined ? whole : withinRegion(whole, target!.ra, target!.dec, radius),
  }
  const exposure = exposed === undefined ? totalLength(intersect(good, plan.intervals)) : exposureWithin(exposed, plan.intervals)
  return { plan: one, context, refused, exposure }
}

/** Why an instrument can say nothing of what is asked for, whatever its data are; undefined: it may. */
function whyNothing({ descriptor, groups }: InstrumentPlan, used: RequestAsUsed, when: string): Refusal | undefined {
  if (groups.length === 0) {
    const reason = `it has ${descriptor.groups.map((group) => group.label).join(', ')} only, none within ${Math.max(SAME_PLACE, used.target?.radius ?? 0)} degrees of the target`
    return refusal(descriptor.id, 'no-exposure', { instrument: descriptor.id, reason })
  }
  if (used.bands === undefined || used.bands.some((band) => meets(band, descriptor))) return undefined
  const [low, high] = energiesOf(descriptor)
  return refusal(descriptor.id, 'no-data', { reason: `${descriptor.id} sees ${bandText(low, high)}, and was asked for ${used.bands.map((band) => bandText(band.eMin, band.eMax)).join(', ')} in ${when}` })
}

/** The attitude, where it is known for (nearly) all of the good time; else exposures would come out too small. */
function knownLooks(looks: Looks, good: readonly Interval[]): Looks | undefined {
  return looks.intervals.length > 0 && totalLength(looks.intervals) >= ENOUGH_POINTING * totalLength(good) ? looks : undefined
}

function exposureOf(looks: Looks, place: { ra: number; dec: number }, limits: Limits): Exposure {
  const see = seen(looks, place.ra, place.dec, limits)
  return { intervals: looks.intervals.filter((_, i) => see[i] === 1), live: looks.live.filter((_, i) => see[i] === 1) }
}

/** The tighter of the descriptor's or the request's limits and those of the sources, for photons and exposure alike. */
function limitsOf({ descriptor, options }: InstrumentPlan, cuts: SourceCuts): Limits | undefined {
  if (descriptor.fieldOfView === undefined) return undefined
  const zenith = numberOption(options, 'zenith')
  const least = tightest(zenith === undefined ? {} : { zenith }, cuts).zenith
  return { fieldOfView: Math.min(descriptor.fieldOfView, numberOption(options, 'theta') ?? Infinity), ...(least === undefined ? {} : { zenith: least }) }
}

/** Bands cut to the energies that the sources hold; those of which nothing is left are left out. */
function heldBands(bands: readonly ProductBand[], { eMin = 0, eMax = Infinity }: SourceCuts): ProductBand[] {
  return bands.map((band) => ({ ...band, eMin: Math.max(band.eMin, eMin), eMax: Math.min(band.eMax, eMax) })).filter((band) => band.eMax > band.eMin)
}
