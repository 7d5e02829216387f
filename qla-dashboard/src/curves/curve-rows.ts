import type { CurveSeries, InstrumentDescriptor, StreamHealth } from '@heavens/schemas'
import { ask } from '../wire/rest.js'
import { type Bins, binsOfSeries, emptyBins, mergeBins } from './series-buffer.js'
import { widthForSpan } from './steps.js'

/** What a row shows, as chosen by the user; absent: as the instrument suggests. */
export interface RowChoice {
  band?: string
  group?: string
  width?: number | undefined
}

/** One row: a curve of one instrument. */
export interface Row {
  stream: StreamHealth
  descriptor: InstrumentDescriptor
  band: string
  /** a group, or `sum` */
  group: string
  width: number
}

/** Rows of the streams, with the band of the rate trigger (where events show; else the lowest, where most photons are), all groups added, and a width that fits the axis. */
export function rowsOf(streams: readonly StreamHealth[], descriptors: readonly InstrumentDescriptor[], choices: ReadonlyMap<string, RowChoice>, span: number): Row[] {
  return streams.flatMap((stream) => {
    const descriptor = descriptors.find((d) => d.id === stream.instrument)
    if (!descriptor) return []
    const choice = choices.get(stream.instrument) ?? {}
    const band = descriptor.bands.find((b) => b.id === choice.band)?.id ?? descriptor.triggers.rate[0]?.band ?? descriptor.bands[0]!.id
    const { widths, sparse } = descriptor.curves
    // Photons minutes apart are seen in few, wide bins.
    const width = choice.width !== undefined && widths.includes(choice.width) ? choice.width : widthForSpan(widths, span, sparse ? 150 : 2000)
    return [{ stream, descriptor, band, group: choice.group ?? 'sum', width }]
  })
}

export const rowKey = (row: Row): string => [row.stream.instrument, row.stream.run, row.group, row.band, row.width].join(' ')

/** Bins of the curves that were shown lately, and which intervals of them were fetched. */
export interface CurveCache {
  get(key: string): Bins | undefined
  merge(key: string, bins: Bins): void
  /**
   * Fetch what of [start, stop] is not held yet, once at a time for each curve; `done` when bins have come. On a live axis the
   * end comes by itself: the last moments need not be held.
   */
  need(row: Row, start: number, stop: number, live: boolean, done: () => void, failed: (error: unknown) => void): void
  /** Live bins from a time on have come: what was fetched goes on, if they follow it without a break. */
  reached(key: string, from: number, watermark: number): void
  /** Up to this time the curve is known, bins or no bins; null before the first word about it. */
  knownTo(key: string): number | null
  /** After a reconnect what was fetched may have been revised. */
  forgetFetched(): void
}

const KEPT = 40
/** Bins of two messages follow each other when less than this lies between them [s]. */
const SEAM = 5
/** A live axis whose end is known less far than this is filled from the store [s]. */
const LAG = 30

export function createCurveCache(): CurveCache {
  const held = new Map<string, Bins>()
  const fetched = new Map<string, { start: number; stop: number }>()
  const busy = new Set<string>()
  const notBefore = new Map<string, number>()
  const known = new Map<string, number>()

  function merge(key: string, bins: Bins): void {
    const before = held.get(key)
    held.delete(key)
    held.set(key, mergeBins(before ?? emptyBins(bins.width, bins.phase), bins))
    while (held.size > KEPT) {
      const oldest = held.keys().next().value!
      held.delete(oldest)
      fetched.delete(oldest)
      known.delete(oldest)
    }
  }

  return {
    get: (key) => held.get(key),
    merge,
    need(row, start, stop, live, done, failed) {
      const key = rowKey(row)
      const have = fetched.get(key)
      const end = Math.min(stop, row.stream.watermark ?? stop)
      if (busy.has(key) || (have && have.start <= start && have.stop >= (live ? end - Math.max(LAG, (stop - start) / 10) : end)) || (notBefore.get(key) ?? 0) > performance.now()) return
      busy.add(key)
      // Half the axis more on each side: panning a little asks nothing.
      const extra = (stop - start) / 2
      const range = { start: start - extra, stop: stop + extra }
      const { instrument, run } = row.stream
      ask<CurveSeries[]>('curves', { query: { instrument, run, group: row.group, band: row.band, width: row.width, start: range.start, stop: range.stop } }).then((list) => {
        for (const series of list) merge(key, binsOfSeries(series))
        const together = have && have.start <= range.stop && have.stop >= range.start
        // The part ahead of the newest data will come by itself, or be asked for when it is looked at again.
        const reached = Math.min(range.stop, row.stream.watermark ?? range.stop)
        fetched.set(key, together ? { start: Math.min(have.start, range.start), stop: Math.max(have.stop, reached) } : { start: range.start, stop: reached })
        known.set(key, Math.max(known.get(key) ?? -Infinity, reached))
        notBefore.set(key, performance.now() + 2000)
        done()
      }).catch((error: unknown) => {
        notBefore.set(key, performance.now() + 5000)
        failed(error)
      }).finally(() => busy.delete(key))
    },
    reached(key, from, watermark) {
      const have = fetched.get(key)
      if (have && from <= have.stop + SEAM) have.stop = Math.max(have.stop, watermark)
      known.set(key, Math.max(known.get(key) ?? -Infinity, watermark))
    },
    knownTo: (key) => known.get(key) ?? null,
    forgetFetched: () => fetched.clear(),
  }
}
