import type { DataItem, InstrumentDescriptor, Item } from '@heavens/schemas'
import type { DecodedItem } from '@heavens/instruments'
import { dropRepeats } from './drop-repeats.js'
import { countBelow, createLane, isTimed, offerRows, sliceRows, sortRows, takeBefore, timeOfRow, timesOf, type Lane, type TimedItem } from './lane.js'

interface SourceState {
  lanes: Map<string, Lane>
  /** nothing earlier than this is expected from the source any more */
  frontier: number
  closed: boolean
  sequence: number
  /** rows before this are already on the log (an interrupted file taken up again) */
  resumeAt: number
  /** that many of its next items without times are already on the log */
  preamble: number
  /** when rows that wait came in: data times of the first and last of them, wall clock [ms] */
  arrivals: { first: number; last: number; received: number }[]
  /** says its good time itself: its blocks need not cover what lies before its first row and behind its last */
  states: boolean
}

/**
 * Puts the items of several sources of one instrument into one order: blocks of [released, boundary) source by source,
 * then a watermark. Where blocks are cut depends on the data alone, never on how they arrived.
 */
export interface Assembler {
  descriptor: InstrumentDescriptor
  /** cut as soon as one source has this many rows; 1: at every step of the grid, for live telemetry */
  rowsPerBlock: number
  /** cut also where blocks are not full, at the last step of the grid that all sources have reached: nothing more is ready for now */
  hurry: boolean
  /** seconds; boundaries lie on whole multiples */
  grid: number
  sources: Map<string, SourceState>
  released: number
  preamble: DataItem[]
  late: DataItem[]
  duplicates: number
  lateRows: number
  undecodable: number
  gaps: { start: number; stop: number }[]
  /** channel bounds in force, per group: the same again are not told again */
  bounds: Map<number, Extract<DecodedItem, { kind: 'ebounds' }>>
  /** wall clock [ms] at which the newest rows of a released block came in; beside the items, which say nothing of it */
  received: WeakMap<Item, number>
}

export function createAssembler(descriptor: InstrumentDescriptor, options: { rowsPerBlock: number; grid?: number; released?: number }): Assembler {
  return {
    descriptor, rowsPerBlock: options.rowsPerBlock, hurry: false, grid: options.grid ?? 1, sources: new Map(), released: options.released ?? -Infinity,
    preamble: [], late: [], duplicates: 0, lateRows: 0, undecodable: 0, gaps: [], bounds: new Map(), received: new WeakMap(),
  }
}

/** A source must be opened before anything is released past its first rows. Opening it again is no error. */
export function openSource(assembler: Assembler, id: string, options: { sequence?: number; resumeAt?: number; preamble?: number } = {}): void {
  const known = assembler.sources.get(id)
  if (known) known.closed = false
  else assembler.sources.set(id, { lanes: new Map(), frontier: -Infinity, closed: false, sequence: options.sequence ?? 0, resumeAt: options.resumeAt ?? -Infinity, preamble: options.preamble ?? 0, arrivals: [], states: false })
}

/** No more will come from this source: it no longer holds the watermark back. */
export function closeSource(assembler: Assembler, id: string): void {
  sourceOf(assembler, id).closed = true
}

/** A live source says that it has delivered everything before `time`, also where nothing happened. */
export function advanceSource(assembler: Assembler, id: string, time: number): void {
  const source = sourceOf(assembler, id)
  source.frontier = Math.max(source.frontier, time)
}

export function frontierOf(assembler: Assembler, id: string): number {
  return sourceOf(assembler, id).frontier
}

export function countUndecodable(assembler: Assembler, rows: number): void {
  assembler.undecodable += rows
}

/** Rows that were recognised as already on the log before they reached the assembler. */
export function countDuplicates(assembler: Assembler, rows: number): void {
  assembler.duplicates += rows
}

/** Take one decoded item of a source. Rows behind the watermark become late blocks. `received`: wall clock [ms] at which it came in; it decides nothing. */
export function offer(assembler: Assembler, id: string, item: DecodedItem, received?: number): void {
  const source = sourceOf(assembler, id)
  if (!isTimed(item)) {
    if (item.kind === 'ebounds' && !newBounds(assembler, item)) return
    if (item.kind === 'gti') source.states = true
    if (item.kind === 'gti') noteGoodTimeGaps(assembler, item.start, item.stop, source.resumeAt)
    if (source.preamble > 0) {
      source.preamble--
      return
    }
    assembler.preamble.push({ ...item, source: id, sequence: source.sequence++, ...(hasLate(item) ? { late: false } : {}) } as DataItem)
    return
  }
  if (item.count === 0) return
  let rows = sortRows(item)
  const key = rows.kind === 'rates' ? `rates ${rows.group}` : rows.kind
  const lane = source.lanes.get(key) ?? createLane()
  source.lanes.set(key, lane)
  noteRateGaps(assembler, lane, rows, source.resumeAt)
  const times = timesOf(rows)
  const repeated = countBelow(times, source.resumeAt)
  const behind = countBelow(times, assembler.released, repeated)
  if (behind > repeated) {
    for (const { part, start, stop } of lateParts(assembler, sliceRows(rows, repeated, behind))) {
      const late = block(part, id, source.sequence++, start, stop, true)
      assembler.late.push(late)
      if (received !== undefined) assembler.received.set(late, received)
    }
    assembler.lateRows += behind - repeated
  }
  source.frontier = Math.max(source.frontier, times.at(-1)! - assembler.descriptor.disorder)
  if (behind > 0) rows = sliceRows(rows, behind, rows.count)
  if (received !== undefined && rows.count > 0) source.arrivals.push({ first: timesOf(rows)[0]!, last: timesOf(rows).at(-1)!, received })
  offerRows(lane, rows)
}

