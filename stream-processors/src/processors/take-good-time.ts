import type { GoodTime } from '@heavens/schemas'
import { firstOpen } from './bin-grid.js'
import { addGoodTime, goodSeconds, removeGoodTime } from './good-time.js'
import type { GroupCurves, LateBins, LightCurveState } from './light-curve-state.js'

/**
 * Take good-time intervals, whenever they come. Answers the closed bins whose exposure they change, to be counted anew where they are stored.
 *
 * From the start of a group's first interval on only intervals tell good time: what blocks were taken to cover behind it is taken back, as it had not been counted
 * had the intervals come at their own time. Those that come before any data hold for all of them. Nothing before the horizon of late data is revised.
 */
export function takeGoodTime(state: LightCurveState, item: GoodTime): LateBins[] {
  const groups = item.group < 0 ? [...state.groups.keys()] : [item.group]
  return groups.flatMap((g) => {
    const index = takeOf(state, state.groups[g]!, item)
    return index.length > 0 ? [{ group: g, index }] : []
  })
}

function takeOf(state: LightCurveState, group: GroupCurves, item: GoodTime): number[] {
  const first = item.start[0] ?? Infinity
  const from = Number.isNaN(group.begin) ? -Infinity : first
  const { goodTime } = group
  const late = !Number.isNaN(group.begin) && first < state.watermark && state.descriptor.curves.phase !== 'native'
  const before = late ? { start: [...goodTime.start], stop: [...goodTime.stop] } : undefined
  if (from < group.goodFrom) {
    removeGoodTime(goodTime, from, group.goodFrom)
    group.goodFrom = from
  }
  for (let i = 0; i < item.start.length; i++) addGoodTime(goodTime, item.start[i]!, item.stop[i]!)
  if (!before) return []
  const width = state.descriptor.curves.widths[0]!
  const last = Math.max(item.stop.at(-1)!, before.stop.at(-1) ?? -Infinity)
  const end = Math.min(firstOpen(state), Math.floor(last / width) + 1)
  const changed: number[] = []
  for (let index = Math.max(group.begin, Math.floor(Math.max(first, state.watermark - state.descriptor.lateHorizon) / width)); index < end; index++) {
    if (goodSeconds(before, index * width, (index + 1) * width) !== goodSeconds(goodTime, index * width, (index + 1) * width)) changed.push(index)
  }
  return changed
}
