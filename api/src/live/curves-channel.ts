import { encodeFrame } from '@heavens/schemas'
import type { BinaryHeader, CurveBins, CurveNotice, InstrumentDescriptor } from '@heavens/schemas'
import type { CurveStore } from '@heavens/storage'
import { boundsOf, indexRange, phaseOf, readSeries, selectSeries } from '../curves/select-series.js'
import type { Series, SeriesFilter } from '../curves/select-series.js'
import type { KeyedView } from '../views/keyed-view.js'
import type { Outbox } from './outbox.js'
import type { Subscription } from './subscription.js'

/** Bins of the recent past that a new subscription is given. */
const HISTORY = 1200
/** Most bins in one update: a curve that runs ahead faster than it can be watched skips. */
const LARGEST = 4800
/** Least time between two updates [ms]. */
const PACE = 200

export interface CurvesChannelOptions {
  store: CurveStore
  notices: KeyedView<CurveNotice>
  descriptor: InstrumentDescriptor
  filter: SeriesFilter
  outbox: Outbox
  /** reading failed: tell the client and end the subscription */
  failed(error: unknown): void
}

/**
 * The curves that pass the filter: the recent past of each, then, whenever the log says that bins are new or revised, those
 * bins, read from the store; at most five times a second, and less often while the client is slow: notices that come
 * meanwhile are merged and counted as lost messages.
 */
export function openCurves({ store, notices, descriptor, filter, outbox, failed }: CurvesChannelOptions): Subscription {
  const instrument = descriptor.id
  const known = new Map<string, number>()
  let pending: { start: number; stop: number } | undefined = { start: Infinity, stop: -Infinity }
  let timer: NodeJS.Timeout | undefined
  let running = false
  let closed = false

  async function send(series: Series, range: { start: number; stop: number }): Promise<void> {
    const id = `${series.key.run}/${series.key.group}/${series.key.band}`
    const bounds = await boundsOf(store, series)
    if (bounds === undefined) return
    const { width } = series.key
    let from = bounds.last - HISTORY
    let to = bounds.last
    const phase = known.get(id) ?? await phaseOf(store, series, bounds)
    if (known.has(id)) ({ from, to } = indexRange(range.start, range.stop, width, phase))
    else known.set(id, phase)
    if (to - from > LARGEST) { outbox.lose('curves', 1); from = to - LARGEST }
    if (to <= from) return
    const bins = await readSeries(store, series, from, to)
    if (bins.index.length === 0) return
    await outbox.whenRoom()
    if (!closed) outbox.offer('curves', curveMessage(series, bins, notices.get(`${instrument}/${series.key.run}`), notices.seq()))
  }

  async function flush(): Promise<void> {
    timer = undefined
    running = true
    await outbox.whenRoom()
    const range = pending!
    pending = undefined
    for (const series of await selectSeries(store, descriptor, filter)) {
      if (closed) return
      await send(series, range)
    }
    running = false
    if (pending !== undefined) schedule(PACE)
  }

  function schedule(wait: number): void {
    if (closed || running || timer !== undefined) return
    timer = setTimeout(() => { flush().catch((error: unknown) => { if (!closed) failed(error) }) }, wait)
  }

  const stop = notices.subscribe(({ value: notice }) => {
    if (notice === undefined || notice.instrument !== instrument || (filter.run !== undefined && notice.run !== filter.run)) return
    if (pending !== undefined && running) outbox.lose('curves', 1)
    pending = { start: Math.min(pending?.start ?? Infinity, notice.from), stop: Math.max(pending?.stop ?? -Infinity, notice.to) }
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

function curveMessage({ key }: Series, bins: CurveBins, notice: { value: CurveNotice; seq: number } | undefined, seq: number): Uint8Array {
  const { phase, ...arrays } = bins
  const end = (bins.index.at(-1)! + 1) * key.width + phase
  const header: BinaryHeader = { channel: 'curves', seq: notice?.seq ?? seq, ...key, phase, watermark: notice?.value.watermark ?? end }
  return encodeFrame(header, arrays)
}