/**
 * Everything that can be released now, in the order of the log. Call until it answers an empty array.
 * With all sources closed everything goes out, and the last watermark lies right behind the last row.
 */
export function release(assembler: Assembler): Item[] {
  const out: Item[] = [...assembler.preamble, ...assembler.late]
  assembler.preamble = []
  assembler.late = []
  const boundary = nextBoundary(assembler)
  if (boundary !== undefined) {
    const blocks: { id: string; source: SourceState; lane: Lane; rows: TimedItem }[] = []
    for (const id of [...assembler.sources.keys()].sort()) {
      const source = assembler.sources.get(id)!
      for (const key of [...source.lanes.keys()].sort()) {
        const lane = source.lanes.get(key)!
        const rows = takeBefore(lane, boundary)
        if (rows) blocks.push({ id, source, lane, rows })
      }
    }
    const kept = dropRepeats(blocks.map((b) => b.rows))
    assembler.duplicates += kept.dropped
    const start = Number.isFinite(assembler.released) ? assembler.released : Math.min(...blocks.map((b) => timesOf(b.rows)[0]!))
    const arrived = new Map(blocks.map(({ source }) => [source, takeArrivals(source, boundary)]))
    blocks.forEach((b, i) => {
      const rows = kept.items[i]!
      if (rows.count === 0) return
      const { from, to } = b.source.states ? ownTime(b, rows, start, boundary) : { from: start, to: boundary }
      const released = block(rows, b.id, b.source.sequence++, from, to, false)
      out.push(released)
      const received = arrived.get(b.source)
      if (received !== undefined) assembler.received.set(released, received)
    })
    assembler.released = boundary
    out.push({ kind: 'watermark', time: boundary, final: false })
  }
  const { duplicates, lateRows, undecodable } = assembler
  const gaps = takeGaps(assembler)
  if (duplicates || lateRows || undecodable || gaps.length) {
    out.unshift({ kind: 'ledger', source: assembler.descriptor.id, duplicates, late: lateRows, undecodable, gaps })
    Object.assign(assembler, { duplicates: 0, lateRows: 0, undecodable: 0 })
  }
  return out
}

/** Gaps that are to be told now: those that begin before what has been released, at the end all. An interrupted source tells the others later. */
function takeGaps(assembler: Assembler): { start: number; stop: number }[] {
  const all = assembler.gaps
  const ended = [...assembler.sources.values()].every((source) => source.closed && [...source.lanes.values()].every((lane) => lane.pieces.length === 0))
  const told = ended ? all : all.filter((gap) => gap.start < assembler.released)
  assembler.gaps = ended ? [] : all.filter((gap) => gap.start >= assembler.released)
  return told
}

/** The boundary up to which the next blocks go, or undefined where more must arrive first. */
function nextBoundary(assembler: Assembler): number | undefined {
  const { grid } = assembler
  let frontier = Infinity
  let full = Infinity
  let first = Infinity
  let last = -Infinity
  for (const source of assembler.sources.values()) {
    if (!source.closed) frontier = Math.min(frontier, source.frontier)
    for (const lane of source.lanes.values()) {
      if (lane.pieces.length === 0) continue
      full = Math.min(full, timeOfRow(lane, assembler.rowsPerBlock - 1))
      first = Math.min(first, timeOfRow(lane, 0))
      last = Math.max(last, timesOf(lane.pieces.at(-1)!).at(-1)! + lengthOfLast(lane.pieces.at(-1)!))
    }
  }
  const cut = (Math.floor(full / grid) + 1) * grid
  if (full < Infinity && cut <= frontier && (frontier < Infinity || cut < last)) return cut
  // At the end right behind the last row: the next file begins where this one ends.
  if (frontier === Infinity) return last === -Infinity ? undefined : last
  // A live stream on which little happens must still move its watermark; but nothing is told of the time before its first row.
  const reached = Math.floor(frontier / grid) * grid
  if ((assembler.hurry || assembler.rowsPerBlock === 1) && reached > assembler.released && (first < reached || Number.isFinite(assembler.released))) return reached
  return undefined
}

