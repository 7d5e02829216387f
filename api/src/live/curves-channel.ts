import type { CurveNotice, InstrumentDescriptor } from '@heavens/schemas'
import type { CurveStore } from '@heavens/storage'
import type { PublicationLedger } from '../publication-ledger.js'
import { boundsOf, indexRange, phaseOf } from '../curves/select-series.js'
import type { Series, SeriesFilter } from '../curves/select-series.js'
import type { KeyedView } from '../views/keyed-view.js'
import { mergeRange } from './merge-range.js'
import type { TimeRange } from './merge-range.js'
import type { Outbox } from './outbox.js'
import type { SharedCurves } from './shared-curves.js'
import type { Subscription } from './subscription.js'

/** Bins of the recent past that a new subscription is given. */
const HISTORY = 1200
/** Most bins in one update: a curve that runs ahead faster than it can be watched skips. */
const LARGEST = 4800
/** Least time between two updates [ms]. */
const PACE = 200

export interface CurvesChannelOptions {
  store: CurveStore
  shared: SharedCurves
  notices: KeyedView<CurveNotice>
  descriptor: InstrumentDescriptor
  filter: SeriesFilter
  outbox: Outbox
  publication: PublicationLedger
  /** reading failed: tell the client and end the subscription */
  failed(error: unknown): void
}

/**
 * The curves that pass the filter: the recent past of each, then, whenever the log says that bins are new or revised, those
 * bins, read from the store; at most five times a second, and less often while the client is slow: notices that come
 * meanwhile are merged and counted as lost messages.
 */
export function openCurves({ store, shared, notices, descriptor, filter, outbox, publication, failed }: CurvesChannelOptions): Subscription {
  const instrument = descriptor.id
  const known = new Map<string, number>()
  // What has changed and was not sent yet, by run: new bins and late ones long before them stay apart.
  let pending = new Map<string, TimeRange[]>()
  // When the log took the oldest of these notices, by run.
  let waiting = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let running = false
  let closed = false

  /** The bins of a series that are due: at first its recent past, then what has changed. */
  async function send(series: Series, changed: readonly TimeRange[], since: number | undefined): Promise<void> {
    const id = `${series.key.run}/${series.key.group}/${series.key.band}`
    const phase = known.get(id)
    if (phase !== undefined) {
      for (const { start, stop } of changed) {
        const { from, to } = indexRange(start, stop, series.key.width, phase)
        if (to - from > LARGEST) outbox.lose('curves', 1)
        await sendBins(series, Math.max(from, to - LARGEST), to, since)
      }
      return
    }
    const bounds = await boundsOf(store, series)
    if (bounds === undefined) return
    known.set(id, await phaseOf(store, series, bounds))
    await sendBins(series, Math.max(bounds.first, bounds.last - HISTORY), bounds.last)
  }

  async function sendBins(series: Series, from: number, to: number, since?: number): Promise<void> {
    const message = await shared.message(series, from, to)
    if (message === undefined) return
    await outbox.whenRoom()
    if (!closed && outbox.offer('curves', message) && since !== undefined) publication.note(series.key, since)
  }

  async function flush(): Promise<void> {
    timer = undefined
    running = true
    await outbox.whenRoom()
    const changed = pending
    const since = waiting
    pending = new Map()
    waiting = new Map()
    for (const series of await shared.select(descriptor, filter)) {
      if (closed) return
      await send(series, changed.get(series.key.run) ?? [], since.get(series.key.run))
    }
    running = false
    if (pending.size) schedule(PACE)
  }

  function schedule(wait: number): void {
    if (closed || running || timer !== undefined) return
    timer = setTimeout(() => { flush().catch((error: unknown) => { if (!closed) failed(error) }) }, wait)
  }

  const stop = notices.subscribe(({ value: notice }, appended) => {
    if (notice === undefined || notice.instrument !== instrument || (filter.run !== undefined && notice.run !== filter.run)) return
    const before = pending.get(notice.run)
    // While the client is slow, what would have been a message of its own becomes part of the next.
    if (before !== undefined && running) outbox.lose('curves', 1)
    pending.set(notice.run, mergeRange(before ?? [], { start: notice.from, stop: notice.to }))
    waiting.set(notice.run, Math.min(waiting.get(notice.run) ?? Infinity, appended))
    schedule(PACE)
  })
  schedule(0)
  return {
    close() {
      closed = true
      stop()
      clearTimeout(timer)
    },
  }
}
