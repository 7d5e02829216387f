import { HeavensError } from '@heavens/schemas'
import { readTable, tableRows } from '@heavens/science/fits'
import type { FitsFile, FitsHdu, TableSlice } from '@heavens/science/fits'
import type { TimeReference } from '@heavens/science/time'
import type { DecodeContext } from '../instrument.js'
import { numericColumn } from './column.js'
import { nextTime } from './next-time.js'
import { spelledColumns, tableColumns } from './table-columns.js'
import type { TimeLimits } from './time-limits.js'

export type RowValues = Exclude<ReturnType<typeof numericColumn>, undefined>

/** Rows of a table in time order. `values(name)` holds `count` elements (scalar columns). */
export interface OrderedPiece {
  start: number
  stop: number
  count: number
  time: Float64Array
  values(name: string): RowValues
}

export interface OrderedRows {
  time: string
  /** scalar columns that must be there */
  columns: readonly string[]
  reference: Pick<TimeReference, 'scale' | 'offset'>
  limits: TimeLimits
  context: DecodeContext
}

/** Rows held in memory at once. A table up to this length comes out in time order whatever the order of its rows. */
const CHUNK = 4_000_000
/** The header's TSTART and TSTOP bound the data when they lie this close to them [s]; a selection keeps those of its parent file. */
const EDGE = 120

/**
 * Rows of an event table, in ascending time, in pieces of at most `context.rows`; pieces follow each other without gap or
 * overlap: [start, stop) of one ends where the next begins. Rows whose time is not finite or outside the limits are reported as undecodable.
 *
 * Public files are not always sorted: the LAT list of the Crab steps back 7 times, by up to 6 days. A table longer than
 * 4 million rows is sorted in stretches of that length only. Throws file-unusable: no rows, a column missing, no usable time.
 */
export async function* orderedRows(file: FitsFile, hdu: FitsHdu, wanted: OrderedRows): AsyncIterable<OrderedPiece> {
  const total = tableRows(hdu)
  if (total === 0) throw new HeavensError('file-unusable', { file: file.name, reason: `no rows in ${hdu.name}` })
  const columns = spelledColumns(hdu, [wanted.time, ...wanted.columns])
  if (columns.length !== 1 + wanted.columns.length) {
    const present = tableColumns(hdu).map(name => name.toLowerCase())
    const missing = [wanted.time, ...wanted.columns].filter(name => !present.includes(name.toLowerCase()))
    throw new HeavensError('file-unusable', { file: file.name, reason: `${hdu.name} has no column ${missing.join(', ')}` })
  }
  let held: Stretch | undefined
  let first = true
  for (let from = 0; from < total; from += CHUNK) {
    const slice = await readTable(file, hdu, { columns, from, to: Math.min(total, from + CHUNK) })
    const stretch = sortStretch(file, slice, wanted)
    if (stretch.time.length === 0) continue
    if (held !== undefined) yield* pieces(held, wanted, first, stretch.time[0]!)
    if (held !== undefined) first = false
    held = stretch
  }
  if (held === undefined) throw new HeavensError('file-unusable', { file: file.name, reason: `none of the ${total} rows of ${hdu.name} has a usable time` })
  yield* pieces(held, wanted, first, undefined)
}

interface Stretch {
  time: Float64Array
  values(name: string, from: number, to: number): RowValues
}

function sortStretch(file: FitsFile, slice: TableSlice, wanted: OrderedRows): Stretch {
  const raw = numericColumn(file, slice, wanted.time)
  // The column was read for this call alone: doubles are converted where they lie.
  const time = raw instanceof Float64Array ? raw : Float64Array.from(raw, Number)
  const { earliest, latest } = wanted.limits
  const { bad, outside, sorted } = convertTimes(time, wanted.reference, earliest, latest)
  if (bad > 0) wanted.context.undecodable(bad, 'the time is not a finite number')
  if (outside > 0) wanted.context.undecodable(outside, 'the time lies outside the interval of the file')
  if (sorted && bad + outside === 0) {
    return { time, values: (name, from, to) => numericColumn(file, slice, name).subarray(from, to) }
  }
  const order = new Uint32Array(slice.rows - bad - outside)
  for (let row = 0, kept = 0; row < slice.rows; row++) if (time[row]! >= earliest && time[row]! <= latest) order[kept++] = row
  // Equal times keep the order of the file.
  if (!sorted) order.sort((a, b) => time[a]! - time[b]! || a - b)
  return {
    time: Float64Array.from(order, row => time[row]!),
    values: (name, from, to) => {
      const column = numericColumn(file, slice, name)
      const picked = new (column.constructor as new (length: number) => RowValues)(to - from)
      for (let row = from; row < to; row++) picked[row - from] = column[order[row]!]!
      return picked
    },
  }
}

/** x → x · scale + offset in place; how many are not finite, how many outside [earliest, latest], and whether the others ascend. */
function convertTimes(time: Float64Array, { scale, offset }: Pick<TimeReference, 'scale' | 'offset'>, earliest: number, latest: number): { bad: number; outside: number; sorted: boolean } {
  for (let row = 0; row < time.length; row++) time[row] = time[row]! * scale + offset
  if (ascends(time) && time[0]! >= earliest && time[time.length - 1]! <= latest) return { bad: 0, outside: 0, sorted: true }
  let bad = 0
  let outside = 0
  let sorted = true
  let last = earliest
  for (const t of time) {
    if (!Number.isFinite(t)) bad++
    else if (t < earliest || t > latest) outside++
    else {
      if (t < last) sorted = false
      last = t
    }
  }
  return { bad, outside, sorted }
}

/** Whether no time is below the one before it, nor not a number. */
function ascends(time: Float64Array): boolean {
  let before = Number.NEGATIVE_INFINITY
  for (let row = 0; row < time.length; row++) {
    if (!(time[row]! >= before)) return false
    before = time[row]!
  }
  return true
}

function* pieces(stretch: Stretch, wanted: OrderedRows, first: boolean, following: number | undefined): Iterable<OrderedPiece> {
  const { time } = stretch
  const { start: headerStart, stop: headerStop } = wanted.limits
  let from = 0
  let start = time[0]!
  if (first && headerStart !== undefined && headerStart <= start && start - headerStart < EDGE) start = headerStart
  while (from < time.length) {
    let to = Math.min(time.length, from + wanted.context.rows)
    // A cut between equal times would put the second beyond the half-open end of its piece.
    if (to < time.length) {
      let cut = to
      while (cut > from + 1 && time[cut] === time[cut - 1]) cut--
      if (time[cut] !== time[cut - 1]) to = cut
    }
    const last = time[to - 1]!
    let stop = to < time.length ? time[to]! : (following ?? nextTime(last))
    if (to === time.length && following === undefined && headerStop !== undefined && headerStop > last && headerStop - last < EDGE) stop = headerStop
    if (stop <= last) stop = nextTime(last)
    const [begin, end] = [from, to]
    yield { start, stop, count: end - begin, time: time.subarray(begin, end), values: name => stretch.values(name, begin, end) }
    from = to
    // More equal times than a piece holds: the next one begins at that same time.
    start = from < time.length ? Math.min(stop, time[from]!) : stop
  }
}
