import { HeavensError } from '@heavens/schemas'
import type { ErrorCode, ErrorFields, InstrumentDescriptor, Quote, RequestAsUsed } from '@heavens/schemas'
import { errorSentence } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import { DEFAULT_LIMITS, type AnalysisLimits } from './limits.js'
import type { RequestContext } from './request/resolve-request.js'
import { intervalsText, intervalText } from './request/interval-text.js'
import { unite } from './selection/intervals.js'
import type { Interval } from './selection/intervals.js'

export type ProductName = InstrumentDescriptor['products'][number]
export type Refusal = Quote['refused'][number]

/** What is to be made of one instrument. */
export interface InstrumentPlan {
  instrument: Instrument
  descriptor: InstrumentDescriptor
  /** in order of preference */
  runs: string[]
  /** other measured runs of the instrument, where calibration may have come that these lack; none for simulated ones */
  otherRuns: string[]
  /** indices into the descriptor's groups */
  groups: number[]
  /** true: the groups were named, and one without data is worth a word */
  groupsNamed: boolean
  options: Record<string, unknown>
  products: ProductName[]
}

/** A request laid out: closed times, and what each instrument makes. */
export interface Plan {
  used: RequestAsUsed
  intervals: Interval[]
  background: Interval[]
  /** both together, joined */
  wanted: Interval[]
  instruments: InstrumentPlan[]
  refused: Refusal[]
  most: AnalysisLimits
}

const NAMES = { lightCurve: 'light-curve', spectrum: 'spectrum', image: 'image', events: 'events' } as const

export function refusal(id: string, code: ErrorCode, fields: ErrorFields): Refusal {
  return { id, code, sentence: errorSentence(code, fields) }
}

/** Products that were asked for by name; none: each instrument's defaults. */
function askedProducts(used: RequestAsUsed): ProductName[] {
  const asked = used.request.products ?? {}
  return (Object.keys(NAMES) as (keyof typeof NAMES)[]).filter((key) => asked[key] !== undefined).map((key) => NAMES[key])
}

/**
 * Lay out a request. An open end is closed at the end of the data as they are now. What an instrument cannot make is
 * refused with the reason.
 *
 * @throws HeavensError no-data where no instrument has anything in the time
 */
export function makePlan(used: RequestAsUsed, context: RequestContext): Plan {
  const covered = context.coverage.filter((c) => used.instruments.some((i) => i.id === c.stream.instrument && i.run === c.stream.run))
  const end = covered.reduce((most, c) => Math.max(most, c.stop), -Infinity)
  // Coverage ends with the last event: a microsecond more takes it in.
  const intervals = used.intervals.map(({ start, stop }): Interval => [start, stop ?? Math.max(start, end + 1e-6)])
  const background = unite((used.request.products?.spectrum?.background ?? []).map(([from, to]): Interval => [intervals[0]![0] + from, intervals[0]![0] + to]))
  if (used.instruments.length === 0) throw new HeavensError('no-data', { reason: nothingText(intervals, context) })
  const plan: Plan = { used, intervals, background, wanted: unite([...intervals, ...background]), instruments: [], refused: [], most: context.limits ?? DEFAULT_LIMITS }
  for (const id of new Set(used.instruments.map((i) => i.id))) {
    const entries = used.instruments.filter((i) => i.id === id)
    const instrument = context.instruments.find((i) => i.descriptor.id === id)!
    const { descriptor } = instrument
    const asked = askedProducts(used)
    const products: ProductName[] = []
    for (const product of asked.length > 0 ? asked : descriptor.products) {
      const reason = cannot(descriptor, product, used)
      if (reason === undefined) products.push(product)
      else if (asked.length > 0) plan.refused.push(refusal(id, 'no-product', { instrument: id, product, reason }))
    }
    plan.instruments.push({
      instrument, descriptor, products, runs: entries.map((e) => e.run), otherRuns: otherRuns(id, entries.map((e) => e.run), context),
      groups: entries[0]!.groups.map((group) => descriptor.groups.findIndex((g) => g.id === group)),
      groupsNamed: used.request.instruments?.find((i) => i.id === id)?.groups !== undefined,
      options: entries[0]!.options,
    })
  }
  return plan
}

function otherRuns(id: string, runs: readonly string[], context: RequestContext): string[] {
  const simulated = (run: string): boolean => run.startsWith('simulated')
  if (runs.some(simulated)) return []
  const all = context.coverage.filter(({ stream }) => stream.instrument === id && !runs.includes(stream.run) && !simulated(stream.run)).map(({ stream }) => stream.run)
  return all.toSorted((a, b) => Number(b === 'main') - Number(a === 'main') || (a < b ? -1 : 1))
}

/** Why an instrument cannot make a product; undefined: it can. */
function cannot(descriptor: InstrumentDescriptor, product: ProductName, used: RequestAsUsed): string | undefined {
  if (!descriptor.products.includes(product)) return `it gives ${descriptor.products.join(', ')}`
  if (product === 'image' && !(descriptor.columns.includes('ra') && descriptor.columns.includes('dec'))) return 'its events carry no directions'
  if (product === 'image' && used.target === undefined) return 'the request names no target to centre it on'
  if (product === 'events' && descriptor.data === 'rates') return 'it counts in bins and keeps no events'
  return undefined
}

function nothingText(intervals: readonly Interval[], context: RequestContext): string {
  const known = context.coverage.filter((c) => Number.isFinite(c.start) && c.stop > c.start)
  const when = intervals.some(([start, stop]) => stop <= start) ? 'that time' : intervalsText(intervals)
  const has = known.slice(0, 5).map((c) => `${c.stream.instrument} (${c.stream.run}) ${intervalText([c.start, c.stop])}`)
  return `no instrument has data in ${when}; ${has.length > 0 ? `there are: ${has.join('; ')}` : 'nothing has been ingested yet'}`
}
