import type { AnalysisRequest, RequestAsUsed } from '@heavens/schemas'
import { closedRequest } from '../request/close-request.js'
import type { RequestContext } from '../request/resolve-request.js'

/** Work on more events than this shows a first part of itself. */
const MANY_EVENTS = 1_500_000
/** Events of that part: read and drawn well within a second. */
const PART_EVENTS = 300_000

/**
 * A short first part of long work: the same request on its first stretch of time, pictures and curves only. Undefined where the
 * whole is made as quickly. Events are estimated from the mean rates of the streams.
 */
export function firstPart(used: RequestAsUsed, context: RequestContext): AnalysisRequest | undefined {
  const { products } = used.request
  if (products !== undefined && products.lightCurve === undefined && products.image === undefined) return undefined
  const streams = context.coverage.filter(({ stream, start, stop }) => stop > start && used.instruments.some((i) => i.id === stream.instrument && i.run === stream.run))
  const before = (until: number): number => {
    let events = 0
    for (const { start, stop, events: n } of streams) {
      for (const interval of used.intervals) {
        const shared = Math.min(interval.stop ?? until, stop, until) - Math.max(interval.start, start)
        if (shared > 0) events += (n * shared) / (stop - start)
      }
    }
    return events
  }
  let [low, high] = [used.intervals[0]!.start, Math.max(...streams.map(({ stop }) => stop), used.intervals[0]!.start)]
  if (before(high) < MANY_EVENTS) return undefined
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (before(middle) > PART_EVENTS) high = middle
    else low = middle
  }
  const part = closedRequest(used, Math.floor(high * 1000) / 1000 + 0.001)
  return { ...part, products: { ...(products?.lightCurve || !products ? { lightCurve: products?.lightCurve ?? { bands: 'each' } } : {}), ...(products?.image ? { image: products.image } : {}) } }
}
