import type { ItemSummary } from './item-summary.js'

/** Totals of a set of items: hull of the times of events and rates, and of everything with a time; TT s. */
export interface TimeSpan {
  dataStart: number
  dataStop: number
  start: number
  stop: number
  events: number
}

export function emptySpan(): TimeSpan {
  return { dataStart: Infinity, dataStop: -Infinity, start: Infinity, stop: -Infinity, events: 0 }
}

/** Widen `span` by an item. */
export function addToSpan(span: TimeSpan, item: ItemSummary): void {
  if (item.kind === 'ebounds' || item.kind === 'calibration' || Number.isNaN(item.start)) return
  span.start = Math.min(span.start, item.start)
  span.stop = Math.max(span.stop, item.stop)
  if (item.kind !== 'events' && item.kind !== 'rates') return
  span.dataStart = Math.min(span.dataStart, item.start)
  span.dataStop = Math.max(span.dataStop, item.stop)
  span.events += item.events
}

/** Widen `span` by another. */
export function joinSpan(span: TimeSpan, other: TimeSpan): void {
  span.start = Math.min(span.start, other.start)
  span.stop = Math.max(span.stop, other.stop)
  span.dataStart = Math.min(span.dataStart, other.dataStart)
  span.dataStop = Math.max(span.dataStop, other.dataStop)
  span.events += other.events
}

/** Where the data lie: events and rates where there are any, else whatever has a time; NaN where nothing has. */
export function hullOf(span: TimeSpan): { start: number; stop: number } {
  if (span.dataStop >= span.dataStart) return { start: span.dataStart, stop: span.dataStop }
  return span.stop >= span.start ? { start: span.start, stop: span.stop } : { start: NaN, stop: NaN }
}
