import { HeavensError, telemetryTopic } from '@heavens/schemas'
import type { CalibrationFile, ChannelBounds, DataItem, EventBlock, EventColumns, InstrumentDescriptor, Provenance, RateBlock } from '@heavens/schemas'
import type { ArchivedItem, EventArchive, SkyRegion } from '@heavens/storage'
import { joinColumns, rowsWhere, sliceColumns, sortByTime, takeRows } from './columns.js'
import { tightest } from './source-cuts.js'
import { intersect, lowerBound, subtract, unite } from './intervals.js'
import type { Interval } from './intervals.js'
import { joinRates } from './rates.js'
import type { GroupSelection, Selection } from './selection.js'

/** Events of one run that are held in memory at once, at most. */
const MOST_EVENTS = 100_000_000
const BYTES_PER_EVENT = 10

/** Which data of one instrument: its runs in order of preference, and the groups by index. */
export interface GatherRequest {
  descriptor: InstrumentDescriptor
  runs: readonly string[]
  groups: readonly number[]
  /** ascending, disjoint */
  wanted: readonly Interval[]
  /** of events with directions only those in this disc are looked at; the time of all blocks counts as observed */
  region?: SkyRegion
}

export interface GatherOptions {
  signal?: AbortSignal
  /** share of the wanted time that has been read, 0…1 */
  onProgress?(fraction: number): void
}

interface RunGroup {
  events: EventColumns[]
  rates: RateBlock[]
  good: Interval[]
  /** time covered by the blocks themselves, by source; it counts for sources that state no good time */
  covered: Map<string, Interval[]>
  /** sources that state good time */
  stating: Set<string>
  bounds: ChannelBounds[]
  calibration: CalibrationFile[]
}

/**
 * Read the items of a request. Where two runs cover the same time of a group, the first run's data are taken.
 * Good time is what the sources state; one that states none is good where its blocks are. A stated interval is closed
 * at its end: files end their good time with their last event.
 */
export async function gather(archive: EventArchive, request: GatherRequest, options: GatherOptions = {}): Promise<Selection> {
  const { descriptor, wanted } = request
  const selection: Selection = { descriptor, groups: [], pointings: [], cuts: {}, inputs: [], sources: [], outsideGood: 0, doubled: 0 }
  for (const index of request.groups) {
    selection.groups.push({ index, id: descriptor.groups[index]!.id, good: [], events: { time: new Float64Array() }, rates: [], bounds: [], calibration: [] })
  }
  if (wanted.length === 0) return selection
  const sources = new Set<string>()
  for (const run of request.runs) {
    const { groups, input, blocks } = await readRun(archive, request, run, selection, sources, options)
    if (blocks === 0) continue
    if (input !== undefined) selection.inputs.push(input)
    for (const group of selection.groups) addRun(selection, group, groups.get(group.index)!, wanted)
  }
  selection.sources = [...sources].sort()
  return selection
}

async function readRun(archive: EventArchive, request: GatherRequest, run: string, selection: Selection, sources: Set<string>, options: GatherOptions): Promise<{ groups: Map<number, RunGroup>; input: Provenance['inputs'][number] | undefined; blocks: number }> {
  const stream = { instrument: request.descriptor.id, run }
  const groups = new Map<number, RunGroup>()
  for (const index of request.groups) groups.set(index, { events: [], rates: [], good: [], covered: new Map(), stating: new Set(), bounds: [], calibration: [] })
  const start = request.wanted[0]![0]
  const stop = request.wanted.at(-1)![1]
  let first = Infinity
  let last = -1
  let events = 0
  let blocks = 0
  const had = new Set<string>()
  for await (const { offset, item, before } of archive.blocks(stream, start, stop, { groups: request.groups, ...(request.region ? { region: request.region } : {}), ...(options.signal ? { signal: options.signal } : {}) })) {
    options.signal?.throwIfAborted()
    if (item.kind === 'housekeeping' || isRepeat(had, item)) continue
    // Only what gives something is an input: which other blocks touch the time is an accident of how they were cut and when they came.
    const used = (): void => {
      first = Math.min(first, offset)
      last = Math.max(last, offset)
      sources.add(item.source)
    }
    if (item.kind === 'events' || item.kind === 'rates') {
      blocks++
      options.onProgress?.(Math.max(0, Math.min(1, (item.stop - start) / (stop - start))))
    }
    if (item.kind === 'rates') used()
    if (item.kind === 'events') {
      const dealt = addEvents(groups, item, request.wanted, before)
      if (dealt > 0) used()
      events += dealt
      if (events > MOST_EVENTS) throw new HeavensError('too-large', { what: `What is asked of ${stream.instrument} (more than ${MOST_EVENTS} events)`, size: events * BYTES_PER_EVENT, limit: MOST_EVENTS * BYTES_PER_EVENT })
    } else if (item.kind === 'rates') groups.get(item.group)?.rates.push(item)
    else if (item.kind === 'pointing') selection.pointings.push(item)
    else if (item.kind === 'gti') {
      if (item.cuts !== undefined && item.start.some((from, i) => from < stop && item.stop[i]! > start)) selection.cuts = tightest(selection.cuts, item.cuts)
      for (const [index, group] of groups) {
        if (item.group !== -1 && item.group !== index) continue
        group.stating.add(item.source)
        item.start.forEach((from, i) => group.good.push([from, item.stop[i]!]))
      }
    } else if (item.kind === 'ebounds') groups.get(item.group)?.bounds.push(item)
    else for (const [index, group] of groups) if (item.group === -1 || item.group === index) group.calibration.push(item)
  }
  // An archive that is told to stop just ends.
  options.signal?.throwIfAborted()
  const input = last < 0 ? undefined : { instrument: stream.instrument, run, topic: telemetryTopic(stream), firstOffset: first, lastOffset: last, events }
  return { groups, input, blocks }
}

