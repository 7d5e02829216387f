import type { InstrumentDescriptor, PointingBlock, StreamId } from '@heavens/schemas'
import { separation } from '@heavens/science/sky'
import type { EventArchive } from '@heavens/storage'
import { boresightOf, looksWithin } from '../selection/exposed-time.js'
import { totalLength, unite } from '../selection/intervals.js'
import type { Interval } from '../selection/intervals.js'

/** Directions closer than this [deg] are one pointing. */
const SAME = 0.1

/** A stretch of time with one direction. */
export interface ObservedPointing {
  /** TT s */
  start: number
  stop: number
  /** of the boresight in the beginning, degrees ICRS */
  ra: number
  dec: number
  /** live seconds of good time */
  exposure: number
}

/** When a run observed, and where. */
export interface ObservedTime {
  /** good time as the sources have stated it, ascending and disjoint; no entry for a group of which nothing is stated */
  good: { group: string; intervals: Interval[]; seconds: number }[]
  /** ascending; empty where no attitude is known */
  pointings: ObservedPointing[]
}

/** Good time of each group and exposure of each pointing of a run. Blocks of events are not read. */
export async function observedTime(archive: EventArchive, descriptor: InstrumentDescriptor, stream: StreamId): Promise<ObservedTime> {
  const stated = new Map<number, Interval[]>()
  const blocks: PointingBlock[] = []
  for await (const { item } of archive.blocks(stream, -Infinity, Infinity, { kinds: ['gti', 'pointing'] })) {
    if (item.kind === 'pointing') blocks.push(item)
    if (item.kind !== 'gti') continue
    for (const group of item.group === -1 ? descriptor.groups.keys() : [item.group]) stated.set(group, [...(stated.get(group) ?? []), ...Array.from(item.start, (from, i): Interval => [from, item.stop[i]!])])
  }
  const good = [...stated].toSorted(([a], [b]) => a - b).map(([group, all]) => {
    const intervals = unite(all)
    return { group: descriptor.groups[group]!.id, intervals, seconds: totalLength(intervals) }
  })
  const looks = looksWithin(blocks, good.length > 0 ? unite(good.flatMap(({ intervals }) => intervals)) : [[-Infinity, Infinity]])
  const pointings: ObservedPointing[] = []
  looks.intervals.forEach(([start, stop], i) => {
    const { ra, dec } = boresightOf(looks, i)
    const exposure = (stop - start) * looks.live[i]!
    const last = pointings.at(-1)
    if (last && separation(last.ra, last.dec, ra, dec) <= SAME) {
      last.stop = stop
      last.exposure += exposure
    } else pointings.push({ start, stop, ra, dec, exposure })
  })
  return { good, pointings }
}
