import type { Instrument } from '@heavens/instruments'
import type { Quote, RequestAsUsed, RequestTime } from '@heavens/schemas'
import type { Stores } from '@heavens/storage'
import { isKnownRevolution } from '@heavens/science/time'
import { bandText } from '@heavens/science/energy'
import { DEFAULT_LIMITS, expectedEvents, overlap, type AnalysisLimits } from './limits.js'
import type { NameResolver } from './names/name-resolver.js'
import { placeNamed } from './names/place-named.js'
import { makePlan } from './plan.js'
import type { InstrumentPlan } from './plan.js'
import { prepare } from './prepare.js'
import type { Prepared } from './prepare.js'
import { revolutionsOf } from './request/resolve-intervals.js'
import { requestContext } from './request/resolve-request.js'
import type { RequestContext } from './request/resolve-request.js'
import { settleRequest } from './request/settle-request.js'
import { intersect, lowerBound, unite } from './selection/intervals.js'
import { energiesOf, meets } from './selection/own-energies.js'
import { keptEnergies } from './selection/source-cuts.js'
import { shapeText } from './selection/shape-text.js'
import { softwareVersion } from './software-version.js'

/** Seconds that reading takes for each event, and that each product takes for itself; measured on two cores. */
const SECONDS_PER_EVENT = 4e-7
const SECONDS_PER_PRODUCT = 0.1
/** Events that are read for a quote: a second or two of work. */
const READ_AT_MOST = 5_000_000

export interface QuoteOptions {
  /** asked for names that the catalogue lacks */
  names?: NameResolver
  /** absent: the usual ones */
  limits?: AnalysisLimits
}

/**
 * What a request would take and give: which instruments have exposure there and then, how many events, what is cut and by
 * which rule.
 *
 * @throws HeavensError as resolveRequest, and no-data where no instrument has anything in the time
 */
export async function quote(input: unknown, stores: Stores, instruments: readonly Instrument[], { names, limits = DEFAULT_LIMITS }: QuoteOptions = {}): Promise<Quote> {
  const context = await requestContext(stores, instruments, limits)
  const used = await settleRequest(await placeNamed(input, names), context, stores.log)
  const plan = makePlan(used, context)
  const out: Quote = { used, instruments: [], refused: [...plan.refused], cut: [], seconds: 0, limits: { ...limits } }
  out.cut.push(...aboutRevolutions(used.request.time, context))
  for (const one of plan.instruments) {
    const about = estimated(used, one, context)
    if (about !== undefined) {
      out.instruments.push(about)
      out.cut.push(`${one.descriptor.id}: events and exposure are estimated from mean rates, as more than ${READ_AT_MOST / 1e6} million would have to be read.`)
      out.seconds += about.events * SECONDS_PER_EVENT + one.products.length * one.groups.length * SECONDS_PER_PRODUCT
      continue
    }
    const prepared = await prepare(stores, plan, one, softwareVersion())
    out.refused.push(...prepared.refused)
    const { context: data } = prepared
    if (data === undefined || one.products.length === 0) continue
    let events = 0
    for (const group of data.region.groups) {
      for (const [start, stop] of plan.intervals) events += lowerBound(group.events.time, stop) - lowerBound(group.events.time, start)
      for (const rate of group.rates) for (const counts of rate.counts) events += counts
    }
    const gti = unite(data.whole.groups.flatMap((group) => intersect(group.good, plan.intervals))).slice(0, 100)
    out.instruments.push({ id: one.descriptor.id, run: one.runs[0]!, events: Math.round(events), exposure: prepared.exposure, gti: gti.map(([a, b]) => [a, b]), products: one.products })
    out.cut.push(...cuts(prepared))
    const read = data.whole.groups.reduce((sum, group) => sum + group.events.time.length, 0)
    out.seconds += read * SECONDS_PER_EVENT + one.products.length * data.whole.groups.length * SECONDS_PER_PRODUCT
  }
  return out
}

