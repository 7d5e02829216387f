import type { CurveBins, CurveKey } from '@heavens/schemas'
import type { LightCurveState } from '../processors/bin-light-curves.js'
import { fineExposure } from '../processors/open-bins.js'
import { firstOpenOf } from '../processors/bin-grid.js'
import type { LateBins } from '../processors/light-curve-state.js'
import { recountBins, type Recount, type RecountRequest } from './recount-bins.js'

export interface RevisionRequest extends RecountRequest {
  late: readonly LateBins[]
}

/** Bins of one width of one group and band as they are now, by index. */
type Children = Map<number, Pick<Recount, 'revision'> & { counts: number; exposure: number }>

/**
 * Count closed bins anew that late data fell into: the finest from the archive, coarser ones from those below, the open coarse bins of the state as
 * well. `revision` is the number of late blocks that a bin holds. Bins that are not stored yet come into being. It depends on what has come
 * and not on what was stored, so that doing it twice after a crash changes nothing. Answers the time range that changed.
 */
export async function reviseBins(request: RevisionRequest): Promise<{ from: number; to: number } | undefined> {
  const { state } = request
  const { descriptor } = state
  const width = descriptor.curves.widths[0]!
  const phase = Number.isNaN(state.phase) ? 0 : state.phase
  let from = Infinity
  let to = -Infinity
  for (const wanted of stretchesOf(byGroup(request.late))) {
    const recounts = await recountBins(request, wanted)
    for (const [group, indices] of wanted) {
      // Of a sparse curve only bins with events are told: good time alone makes none.
      const told = descriptor.curves.sparse ? indices.filter((index) => recounts.get(group)!.get(index)!.total > 0) : indices
      if (told.length === 0) continue
      from = Math.min(from, told[0]! * width + phase)
      to = Math.max(to, (told.at(-1)! + 1) * width + phase)
      for (let b = 0; b < descriptor.bands.length; b++) await reviseCurve(request, group, b, told, recounts.get(group)!)
    }
  }
  return to > from ? { from, to } : undefined
}

/** Bins that are counted anew at once, of each group: late good time may change those of hours. */
const STRETCH = 1 << 15

/** The same bins by stretches of time, in order. */
function stretchesOf(wanted: ReadonlyMap<number, readonly number[]>): Map<number, number[]>[] {
  const stretches = new Map<number, Map<number, number[]>>()
  for (const [group, indices] of wanted) {
    for (const index of indices) {
      const n = Math.floor(index / STRETCH)
      const stretch = stretches.get(n) ?? new Map<number, number[]>()
      stretches.set(n, stretch)
      const list = stretch.get(group)
      if (list) list.push(index)
      else stretch.set(group, [index])
    }
  }
  return [...stretches].sort(([a], [b]) => a - b).map(([, stretch]) => stretch)
}

function byGroup(late: readonly LateBins[]): Map<number, number[]> {
  const all = new Map<number, Set<number>>()
  for (const { group, index } of late) {
    const bins = all.get(group) ?? new Set()
    all.set(group, bins)
    for (const i of index) bins.add(i)
  }
  return new Map([...all].map(([group, bins]) => [group, [...bins].sort((a, b) => a - b)]))
}

/** All widths of one group and band. */
async function reviseCurve(request: RevisionRequest, g: number, b: number, indices: readonly number[], recounts: ReadonlyMap<number, Recount>): Promise<void> {
  const { stores, stream, state } = request
  const { descriptor } = state
  const { widths } = descriptor.curves
  const group = state.groups[g]!
  const native = descriptor.curves.phase === 'native'
  const keyOf = (level: number): CurveKey => ({ ...stream, group: descriptor.groups[g]!.id, band: descriptor.bands[b]!.id, width: widths[level]! })
  const changed: Children = new Map(indices.map((index) => {
    const { counts, live, total, revision } = recounts.get(index)!
    return [index, { counts: counts[b]!, exposure: native ? Math.fround(live) : fineExposure(state, group, index, total), revision }]
  }))
  let below = changed
  const entries = [{ key: keyOf(0), bins: await patched(request, keyOf(0), below) }]
  for (let level = 1; level < widths.length; level++) {
    const factor = Math.round(widths[level]! / widths[level - 1]!)
    const touched = [...new Set([...below.keys()].map((index) => Math.floor(index / factor)))]
    const children = overlay(await stores.curves.read(keyOf(level - 1), touched[0]! * factor, Math.min((touched.at(-1)! + 1) * factor, firstOpenOf(state, level - 1))), below)
    const above: Children = new Map()
    for (const index of touched) {
      const sum = { counts: 0, exposure: 0, revision: 0 }
      for (let c = index * factor; c < (index + 1) * factor; c++) {
        const child = children.get(c)
        if (!child) continue
        sum.counts += child.counts
        sum.exposure += child.exposure
        sum.revision += child.revision
      }
      if (index < firstOpenOf(state, level)) above.set(index, { ...sum, exposure: Math.fround(sum.exposure) })
      else setOpen(group.levels[level]!, index, b, sum)
    }
    if (above.size === 0) break
    entries.push({ key: keyOf(level), bins: await patched(request, keyOf(level), above) })
    below = above
  }
  await stores.curves.put(entries)
}

/** The open coarse bin holds what its closed children hold. */
function setOpen(open: LightCurveState['groups'][number]['levels'][number], index: number, band: number, sum: { counts: number; exposure: number }): void {
  if (Number.isNaN(open.index)) open.index = index
  if (open.index !== index) return
  open.counts[band] = sum.counts
  open.exposure = sum.exposure
}

/** Bins with these values, and the background of those that are stored. */
async function patched({ stores, state }: RevisionRequest, key: CurveKey, values: Children): Promise<CurveBins> {
  const indices = [...values.keys()]
  const stored = await stores.curves.read(key, indices[0]!, indices.at(-1)! + 1)
  const background = new Map([...stored.index].map((index, i) => [index, stored.background[i]!]))
  const of = (name: 'counts' | 'exposure' | 'revision'): number[] => indices.map((index) => values.get(index)![name])
  return {
    phase: Number.isNaN(state.phase) ? 0 : state.phase, index: Float64Array.from(indices), counts: Float64Array.from(of('counts')), exposure: Float32Array.from(of('exposure')),
    background: Float32Array.from(indices, (index) => background.get(index) ?? NaN), revision: Uint16Array.from(of('revision'), (n) => Math.min(65535, n)),
    completeness: new Float32Array(indices.length).fill(1), flags: new Uint8Array(indices.length),
  }
}

/** Stored bins by index, with those that have just been counted in their places. */
function overlay(stored: CurveBins, changed: Children): Children {
  const out: Children = new Map()
  stored.index.forEach((index, i) => out.set(index, { counts: stored.counts[i]!, exposure: stored.exposure[i]!, revision: stored.revision[i]! }))
  for (const [index, bin] of changed) out.set(index, bin)
  return out
}
