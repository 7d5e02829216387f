import type { DataItem } from '@heavens/schemas'
import { takeEvents } from './take-events.js'

/**
 * An item with only the events of these groups; undefined when nothing of it is left. Events without a detector column
 * belong to group 0. Whatever is not events or rates stays as it is.
 */
export function filterGroups(item: DataItem, groups: readonly number[]): DataItem | undefined {
  if (item.kind === 'rates') return groups.includes(item.group) ? item : undefined
  if (item.kind !== 'events') return item
  const { detector } = item.columns
  if (!detector) return groups.includes(0) ? item : undefined
  const wanted = new Uint8Array(256)
  for (const group of groups) if (group >= 0 && group < 256) wanted[group] = 1
  let count = 0
  for (let i = 0; i < detector.length; i++) count += wanted[detector[i]!]!
  if (count === detector.length) return item
  if (count === 0) return undefined
  const rows = new Uint32Array(count)
  for (let i = 0, n = 0; i < detector.length; i++) if (wanted[detector[i]!]) rows[n++] = i
  return takeEvents(item, rows)
}
