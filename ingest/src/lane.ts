import type { EventColumns } from '@heavens/schemas'
import type { DecodedItem } from '@heavens/instruments'

/** Decoded data that have a time column: what can be cut and merged by time. */
export type TimedItem = Extract<DecodedItem, { kind: 'events' | 'rates' | 'pointing' }>

export function isTimed(item: DecodedItem): item is TimedItem {
  return item.kind === 'events' || item.kind === 'rates' || item.kind === 'pointing'
}

/** The times of an item, shape (count). */
export function timesOf(item: TimedItem): Float64Array {
  return item.kind === 'events' ? item.columns.time : item.time
}

function mapArrays<T extends object>(source: T, change: (array: ArrayLike<number>, name: string) => unknown): T {
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(source)) out[name] = ArrayBuffer.isView(value) ? change(value as unknown as ArrayLike<number>, name) : value
  return out as T
}

/** Elements per row of a named array of a rate block: `counts` holds one value per channel, everything else one. */
function stride(item: TimedItem, name: string): number {
  return item.kind === 'rates' && name === 'counts' ? item.channels : 1
}

/** Apply a change to every array of an item, event columns included. `stop`, `start` and `count` are the caller's to mend. */
function withArrays(item: TimedItem, change: (array: ArrayLike<number>, stride: number) => unknown): TimedItem {
  if (item.kind === 'events') return { ...item, columns: mapArrays<EventColumns>(item.columns, (a) => change(a, 1)) }
  return mapArrays(item, (a, name) => change(a, stride(item, name)))
}

type AnyArray = Float64Array

/** Rows [from, to) as views, without copying. */
export function sliceRows(item: TimedItem, from: number, to: number): TimedItem {
  const out = withArrays(item, (a, n) => (a as AnyArray).subarray(from * n, to * n))
  out.count = to - from
  return out
}

/** Rows in the order of `rows`, copied. */
export function pickRows(item: TimedItem, rows: Uint32Array): TimedItem {
  const out = withArrays(item, (a, n) => {
    const source = a as AnyArray
    const target = new (source.constructor as Float64ArrayConstructor)(rows.length * n)
    for (let i = 0; i < rows.length; i++) for (let k = 0; k < n; k++) target[i * n + k] = source[rows[i]! * n + k]!
    return target
  })
  out.count = rows.length
  return out
}

/** Items of one kind and shape one behind the other, copied. */
export function joinRows(items: readonly TimedItem[]): TimedItem {
  const first = items[0]!
  if (items.length === 1) return first
  const columns = (item: TimedItem): object => (item.kind === 'events' ? item.columns : item)
  const joined = mapArrays(columns(first), (a, name) => {
    const parts = items.map((item) => (columns(item) as Record<string, AnyArray>)[name]!)
    const target = new ((a as AnyArray).constructor as Float64ArrayConstructor)(parts.reduce((n, p) => n + p.length, 0))
    let at = 0
    for (const part of parts) {
      target.set(part, at)
      at += part.length
    }
    return target
  })
  const count = items.reduce((n, item) => n + item.count, 0)
  return first.kind === 'events' ? { ...first, columns: joined as EventColumns, count } : ({ ...(joined as TimedItem), count } as TimedItem)
}

/** The item with its rows in ascending time (stable); itself where they already are. */
export function sortRows(item: TimedItem): TimedItem {
  const time = timesOf(item)
  if (ascends(time)) return item
  const rows = Uint32Array.from({ length: time.length }, (_, i) => i).sort((a, b) => time[a]! - time[b]! || a - b)
  return pickRows(item, rows)
}

/** Number of times below `t` in an ascending array. */
export function countBelow(time: Float64Array, t: number, from = 0): number {
  let low = from
  let high = time.length
  while (low < high) {
    const mid = (low + high) >>> 1
    if (time[mid]! < t) low = mid + 1
    else high = mid
  }
  return low
}

/** Whether no time is below the one before it. */
function ascends(time: Float64Array): boolean {
  for (let i = 1; i < time.length; i++) if (!(time[i]! >= time[i - 1]!)) return false
  return true
}

/**
 * What one source has delivered of one kind (and rate group) and not yet released: pieces in ascending time, the first from
 * row `taken` on.
 */
export interface Lane {
  pieces: TimedItem[]
  taken: number
  /** time of the last row ever offered, to find gaps in rates */
  lastTime: number
  /** what the decoder says its rows cover, from the first piece to the last */
  start: number
  stop: number
}

export function createLane(): Lane {
  return { pieces: [], taken: 0, lastTime: NaN, start: Infinity, stop: -Infinity }
}

/** Add rows in ascending time. Pieces are joined and sorted anew only where the new ones reach back. */
export function offerRows(lane: Lane, item: TimedItem): void {
  if (item.count === 0) return
  lane.start = Math.min(lane.start, item.start)
  lane.stop = Math.max(lane.stop, item.stop)
  let piece = item
  const last = lane.pieces.at(-1)
  if (last && timesOf(piece)[0]! < timesOf(last).at(-1)!) {
    const rest = lane.pieces.map((p, i) => (i === 0 ? sliceRows(p, lane.taken, p.count) : p))
    piece = sortRows(joinRows([...rest, piece]))
    lane.pieces = []
    lane.taken = 0
  }
  lane.pieces.push(piece)
}

/** Time of the n-th waiting row (from 0), Infinity when there are fewer. */
export function timeOfRow(lane: Lane, n: number): number {
  let rest = n + lane.taken
  for (const piece of lane.pieces) {
    if (rest < piece.count) return timesOf(piece)[rest]!
    rest -= piece.count
  }
  return Infinity
}

/** Take all waiting rows before `t`; undefined where there are none. */
export function takeBefore(lane: Lane, t: number): TimedItem | undefined {
  const parts: TimedItem[] = []
  while (lane.pieces.length > 0) {
    const piece = lane.pieces[0]!
    const end = countBelow(timesOf(piece), t, lane.taken)
    if (end > lane.taken) parts.push(sliceRows(piece, lane.taken, end))
    lane.taken = end
    if (end < piece.count) break
    lane.pieces.shift()
    lane.taken = 0
  }
  return parts.length ? joinRows(parts) : undefined
}