/** What is more than can be read for a quote, from mean rates; undefined where it is to be read. */
function estimated(used: RequestAsUsed, one: InstrumentPlan, { coverage }: RequestContext): Quote['instruments'][number] | undefined {
  const streams = coverage.filter(({ stream }) => stream.instrument === one.descriptor.id && one.runs.includes(stream.run))
  const events = streams.reduce((sum, stream) => sum + expectedEvents(used, stream), 0)
  if (one.descriptor.data !== 'events' || events < READ_AT_MOST || one.products.length === 0) return undefined
  const exposure = Math.max(...streams.map(({ start, stop }) => overlap(used, start, stop)))
  return { id: one.descriptor.id, run: one.runs[0]!, events: Math.round(events), exposure, gti: [], products: one.products, about: true }
}

/** How well the times of a request in revolutions are known, in words; nothing for any other. */
function aboutRevolutions({ format, mission, intervals }: RequestTime, context: RequestContext): string[] {
  if (format !== 'revolution') return []
  const { passages, accuracy, source } = revolutionsOf(mission!, context)
  if (intervals.flat().every((value) => value === null || isKnownRevolution(Number(value), passages))) return [`Revolutions of ${mission} begin at ${source}.`]
  return [`Revolutions of ${mission} begin at ${source}; these are interpolated between, and may be wrong by up to ${Number((accuracy / 3600).toFixed(1))} h.`]
}

/** What is cut, in words. */
export function cuts({ plan, context }: Prepared): string[] {
  if (context === undefined) return []
  const { id } = plan.descriptor
  const { whole, radius } = context
  const out: string[] = []
  if (radius !== undefined) out.push(`${id}: only events within ${radius}° of the target count in light curve, spectrum and event list.`)
  if (context.shape !== undefined) out.push(`${id}: only events in the ${shapeText(context.shape)} count in light curve, spectrum and event list; exposures are those of its middle, no share of the point-spread function is taken off, and no background is counted in regions like it.`)
  if (radius === undefined && context.shape === undefined && context.used.target !== undefined) out.push(`${id}: its counts carry no directions, so those of its whole field are taken.`)
  if (context.limits !== undefined && context.looks !== undefined) out.push(`${id}: events further than ${context.limits.fieldOfView}° from the boresight${context.limits.zenith === undefined ? '' : ` or ${context.limits.zenith}° from the zenith`} are left out, and so is their exposure.`)
  const unseen = (context.used.bands ?? []).filter((band) => !meets(band, plan.descriptor))
  if (unseen.length > 0) out.push(`${id}: it sees ${bandText(...energiesOf(plan.descriptor))}; ${unseen.map((band) => bandText(band.eMin, band.eMax)).join(', ')} ${unseen.length > 1 ? 'are' : 'is'} left out.`)
  const { discs } = whole.cuts
  const energies = keptEnergies(whole.cuts)
  for (const disc of discs ?? []) out.push(`${id}: its photons were selected within ${disc.radius}° of ${disc.ra}, ${disc.dec} before they came here; there is no exposure outside.`)
  if (energies !== undefined) out.push(`${id}: its photons were selected ${energies} before they came here; bands are cut to that.`)
  if (context.limits !== undefined && context.looks === undefined) out.push(`${id}: its attitude in this time is not known, so exposures are good time.`)
  if (context.response !== undefined) out.push(`${id}: exposures in cm² s by ${context.response.name} (${context.response.note}).`)
  if (whole.outsideGood > 0) out.push(`${id}: ${whole.outsideGood} events lie outside good time and are left out.`)
  if (plan.runs.length > 1) out.push(`${id}: where its runs overlap, the first of ${plan.runs.join(', ')} is used; ${whole.doubled} events of later ones are left out.`)
  if (plan.descriptor.data === 'rates') out.push(`${id}: it counts in bins of its own, which are taken whole by their middle.`)
  return out
}
