import type { ChannelBounds, CurveBins, CurveKey, EventBlock, RateBlock, StreamId } from '@heavens/schemas'
import type { Stores } from '@heavens/storage'
import type { LightCurveState } from '../processors/bin-light-curves.js'
import { bandOfChannels, bandOfEnergy } from '../processors/energy-bands.js'
import { fineIndex, type LateBins } from '../processors/take-late.js'

export interface RevisionRequest {
  stores: Stores
  stream: StreamId
  state: LightCurveState
  late: readonly LateBins[]
  /** offset behind the last item that has been processed */
  before: number
}

/** A bin of the finest width as all of its data give it. */
interface Recount {
  counts: Float64Array
  live: number
  /** late blocks that brought something */
  revision: number
}

/**
 * Count closed bins anew that late data fell into: the finest from the archive, coarser closed ones from those below. `revision`
 * is the number of late blocks that a bin holds. Bins that are not stored yet come into being. It depends on what has come
 * and not on what was stored, so that doing it twice after a crash changes nothing. Answers the time range that changed.
 */
export async function reviseBins(request: RevisionRequest): Promise<{ from: number; to: number } | undefined> {
  const { stores, stream, state } = request
  const { descriptor } = state
  const { widths } = descriptor.curves
  const phase = Number.isNaN(state.phase) ? 0 : state.phase
  let from = Infinity
  let to = -Infinity
  for (const [group, indices] of byGroup(request.late)) {
    const first = indices[0]!
    const last = indices.at(-1)!
    from = Math.min(from, first * widths[0]! + phase)
    to = Math.max(to, (last + 1) * widths[0]! + phase)
    const recounts = await recount(request, group, new Set(indices))
    for (let b = 0; b < descriptor.bands.length; b++) {
      const entries: { key: CurveKey; bins: CurveBins }[] = []
      const keyOf = (level: number): CurveKey => ({ ...stream, group: descriptor.groups[group]!.id, band: descriptor.bands[b]!.id, width: widths[level]! })
      let below = await patched(stores, keyOf(0), phase, indices, (index, bins, i, known) => {
        const bin = recounts.get(index)!
        bins.counts[i] = bin.counts[b]!
        bins.revision[i] = Math.min(65535, bin.revision)
        if (!known) bins.exposure[i] = descriptor.curves.phase === 'native' ? bin.live : widths[0]!
      })
      entries.push({ key: keyOf(0), bins: below })
      for (let level = 1, touched = indices; level < widths.length; level++) {
        const factor = Math.round(widths[level]! / widths[level - 1]!)
        touched = [...new Set(touched.map((index) => Math.floor(index / factor)))].filter((index) => (index + 1) * widths[level]! + phase <= state.watermark)
        if (touched.length === 0) break
        const children = overlay(await stores.curves.read(keyOf(level - 1), touched[0]! * factor, (touched.at(-1)! + 1) * factor), below)
        below = await patched(stores, keyOf(level), phase, touched, (index, bins, i, known) => {
          let exposure = 0
          bins.counts[i] = 0
          let revision = 0
          for (let c = index * factor; c < (index + 1) * factor; c++) {
            const child = children.get(c)
            if (!child) continue
            bins.counts[i]! += child.counts
            exposure += child.exposure
            revision += child.revision
          }
          bins.revision[i] = Math.min(65535, revision)
          if (!known) bins.exposure[i] = exposure
        })
        entries.push({ key: keyOf(level), bins: below })
      }
      await stores.curves.put(entries)
    }
  }
  return to > from ? { from, to } : undefined
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

/** Counts of some bins of the finest width from all blocks before `before`, in one pass over the archive. */
async function recount({ stores, stream, state, before }: RevisionRequest, group: number, wanted: ReadonlySet<number>): Promise<Map<number, Recount>> {
  const { bands, curves } = state.descriptor
  const out = new Map([...wanted].map((index) => [index, { counts: new Float64Array(bands.length), live: 0, revision: 0 }]))
  const width = curves.widths[0]!
  const phase = Number.isNaN(state.phase) ? 0 : state.phase
  const indices = [...wanted]
  // Half a bin more on each side: native bins begin anywhere near their place on the grid.
  const start = (Math.min(...indices) - 0.5) * width + phase
  const stop = (Math.max(...indices) + 1.5) * width + phase
  let table: Uint8Array | undefined
  const bandOf = (block: EventBlock, i: number): number => {
    const { channel, energy } = block.columns
    if (channel) return table?.[channel[i]!] ?? bands.length
    return energy ? bandOfEnergy(energy[i]!, bands) : bands.length
  }
  for await (const { offset, item } of stores.archive.blocks(stream, start, stop, { groups: [group] })) {
    if (offset >= before) continue
    if (item.kind === 'ebounds' && (item as ChannelBounds).group === group) table = bandOfChannels(item, bands)
    if (item.kind !== 'events' && item.kind !== 'rates') continue
    const time = item.kind === 'events' ? item.columns.time : item.time
    const raised = new Set<Recount>()
    for (let i = 0; i < item.count; i++) {
      const bin = out.get(fineIndex(state, time[i]!))
      if (!bin || groupOf(item, i) !== group) continue
      if (item.late) raised.add(bin)
      if (item.kind === 'events') {
        const band = bandOf(item, i)
        if (band < bands.length) bin.counts[band]!++
      } else {
        for (let c = 0; c < item.channels && c < bands.length; c++) bin.counts[c]! += item.counts[i * item.channels + c]!
        bin.live += item.width * (item.live?.[i] ?? 1)
      }
    }
    for (const bin of raised) bin.revision++
  }
  return out
}

function groupOf(block: EventBlock | RateBlock, i: number): number {
  return block.kind === 'rates' ? block.group : (block.columns.detector?.[i] ?? 0)
}

type Patch = (index: number, bins: CurveBins, i: number, known: boolean) => void

/** Stored bins of these indices (fresh ones where there are none) with a change applied to each. */
async function patched(stores: Stores, key: CurveKey, phase: number, indices: readonly number[], change: Patch): Promise<CurveBins> {
  const stored = await stores.curves.read(key, indices[0]!, indices.at(-1)! + 1)
  const at = new Map<number, number>()
  stored.index.forEach((index, i) => at.set(index, i))
  const n = indices.length
  const bins: CurveBins = {
    phase, index: Float64Array.from(indices), counts: new Float64Array(n), exposure: new Float32Array(n), background: new Float32Array(n).fill(NaN),
    revision: new Uint16Array(n), completeness: new Float32Array(n).fill(1), flags: new Uint8Array(n),
  }
  indices.forEach((index, k) => {
    const i = at.get(index)
    if (i !== undefined) {
      bins.exposure[k] = stored.exposure[i]!
      bins.background[k] = stored.background[i]!
    }
    change(index, bins, k, i !== undefined)
  })
  return bins
}

interface Child {
  counts: number
  exposure: number
  revision: number
}

/** Stored bins by index, with those that have just been counted in their places. */
function overlay(...all: readonly CurveBins[]): Map<number, Child> {
  const out = new Map<number, Child>()
  for (const bins of all) bins.index.forEach((index, i) => out.set(index, { counts: bins.counts[i]!, exposure: bins.exposure[i]!, revision: bins.revision[i]! }))
  return out
}
