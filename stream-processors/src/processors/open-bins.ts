import { firstEndingAfter, goodSeconds } from './good-time.js'
import type { GroupCurves, LightCurveState } from './light-curve-state.js'

/** The bin aside at an index, made where there is none. */
export function sparseBin(group: GroupCurves, index: number, nBands: number): Float64Array {
  let bin = group.sparse.get(index)
  if (!bin) group.sparse.set(index, (bin = new Float64Array(nBands + 2)))
  return bin
}

/** A gap of more bins than this is not filled with zeros. */
const LONGEST_FILL = 1 << 16

/** Make room for bins first…last of the finest width. */
export function reserve(group: GroupCurves, first: number, last: number, nBands: number): void {
  if (group.size > 0 && (first - (group.from + group.size) > LONGEST_FILL || group.from - last > LONGEST_FILL)) spill(group, nBands)
  const from = group.size === 0 ? first : Math.min(group.from, first)
  const need = Math.max(last + 1, group.from + (group.size === 0 ? 0 : group.size)) - from
  if (group.size > 0 && from === group.from && last < group.from + group.size) return
  const size = Math.max(64, group.size === 0 ? need : Math.ceil(need * 1.5))
  const shift = group.size === 0 ? 0 : group.from - from
  const counts = new Float64Array(size * (nBands + 1))
  const live = new Float64Array(size)
  if (group.size > 0) {
    for (let b = 0; b <= nBands; b++) counts.set(group.counts.subarray(b * group.size, (b + 1) * group.size), b * size + shift)
    live.set(group.live, shift)
  }
  Object.assign(group, { from, size, counts, live })
}

/** Whether an open bin holds anything. */
function isKnown(group: GroupCurves, k: number, nBands: number): boolean {
  if (group.live[k]! > 0) return true
  for (let b = 0; b <= nBands; b++) if (group.counts[b * group.size + k]! > 0) return true
  return false
}

/** Move the open bins out of the way of data that lie far from them. */
function spill(group: GroupCurves, nBands: number): void {
  for (let k = 0; k < group.size; k++) {
    if (!isKnown(group, k, nBands)) continue
    const bin = sparseBin(group, group.from + k, nBands)
    for (let b = 0; b <= nBands; b++) bin[b]! += group.counts[b * group.size + k]!
    bin[nBands + 1]! += group.live[k]!
  }
  group.size = 0
}

/** The next bin of the finest width with counts or good time; Infinity where there is none. */
export function nextKnown(state: LightCurveState, group: GroupCurves, index: number, native: boolean): number {
  const width = state.descriptor.curves.widths[0]!
  let next = Infinity
  for (const aside of group.sparse.keys()) if (aside > index) next = Math.min(next, aside)
  for (let k = Math.max(0, index + 1 - group.from); k < group.size; k++) {
    if (isKnown(group, k, state.descriptor.bands.length)) {
      next = Math.min(next, group.from + k)
      break
    }
  }
  if (!native) {
    const start = (index + 1) * width
    const i = firstEndingAfter(group.goodTime, start)
    if (i < group.goodTime.start.length) next = Math.min(next, Math.max(index + 1, Math.floor(group.goodTime.start[i]! / width)))
  }
  return next
}

/**
 * Counts per band and in no band (into `bin`), their sum, and live seconds of one bin of the finest width. Exposures are those of
 * the curve store, which has them in single precision: what is counted anew from it must come out the same to the bit.
 */
export function fineBin(state: LightCurveState, group: GroupCurves, index: number, bin: Float64Array): { exposure: number; total: number } {
  const { descriptor } = state
  const k = index - group.from
  const known = k >= 0 && k < group.size
  const aside = group.sparse.get(index)
  let total = 0
  for (let b = 0; b < bin.length; b++) {
    const n = (known ? group.counts[b * group.size + k]! : 0) + (aside ? aside[b]! : 0)
    bin[b] = n
    total += n
  }
  if (descriptor.curves.phase === 'native') return { exposure: Math.fround((known ? group.live[k]! : 0) + (aside ? aside[bin.length]! : 0)), total }
  return { exposure: fineExposure(state, group, index, total), total }
}

/** Live seconds of a bin of the finest width on the absolute grid with so many events in and out of band. */
export function fineExposure({ descriptor }: Pick<LightCurveState, 'descriptor'>, group: GroupCurves, index: number, total: number): number {
  const width = descriptor.curves.widths[0]!
  return Math.fround(Math.max(0, goodSeconds(group.goodTime, index * width, (index + 1) * width) - total * descriptor.deadTime))
}

/** Forget bins before `index`; what lies behind it moves to the front. */
export function dropBefore(group: GroupCurves, index: number, nBands: number): void {
  const shift = Math.min(index - group.from, group.size)
  if (shift <= 0) return
  if (shift === group.size) {
    group.size = 0
    return
  }
  for (let b = 0; b <= nBands; b++) {
    const at = b * group.size
    group.counts.copyWithin(at, at + shift, at + group.size)
    group.counts.fill(0, at + group.size - shift, at + group.size)
  }
  group.live.copyWithin(0, shift)
  group.live.fill(0, group.size - shift)
  group.from = index
}
