import { pickRows, timesOf, type TimedItem } from './lane.js'

/** Two records of one event may differ by the rounding of two files' time zero points. */
const SAME_TIME = 1e-6

/**
 * Two files of one detector may overlap: an event (or rate bin) of a later item that also stands in an earlier one is dropped.
 * Within one item nothing is dropped: a source does not repeat itself.
 *
 * Events are the same when detector, channel (or energy) agree and their times lie within 1 µs.
 *
 * @param items slices of the same time range, one per source, rows in ascending time
 * @returns     the items without repeats, in the same order, and how many rows were dropped
 */
export function dropRepeats(items: readonly TimedItem[]): { items: TimedItem[]; dropped: number } {
  let dropped = 0
  const out: TimedItem[] = []
  const detectors = items.map((item) => (item.kind === 'events' ? onlyDetector(item.columns.detector) : undefined))
  for (const [k, item] of items.entries()) {
    let kept = item
    for (const [e, earlier] of out.entries()) {
      if (detectors[k] !== undefined && detectors[e] !== undefined && detectors[k] !== detectors[e]) continue
      if (!mayRepeat(earlier, kept)) continue
      const rows = rowsNotIn(kept, earlier)
      dropped += kept.count - rows.length
      if (rows.length < kept.count) kept = pickRows(kept, rows)
    }
    out.push(kept)
  }
  return { items: out, dropped }
}

function mayRepeat(a: TimedItem, b: TimedItem): boolean {
  if (a.kind !== b.kind || a.count === 0 || b.count === 0) return false
  if (a.kind === 'rates' && b.kind === 'rates' && a.group !== b.group) return false
  const ta = timesOf(a)
  const tb = timesOf(b)
  return ta[0]! <= tb.at(-1)! + SAME_TIME && tb[0]! <= ta.at(-1)! + SAME_TIME
}

/** The detector of all rows, undefined where they are of several. */
function onlyDetector(detector: Uint8Array | undefined): number | undefined {
  const first = detector?.[0]
  if (!detector || first === undefined) return undefined
  // All are equal when the array is equal to itself moved by one: a comparison of memory, not of elements.
  return Buffer.compare(detector.subarray(1), detector.subarray(0, -1)) === 0 ? first : undefined
}

function rowsNotIn(item: TimedItem, earlier: TimedItem): Uint32Array {
  const times = timesOf(item)
  const other = timesOf(earlier)
  const same = sameness(item, earlier)
  const used = new Uint8Array(other.length)
  const keep = new Uint32Array(item.count)
  let n = 0
  let from = 0
  for (let i = 0; i < times.length; i++) {
    while (from < other.length && other[from]! < times[i]! - SAME_TIME) from++
    let found = false
    for (let j = from; j < other.length && other[j]! <= times[i]! + SAME_TIME && !found; j++) {
      if (!used[j] && same(i, j)) {
        used[j] = 1
        found = true
      }
    }
    if (!found) keep[n++] = i
  }
  return keep.subarray(0, n)
}

function sameness(a: TimedItem, b: TimedItem): (i: number, j: number) => boolean {
  if (a.kind !== 'events' || b.kind !== 'events') return () => true
  const x = a.columns
  const y = b.columns
  return (i, j) =>
    x.detector?.[i] === y.detector?.[j] && x.channel?.[i] === y.channel?.[j] && x.energy?.[i] === y.energy?.[j] && x.ra?.[i] === y.ra?.[j]
}
