import type { DecodedItem } from '@heavens/instruments'
import type { InstrumentDescriptor, Item, StreamId } from '@heavens/schemas'
import { advanceSource, closeSource, countDuplicates, countUndecodable, createAssembler, frontierOf, offer, openSource, release, type Assembler } from '../assemble.js'
import { isTimed, timesOf } from '../lane.js'
import type { ChannelLimits, SentItem } from './read-sent-item.js'
import { addSequence, type SequenceRanges } from './sequence-ranges.js'

/** Sequence numbers [from, to] that have not come, and the time that they should cover; null while it is not known. */
export interface MissingItems {
  from: number
  to: number
  start: number | null
  stop: number | null
}

/** What is remembered of a source; plain data. */
export interface SourceMark {
  seen: SequenceRanges
  /** of the last row ever taken, TT s; null before any */
  last: number | null
  frontier: number | null
  /** it has said that nothing more will come */
  final: boolean
}

/**
 * What comes from outside for one stream: each sequence number of a source once, in one order with the other sources. A function of
 * the records taken alone, so that reading them again gives the same items.
 */
export interface StreamIntake {
  stream: StreamId
  assembler: Assembler
  sources: Map<string, SourceMark>
  missing: Map<string, MissingItems[]>
  limits: Map<number, { first: number; last: number }>
  /** records up to this offset have been published: they are taken again only for what still waits */
  published: number
  /** blocks before this offset were counted before */
  known: number
  again: Set<string>
  /** blocks whose last row still waits, by offset */
  held: { offset: number; last: number }[]
  /** seconds by which a source may fall behind the foremost one before it holds the others back no longer */
  patience: number
  ended: boolean
}

export interface IntakeStart {
  sources?: Map<string, SourceMark>
  missing?: Map<string, MissingItems[]>
  limits?: ChannelLimits
  known?: number
  published?: number
  /** the last watermark that came of `published` */
  released?: number
  /** next sequence of each source on the log */
  sequences?: Map<string, number>
}

export function createStreamIntake(stream: StreamId, descriptor: InstrumentDescriptor, patience: number, start: IntakeStart = {}): StreamIntake {
  const released = start.released ?? -Infinity
  const intake: StreamIntake = {
    stream, assembler: createAssembler(descriptor, { rowsPerBlock: 1, released }), sources: start.sources ?? new Map(), missing: start.missing ?? new Map(), limits: new Map(start.limits),
    published: Math.max(start.published ?? -1, (start.known ?? 0) - 1), known: start.known ?? 0, again: new Set(), held: [], patience, ended: false,
  }
  for (const [id, mark] of intake.sources) {
    openSource(intake.assembler, id, { sequence: start.sequences?.get(id) ?? 0, resumeAt: released })
    if (mark.frontier !== null) advanceSource(intake.assembler, id, mark.frontier)
  }
  for (const [id, sequence] of start.sequences ?? []) {
    if (intake.sources.has(id)) continue
    openSource(intake.assembler, id, { sequence, resumeAt: released })
    closeSource(intake.assembler, id)
  }
  return intake
}

/** Take the item of one record, which came in at `received` [wall ms]. Answers the items for the log, in their order; empty where more must come first. */
export function takeItem(intake: StreamIntake, offset: number, item: SentItem, received?: number): Item[] {
  const { assembler } = intake
  const replayed = offset <= intake.published
  const mark = markOf(intake, item.source)
  if (!isNew(intake, mark, offset, item)) {
    if (!replayed && 'count' in item && item.kind !== 'pointing') countDuplicates(assembler, item.count)
    return replayed ? [] : releaseAll(intake)
  }
  openSource(assembler, item.source, { resumeAt: assembler.released })
  const source = assembler.sources.get(item.source)!
  // What was published before is on the log already; what comes anew behind the watermark is late.
  source.resumeAt = replayed ? assembler.released : -Infinity
  if (offset >= intake.known) noteMissing(intake, mark, item)
  if (item.kind === 'watermark') {
    mark.final = item.final
    advanceSource(assembler, item.source, item.time)
  } else {
    mark.final = false
    const { source: _, sequence: __, ...rest } = item
    offer(assembler, item.source, unmarked(rest), received)
    if (item.kind === 'ebounds') intake.limits.set(item.group, { first: item.first, last: item.first + item.eMin.length - 1 })
  }
  const last = lastTime(item)
  if (last !== undefined) {
    mark.last = Math.max(mark.last ?? -Infinity, last)
    if (last >= assembler.released) intake.held.push({ offset, last })
  }
  const frontier = frontierOf(assembler, item.source)
  mark.frontier = Number.isFinite(frontier) ? frontier : null
  intake.ended = false
  closeIdle(intake)
  if (replayed) {
    // Items without times were released when they came.
    assembler.preamble = []
    for (const [id, list] of intake.missing) intake.missing.set(id, list.filter((m) => m.stop === null || m.stop > assembler.released))
    return []
  }
  return releaseAll(intake)
}

