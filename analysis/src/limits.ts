import { HeavensError, type InstrumentDescriptor, type RequestAsUsed } from '@heavens/schemas'
import type { StreamCoverage } from '@heavens/storage'
import type { RequestContext } from './request/resolve-request.js'
import { binCount } from './products/time-bins.js'

/** What one analysis may take, said in every quote. */
export interface AnalysisLimits {
  /** bins of one light curve, where there are data */
  bins: number
  /** bins of one light curve over the time asked for, with or without data */
  span: number
  /** events read of one instrument */
  events: number
  /** pixels along a side of an image */
  pixels: number
  /** intervals of a request; the schema takes a hundred thousand */
  intervals: number
  /** seconds of a fit to products */
  fitSeconds: number
  /** analyses of one client that have not begun */
  waiting: number
}

export const DEFAULT_LIMITS: AnalysisLimits = { bins: 4_000_000, span: 1_000_000_000, events: 100_000_000, pixels: 2048, intervals: 10_000, fitSeconds: 60, waiting: 1000 }

/** Estimates of events are by mean rates: only what is beyond all doubt is refused by them. */
const DOUBT = 2

/** Events that a stream has in the time asked for, by its mean rate. */
export function expectedEvents(used: Pick<RequestAsUsed, 'intervals'>, { start, stop, events }: StreamCoverage): number {
  return stop > start ? (events * overlap(used, start, stop)) / (stop - start) : 0
}

/** Seconds of the intervals within [start, stop). */
export function overlap({ intervals }: Pick<RequestAsUsed, 'intervals'>, start: number, stop: number): number {
  return intervals.reduce((sum, interval) => sum + Math.max(0, Math.min(interval.stop ?? stop, stop) - Math.max(interval.start, start)), 0)
}

/**
 * Refuse what would take more than one analysis may, before anything is read.
 *
 * @throws too-much with the path of what asks for it
 */
export function refuseTooMuch(used: RequestAsUsed, { coverage, instruments, limits = DEFAULT_LIMITS }: Pick<RequestContext, 'coverage' | 'instruments' | 'limits'>): void {
  const { products } = used.request
  if (used.intervals.length > limits.intervals) tooMuch('time.intervals', `${used.intervals.length.toLocaleString('en-US')} intervals, at most ${rounded(limits.intervals)}; join those that touch, or send several requests`)
  for (const id of new Set(used.instruments.map((one) => one.id))) {
    const { descriptor } = instruments.find((one) => one.descriptor.id === id)!
    const streams = coverage.filter(({ stream }) => used.instruments.some((one) => one.id === stream.instrument && one.run === stream.run))
    if (products === undefined || products.lightCurve !== undefined) checkBins(used, descriptor, streams, limits)
    if (products?.image !== undefined) checkPixels(used, descriptor, limits)
    const events = descriptor.data === 'events' ? streams.reduce((sum, one) => sum + expectedEvents(used, one), 0) : 0
    if (events > DOUBT * limits.events) tooMuch('time.intervals', `${id} has about ${rounded(events)} events in this time, at most ${rounded(limits.events)} are read at once; take a shorter time, or several requests`)
  }
}

function checkBins(used: RequestAsUsed, descriptor: InstrumentDescriptor, streams: readonly StreamCoverage[], limits: AnalysisLimits): void {
  const asked = used.request.products?.lightCurve?.bin
  const bin = asked ?? descriptor.defaults.bin
  const covered = Math.max(0, ...streams.map(({ start, stop }) => overlap(used, start, stop))) / bin
  const span = asked === undefined ? 0 : used.intervals.reduce((sum, { start, stop }) => sum + (stop === null ? 0 : binCount([start, stop], asked)), 0)
  const path = 'products.lightCurve.bin'
  if (span > limits.span) tooMuch(path, `${bin} s over the time asked for are ${rounded(span)} bins, at most ${rounded(limits.span)}; take wider bins or less time`)
  if (covered > limits.bins * 1.01) tooMuch(path, `${bin} s give ${rounded(covered)} bins of ${descriptor.id}, at most ${rounded(limits.bins)}; take wider bins or less time`)
}

function checkPixels(used: RequestAsUsed, { id, defaults }: InstrumentDescriptor, limits: AnalysisLimits): void {
  const { size = defaults.size, pixel = defaults.pixel } = used.request.products!.image!
  if (size === undefined || pixel === undefined) return
  const side = Math.ceil(size / pixel)
  if (side > limits.pixels) tooMuch('products.image.pixel', `${size} degrees in pixels of ${pixel} are ${side} pixels a side for ${id}, at most ${limits.pixels}; take wider pixels or a smaller image`)
}

function tooMuch(path: string, reason: string): never {
  throw new HeavensError('too-much', { reason: `${path}: ${reason}` }, { path })
}

function rounded(n: number): string {
  return n < 1e15 ? Number(n.toPrecision(3)).toLocaleString('en-US') : n.toExponential(2)
}
