import { HeavensError, TOPICS } from '@heavens/schemas'
import type { AnalysisRequest, InstrumentDescriptor, RequestAsUsed } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import { KEV } from '@heavens/science/energy'
import { parseModel } from '@heavens/science/spectra'
import { utcIsoFromTt } from '@heavens/science/time'
import type { StreamCoverage, Stores } from '@heavens/storage'
import { DEFAULT_LIMITS, refuseTooMuch, type AnalysisLimits } from '../limits.js'
import { parseRequest } from './parse-request.js'
import { resolveIntervals } from './resolve-intervals.js'
import { defaultGroups, resolveOptions } from './resolve-options.js'
import { resolveTarget } from './resolve-target.js'

/** What a request is read against. */
export interface RequestContext {
  instruments: readonly Instrument[]
  coverage: readonly StreamCoverage[]
  /** start of a candidate [TT s], undefined for an unknown id */
  candidateTime(id: string): number | undefined
  /** absent: the usual ones */
  limits?: AnalysisLimits
}

/** The context as the stores have it now. */
export async function requestContext(stores: Stores, instruments: readonly Instrument[], limits: AnalysisLimits = DEFAULT_LIMITS): Promise<RequestContext> {
  const times = new Map<string, number>()
  for (const record of await stores.log.latest(TOPICS.candidates)) {
    if (record.value.length === 0) continue
    const candidate = JSON.parse(new TextDecoder().decode(record.value)) as { id: string; time: number }
    times.set(candidate.id, candidate.time)
  }
  return { instruments, coverage: await stores.archive.coverage(), candidateTime: (id) => times.get(id), limits }
}

/**
 * The request as used: checked, times in TT seconds, position ICRS, energies keV, instruments and runs chosen.
 *
 * Instruments that are not named: all with data in the time. Runs: measured ones with data in the time, `main` first,
 * then by name; simulated ones only where an instrument has no measured run; only `run` where the request names one.
 *
 * @throws HeavensError bad-request, bad-time, bad-position, stop-before-start, unknown-source, unknown-instrument, unknown-group, too-much
 */
export function resolveRequest(input: unknown, context: RequestContext): RequestAsUsed {
  const request = parseRequest(input)
  const intervals = resolveIntervals(request.time, context)
  request.products?.spectrum?.background?.forEach(([start, stop], i) => {
    if (stop <= start) throw new HeavensError('stop-before-start', { start, stop }, { path: `products.spectrum.background.${i}` })
  })
  const model = request.products?.spectrum?.fit?.model
  if (model !== undefined) readable(model)
  const target = request.target === undefined ? undefined : resolveTarget(request.target)
  const scale = KEV[request.energy?.unit ?? 'keV']
  const bands = request.energy?.bands.map(({ min, max }) => ({ id: `${rounded(min * scale)}-${rounded(max * scale)}`, eMin: rounded(min * scale), eMax: rounded(max * scale) }))
  const used: RequestAsUsed = {
    request,
    ...(target ? { target } : {}),
    intervals,
    intervalsUtc: intervals.map(({ start, stop }) => [utcIsoFromTt(start), stop === null ? null : utcIsoFromTt(stop)]),
    ...(bands ? { bands } : {}),
    instruments: chooseInstruments(request, target, intervals, context),
  }
  refuseTooMuch(used, context)
  return used
}

/** A model that cannot be read is said before anything runs. */
function readable(model: string): void {
  try {
    parseModel(model)
  } catch (cause) {
    if (!(cause instanceof HeavensError)) throw cause
    throw new HeavensError('bad-request', { reason: cause.message }, { path: 'products.spectrum.fit.model', cause })
  }
}

/** 0.1 × 1000 is 100.00000000000001 in float64: twelve digits are what was meant. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}

function chooseInstruments(request: AnalysisRequest, target: RequestAsUsed['target'], intervals: RequestAsUsed['intervals'], context: RequestContext): RequestAsUsed['instruments'] {
  const known = context.instruments.map(({ descriptor }) => descriptor)
  const start = intervals[0]!.start
  const stop = intervals.some((i) => i.stop === null) ? Infinity : Math.max(...intervals.map((i) => i.stop!))
  const out: RequestAsUsed['instruments'] = []
  const asked = request.instruments ?? known.map(({ id }) => ({ id, groups: undefined, options: {} }))
  asked.forEach(({ id, groups, options }, i) => {
    const descriptor = known.find((d) => d.id === id)
    if (descriptor === undefined) throw new HeavensError('unknown-instrument', { id, known: known.map((d) => d.id).join(', ') || 'none' }, { path: `instruments.${i}.id` })
    if (out.some((entry) => entry.id === id)) throw new HeavensError('bad-request', { reason: `instruments.${i}: ${id} is named twice` }, { path: `instruments.${i}.id` })
    const settled = resolveOptions(descriptor, options, `instruments.${i}.options`)
    const chosen = checkGroups(descriptor, groups ?? defaultGroups(descriptor, settled, target), i)
    const runs = chooseRuns(id, start, stop, request.run, context.coverage)
    if (runs.length === 0 && request.instruments !== undefined) runs.push(request.run ?? 'main')
    for (const run of runs) out.push({ id, run, groups: chosen, options: settled })
  })
  return out
}

function checkGroups(descriptor: InstrumentDescriptor, groups: readonly string[], i: number): string[] {
  const known = descriptor.groups.map((group) => group.id)
  groups.forEach((group, k) => {
    const path = `instruments.${i}.groups.${k}`
    if (!known.includes(group)) throw new HeavensError('unknown-group', { id: descriptor.id, group, known: known.join(', ') }, { path })
    if (groups.indexOf(group) !== k) throw new HeavensError('bad-request', { reason: `${path}: ${group} is named twice` }, { path })
  })
  return [...groups]
}

function chooseRuns(id: string, start: number, stop: number, run: string | undefined, coverage: readonly StreamCoverage[]): string[] {
  const rank = (name: string): number => (name === 'main' ? 0 : 1)
  const found = coverage
    .filter((c) => c.stream.instrument === id && c.start <= stop && c.stop >= start && (run === undefined || c.stream.run === run))
    .map((c) => c.stream.run)
    .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  const measured = found.filter((name) => !name.startsWith('simulated'))
  return measured.length > 0 ? measured : found
}