/** Bytes that could be no item of this stream: counted, and told with what is released next. */
export function takeUndecodable(intake: StreamIntake, offset: number): Item[] {
  if (offset <= intake.published) return []
  countUndecodable(intake.assembler, 1)
  return releaseAll(intake)
}

/** First offset that must be read again after a restart. */
export function oldestHeld(intake: StreamIntake): number {
  intake.held = intake.held.filter((h) => h.last >= intake.assembler.released)
  return Math.min(Infinity, ...intake.held.map((h) => h.offset))
}

function releaseAll(intake: StreamIntake): Item[] {
  const { assembler } = intake
  const out: Item[] = []
  for (;;) {
    const items = release(assembler)
    if (items.length === 0 && !dueGaps(intake)) break
    out.push(...items)
  }
  const marks = [...intake.sources.values()]
  if (!intake.ended && marks.length > 0 && marks.every((m) => m.final) && Number.isFinite(assembler.released)) {
    out.push({ kind: 'watermark', time: assembler.released, final: true })
    intake.ended = true
  }
  return out
}

/** Hand over the gaps that the watermark has passed: nothing fills them any more but late data. */
function dueGaps(intake: StreamIntake): boolean {
  let any = false
  for (const [source, list] of intake.missing) {
    const due = list.filter((m) => m.stop !== null && m.stop <= intake.assembler.released)
    for (const { start, stop } of due) {
      if (start === null || stop === null || !(stop > start)) continue
      intake.assembler.gaps.push({ start, stop })
      any = true
    }
    if (due.length > 0) intake.missing.set(source, list.filter((m) => !due.includes(m)))
  }
  return any
}

function markOf(intake: StreamIntake, source: string): SourceMark {
  const mark = intake.sources.get(source) ?? { seen: [], last: null, frontier: null, final: false }
  intake.sources.set(source, mark)
  return mark
}

function isNew(intake: StreamIntake, mark: SourceMark, offset: number, item: SentItem): boolean {
  if (offset >= intake.known) return addSequence(mark.seen, item.sequence)
  // Counted before the restart: its first copy from here on brings back the rows that wait; rows that were released are passed over.
  const key = `${item.sequence} ${item.source}`
  if (intake.again.has(key)) return false
  intake.again.add(key)
  return true
}

function noteMissing(intake: StreamIntake, mark: SourceMark, item: SentItem): void {
  const list = intake.missing.get(item.source) ?? []
  intake.missing.set(item.source, list)
  const [start, stop] = [firstTime(item), lastTime(item)]
  for (const m of list) if (m.stop === null && start !== undefined) m.stop = start
  const at = list.findIndex((m) => item.sequence >= m.from && item.sequence <= m.to)
  if (at >= 0) {
    const m = list[at]!
    const parts = [{ ...m, to: item.sequence - 1, stop: start ?? m.stop }, { ...m, from: item.sequence + 1, start: stop ?? m.start }]
    list.splice(at, 1, ...parts.filter((p) => p.to >= p.from))
    return
  }
  // A range of its own at the end: what lies between it and the one before has not come.
  const [before, last] = mark.seen.slice(-2)
  if (last && last[0] === item.sequence && last[1] === item.sequence) list.push({ from: before![1] + 1, to: item.sequence - 1, start: mark.last, stop: start ?? null })
}

/** A source that has ended, or has fallen too far behind, no longer holds the others back. Decided by data times alone. */
function closeIdle(intake: StreamIntake): void {
  let foremost = -Infinity
  for (const mark of intake.sources.values()) foremost = Math.max(foremost, mark.frontier ?? -Infinity)
  for (const [id, mark] of intake.sources) {
    if (mark.final || (mark.frontier !== null && mark.frontier < foremost - intake.patience)) closeSource(intake.assembler, id)
    else openSource(intake.assembler, id)
  }
}

function unmarked(item: object): DecodedItem {
  const { late: _, ...rest } = item as { late?: boolean }
  return rest as DecodedItem
}

function firstTime(item: SentItem): number | undefined {
  return item.kind !== 'watermark' && isTimed(item) && item.count > 0 ? timesOf(item)[0] : undefined
}

function lastTime(item: SentItem): number | undefined {
  return item.kind !== 'watermark' && isTimed(item) && item.count > 0 ? timesOf(item).at(-1) : undefined
}