/** Whether a block was sent before: the archive keeps what came, also what came twice, with its source and sequence number. */
function isRepeat(had: Set<string>, item: DataItem): boolean {
  if (item.kind !== 'events' && item.kind !== 'rates' && item.kind !== 'pointing') return false
  const name = `${item.kind} ${item.sequence} ${item.source}`
  if (had.has(name)) return true
  had.add(name)
  return false
}

/** Cut a block by the wanted time and deal its events out to the groups; answers how many were dealt. `before`: what it had before a region cut it. */
function addEvents(groups: Map<number, RunGroup>, block: EventBlock, wanted: readonly Interval[], before: ArchivedItem['before']): number {
  const { time } = block.columns
  const detector = before ? before.detectors : block.columns.detector
  for (const [index, group] of groups) {
    if (detector === undefined ? index !== 0 : !detector.includes(index)) continue
    cover(group, block)
    // Without any event in the region a group still has the columns of its blocks, as it has without a cut.
    if (before && group.events.length === 0) group.events.push(withoutDetector(sliceColumns(block.columns, 0, 0)))
  }
  let dealt = 0
  for (const [start, stop] of wanted) {
    const from = lowerBound(time, start)
    const to = lowerBound(time, stop)
    if (to <= from) continue
    const part = sliceColumns(block.columns, from, to)
    for (const [index, group] of groups) {
      const own = ownRows(part, index)
      if (own === undefined) continue
      group.events.push(own)
      dealt += own.time.length
    }
  }
  return dealt
}

/** Rows of one group, without the column that says so: a group's events are all its own. */
function ownRows(part: EventColumns, index: number): EventColumns | undefined {
  const { detector } = part
  const columns = withoutDetector(part)
  if (detector === undefined) return index === 0 ? part : undefined
  let own = 0
  for (let i = 0; i < detector.length; i++) if (detector[i] === index) own++
  if (own === 0) return undefined
  return own === detector.length ? columns : takeRows(columns, rowsWhere(detector.length, (i) => detector[i] === index))
}

function withoutDetector(columns: EventColumns): EventColumns {
  const { detector: _detector, ...others } = columns
  return others
}

function cover(group: RunGroup, block: EventBlock | RateBlock): void {
  const held = group.covered.get(block.source)
  if (held === undefined) group.covered.set(block.source, [[block.start, block.stop]])
  else held.push([block.start, block.stop])
}

function addRun(selection: Selection, group: GroupSelection, run: RunGroup, wanted: readonly Interval[]): void {
  if (run.covered.size === 0 && run.rates.length === 0 && run.good.length === 0) return
  for (const block of run.rates) if (block.count > 0) cover(run, block)
  const unstated = [...run.covered].filter(([source]) => !run.stating.has(source)).flatMap(([, intervals]) => intervals)
  const stated = run.stating.size > 0
  const all = intersect(unite([...run.good, ...unstated]), wanted)
  const good = subtract(all, group.good)
  const events = sortByTime(joinColumns(run.events))
  const kept = withinGood(events, good, stated, wanted)
  const inAll = withinGood(events, all, stated, wanted)
  selection.outsideGood += events.time.length - inAll.time.length
  selection.doubled += inAll.time.length - kept.time.length
  group.events = group.events.time.length === 0 ? kept : sortByTime(joinColumns([group.events, kept]))
  group.rates.push(...joinRates(run.rates, good))
  group.good = unite([...group.good, ...good])
  group.bounds = [...group.bounds, ...run.bounds].toSorted((a, b) => a.from - b.from)
  group.calibration.push(...run.calibration)
}

/** Events of the good intervals; `closed`: an interval that ends inside the wanted time holds events at its very end. */
function withinGood(events: EventColumns, good: readonly Interval[], closed: boolean, wanted: readonly Interval[]): EventColumns {
  const parts: EventColumns[] = []
  let from = 0
  for (const [start, stop] of good) {
    const low = Math.max(from, lowerBound(events.time, start))
    let high = lowerBound(events.time, stop)
    const cutHere = wanted.some((w) => w[1] === stop)
    if (closed && !cutHere) while (high < events.time.length && events.time[high] === stop) high++
    if (high > low) parts.push(sliceColumns(events, low, high))
    from = Math.max(low, high)
  }
  return joinColumns(parts)
}
