import { HeavensError } from '@heavens/schemas'
import type { ChannelBounds, DataItem, EventColumns, PointingBlock, SourceCuts, StreamId } from '@heavens/schemas'
import type { EventArchive } from '@heavens/storage'
import { joinColumns, rowsWhere, sliceColumns, sortByTime, takeRows } from '../selection/columns.js'
import { intersect, lowerBound, unite } from '../selection/intervals.js'
import type { Interval } from '../selection/intervals.js'

/** Events of all lists together that are held in memory at once, at most. */
const MOST_EVENTS = 50_000_000
const BYTES_PER_EVENT = 20

/** What one source (a file, a feed) has told of one group of an instrument. */
export interface SourceList {
  source: string
  group: number
  /** ascending in time, without the column of the group; within the interval, also outside good time */
  events: EventColumns
  /** good time within the interval: as stated by the source, else where its blocks are; ascending and disjoint */
  good: Interval[]
  /** the last before the end of the interval; undefined where there are none */
  bounds: ChannelBounds | undefined
  pointings: PointingBlock[]
  /** what the source had left out */
  cuts: SourceCuts | undefined
}

interface Source {
  events: Map<number, EventColumns[]>
  covered: Map<number, Interval[]>
  good: { group: number; intervals: Interval[] }[]
  bounds: ChannelBounds[]
  pointings: PointingBlock[]
  cuts: SourceCuts | undefined
}

/**
 * The events of a run in [start, stop), one list for each source and group that has any, each event once. In order of group and source.
 *
 * @throws HeavensError too-large beyond 50 million events
 */
export async function collectLists(archive: EventArchive, stream: StreamId, [start, stop]: Interval): Promise<SourceList[]> {
  const sources = new Map<string, Source>()
  const had = new Set<string>()
  let total = 0
  for await (const { item } of archive.blocks(stream, start, stop)) {
    if (item.kind === 'housekeeping' || isRepeat(had, item)) continue
    const source: Source = sources.get(item.source) ?? { events: new Map(), covered: new Map(), good: [], bounds: [], pointings: [], cuts: undefined }
    sources.set(item.source, source)
    if (item.kind === 'gti') {
      source.good.push({ group: item.group, intervals: Array.from(item.start, (from, i): Interval => [from, item.stop[i]!]) })
      source.cuts ??= item.cuts
    } else if (item.kind === 'ebounds') source.bounds.push(item)
    else if (item.kind === 'pointing') source.pointings.push(item)
    else if (item.kind === 'events') {
      const { time } = item.columns
      const part = sliceColumns(item.columns, lowerBound(time, start), lowerBound(time, stop))
      total += part.time.length
      if (total > MOST_EVENTS) throw new HeavensError('too-large', { what: `What is to be exported of ${stream.instrument} (more than ${MOST_EVENTS} events; name a shorter time)`, size: total * BYTES_PER_EVENT, limit: MOST_EVENTS * BYTES_PER_EVENT })
      for (const [group, events] of byGroup(part)) {
        put(source.events, group, events)
        put(source.covered, group, [item.start, item.stop])
      }
    }
  }
  const lists: SourceList[] = []
  for (const [source, { events, covered, good, bounds, pointings, cuts }] of sources) {
    for (const [group, parts] of events) {
      const stated = good.filter((one) => one.group === -1 || one.group === group).flatMap(({ intervals }) => intervals)
      const own = bounds.filter((one) => one.group === group && one.from < stop).toSorted((a, b) => a.from - b.from)
      lists.push({
        source, group, pointings, cuts, events: sortByTime(joinColumns(parts)), bounds: own.at(-1),
        good: intersect(unite(stated.length > 0 ? stated : covered.get(group)!), [[start, stop]]),
      })
    }
  }
  return lists.toSorted((a, b) => a.group - b.group || (a.source < b.source ? -1 : 1))
}

function put<T>(held: Map<number, T[]>, group: number, value: T): void {
  const list = held.get(group)
  if (list) list.push(value)
  else held.set(group, [value])
}

/** Whether a block was sent before: the archive keeps also what came twice. */
function isRepeat(had: Set<string>, item: DataItem): boolean {
  const name = `${item.kind} ${item.sequence} ${item.source}`
  if (had.has(name)) return true
  had.add(name)
  return false
}

/** Events of each group, without the column that says so; none of a group without events. */
function byGroup({ detector, ...columns }: EventColumns): [number, EventColumns][] {
  if (columns.time.length === 0) return []
  if (detector === undefined) return [[0, columns]]
  return [...new Set(detector)].map((group) => [group, takeRows(columns, rowsWhere(detector.length, (i) => detector[i] === group))])
}