function sourceOf(assembler: Assembler, id: string): SourceState {
  const source = assembler.sources.get(id)
  if (!source) throw new RangeError(`source ${id} is not open`)
  return source
}

function block(rows: TimedItem, source: string, sequence: number, start: number, stop: number, late: boolean): DataItem {
  return { ...rows, source, sequence, start, stop, late } as DataItem
}

/** When the newest of the rows before `boundary` came in; forgets those that are wholly before it. */
function takeArrivals(source: SourceState, boundary: number): number | undefined {
  let newest: number | undefined
  for (const { first, received } of source.arrivals) if (first < boundary) newest = Math.max(newest ?? received, received)
  source.arrivals = source.arrivals.filter(({ last }) => last >= boundary)
  return newest
}

/** [start, boundary) without what lies before the source began or after it ended: runs may lie years apart. */
function ownTime({ source, lane }: { source: SourceState; lane: Lane }, rows: TimedItem, start: number, boundary: number): { from: number; to: number } {
  const times = timesOf(rows)
  const ended = source.closed && lane.pieces.length === 0
  return {
    from: Math.min(times[0]!, Math.max(start, lane.start)),
    to: ended ? Math.max(times.at(-1)! + lengthOfLast(rows), Math.min(boundary, lane.stop)) : boundary,
  }
}

function newBounds(assembler: Assembler, item: Extract<DecodedItem, { kind: 'ebounds' }>): boolean {
  const known = assembler.bounds.get(item.group)
  const same = known && known.first === item.first && known.eMin.length === item.eMin.length && known.eMin.every((e, i) => e === item.eMin[i] && known.eMax[i] === item.eMax[i])
  if (!same) assembler.bounds.set(item.group, item)
  return !same
}

function hasLate(item: DecodedItem): boolean {
  return item.kind === 'gti' || item.kind === 'housekeeping'
}

/**
 * Late rows as blocks. Those of events cover what the blocks of a live stream had covered that they would have been part of: whole cells of the grid
 * that hold an event, as far as the watermark has come. Where no good time is told, exposures are then those of data in time.
 */
function lateParts(assembler: Assembler, rows: TimedItem): { part: TimedItem; start: number; stop: number }[] {
  const { grid, released, descriptor } = assembler
  const time = timesOf(rows)
  const end = time.at(-1)! + lengthOfLast(rows)
  if (rows.kind !== 'events') return [{ part: rows, start: time[0]!, stop: end }]
  const cellOf = (t: number): number => Math.floor(t / grid)
  const stopOf = (cell: number, least: number): number => Math.max(Math.min((cell + 1) * grid, released), least)
  // Of a sparse curve only bins with events have an exposure: a block a cell would be a block an event.
  if (descriptor.curves.sparse) return [{ part: rows, start: cellOf(time[0]!) * grid, stop: stopOf(cellOf(time.at(-1)!), end) }]
  const parts: ReturnType<typeof lateParts> = []
  for (let from = 0; from < rows.count; ) {
    const cell = cellOf(time[from]!)
    const to = countBelow(time, (cell + 1) * grid, from)
    parts.push({ part: sliceRows(rows, from, to), start: cell * grid, stop: stopOf(cell, time[to - 1]! + lengthOfLast(rows)) })
    from = to
  }
  return parts
}

/** From the last time of an item to its end [s]. */
function lengthOfLast(rows: TimedItem): number {
  return rows.kind === 'rates' ? rows.width : 1e-6
}

/** Gaps that begin before `known` have been told before. */
function noteRateGaps(assembler: Assembler, lane: Lane, rows: TimedItem, known: number): void {
  const times = timesOf(rows)
  if (rows.kind === 'rates') {
    let before = lane.lastTime
    let live = 1
    for (let i = 0; i < times.length; i++) {
      // A bin that is longer than the others (live above 1) reaches further.
      const end = before + rows.width * Math.max(1, live)
      if (times[i]! - end > 0.5 * rows.width && end >= known) assembler.gaps.push({ start: end, stop: times[i]! })
      before = times[i]!
      live = rows.live ? rows.live[i]! : 1
    }
  }
  lane.lastTime = Math.max(times.at(-1)!, Number.isNaN(lane.lastTime) ? -Infinity : lane.lastTime)
}

/** Gaps between the good-time intervals of one source; an event list of years has one at every orbit. */
function noteGoodTimeGaps(assembler: Assembler, start: Float64Array, stop: Float64Array, known: number): void {
  for (let i = 1; i < start.length; i++) if (start[i]! - stop[i - 1]! > 1e-3 && stop[i - 1]! >= known) assembler.gaps.push({ start: stop[i - 1]!, stop: start[i]! })
}
