import type { CalibrationFile, ChannelBounds, DataItem, GoodTime, Item } from '@heavens/schemas'

/** What is looked up in an item without its columns: times in TT s, NaN without a time. */
export interface ItemSummary {
  kind: DataItem['kind']
  start: number
  stop: number
  events: number
}

/** Items that explain events and come before them. */
export type Preamble = ChannelBounds | GoodTime | CalibrationFile

export function isPreamble(item: DataItem): item is Preamble {
  return item.kind === 'ebounds' || item.kind === 'gti' || item.kind === 'calibration'
}

export function isArchived(item: Item): item is DataItem {
  return item.kind !== 'watermark' && item.kind !== 'ledger'
}

export function summarise(item: DataItem): ItemSummary {
  switch (item.kind) {
    case 'events':
      return { kind: item.kind, start: item.start, stop: item.stop, events: item.count }
    case 'rates':
    case 'pointing':
      return { kind: item.kind, start: item.start, stop: item.stop, events: 0 }
    case 'housekeeping':
      return { kind: item.kind, start: item.time, stop: item.time, events: 0 }
    case 'gti':
      return { kind: item.kind, start: item.start[0] ?? NaN, stop: item.stop.at(-1) ?? NaN, events: 0 }
    case 'ebounds':
      return { kind: item.kind, start: item.from, stop: Infinity, events: 0 }
    case 'calibration':
      return { kind: item.kind, start: item.from, stop: item.until, events: 0 }
  }
}

/** Whether [a, b) touches [start, stop); an instant (a = b) belongs to it when it lies in it. */
export function overlaps(a: number, b: number, start: number, stop: number): boolean {
  return a < stop && (b > start || (a === b && a >= start))
}

/**
 * The preambles that hold somewhere in [start, stop), in order of the log: good time and calibration that overlap it, channel bounds that begin in it, and of those that
 * begin before it the last one of each group and size (products of one instrument may have different channels).
 */
export function preamblesInForce(all: readonly { offset: number; item: Preamble }[], start: number, stop: number): { offset: number; item: Preamble }[] {
  const chosen = new Set<{ offset: number; item: Preamble }>()
  const before = new Map<string, { offset: number; item: ChannelBounds }>()
  for (const entry of all) {
    const { item, offset } = entry
    if (item.kind === 'ebounds' && item.from <= start) {
      const name = `${item.group} ${item.first} ${item.eMin.length}`
      const held = before.get(name)
      if (!held || item.from > held.item.from || (item.from === held.item.from && offset > held.offset)) before.set(name, { offset, item })
    } else if (item.kind === 'ebounds') {
      if (item.from < stop) chosen.add(entry)
    } else {
      const summary = summarise(item)
      if (overlaps(summary.start, summary.stop, start, stop)) chosen.add(entry)
    }
  }
  return [...chosen, ...before.values()].sort((a, b) => a.offset - b.offset)
}
