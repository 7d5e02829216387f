import type { Item } from '@heavens/schemas'
import { addGoodTime, createGoodTime, intervalAt, type GoodTimeList } from './good-time.js'

/** Sequence numbers of blocks that have come, per source, as intervals [n, m). Plain data. */
export type TakenSequences = Map<string, GoodTimeList>

/** Holes in the sequence of one source, and sources, that are remembered. */
const MOST_HOLES = 4096
const MOST_SOURCES = 4096

/**
 * Whether this item comes for the first time: a block that was sent again has the source and the sequence number of the one
 * that has come. Takes note of it.
 */
export function takeOnce(taken: TakenSequences, item: Item): boolean {
  if (item.kind !== 'events' && item.kind !== 'rates' && item.kind !== 'pointing') return true
  let list = taken.get(item.source)
  if (!list) {
    if (taken.size >= MOST_SOURCES) taken.delete(taken.keys().next().value!)
    taken.set(item.source, (list = createGoodTime()))
  }
  if (intervalAt(list, item.sequence) >= 0) return false
  addGoodTime(list, item.sequence, item.sequence + 1)
  if (list.start.length > MOST_HOLES) {
    // The oldest hole is given up: what would come there now counts as a repeat.
    list.start.splice(1, 1)
    list.stop.splice(0, 1)
  }
  return true
}
