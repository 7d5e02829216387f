import type { AnalysisRequest, RequestAsUsed } from '@heavens/schemas'
import { utcIsoFromTt } from '@heavens/science/time'
import { HeavensError } from '@heavens/schemas'

/**
 * The request with its times cut at `until` and in absolute form (ISO UTC, to the microsecond): what a followed request is while it
 * runs and when it has ended, and what gives the same products for ever.
 *
 * @param until TT seconds; intervals that begin later are left out
 * @throws no-data where no interval begins before `until`
 */
export function closedRequest({ request, intervals }: RequestAsUsed, until: number): AnalysisRequest {
  const kept = intervals.filter(({ start }) => start < until)
  const closed = kept.map(({ start, stop }): [string, string] => [utcIsoFromTt(start), utcIsoFromTt(Math.min(stop ?? until, until))]).filter(([start, stop]) => start < stop)
  if (closed.length === 0) throw new HeavensError('no-data', { reason: `nothing has come of the time asked for, which begins at ${utcIsoFromTt(intervals[0]!.start)}; the data end at ${utcIsoFromTt(until)}` })
  return { ...request, time: { format: 'iso', scale: 'utc', intervals: closed } }
}

/** Whether a request goes on as data arrive. */
export function isOpen(used: Pick<RequestAsUsed, 'intervals'>): boolean {
  return used.intervals.some(({ stop }) => stop === null)
}
