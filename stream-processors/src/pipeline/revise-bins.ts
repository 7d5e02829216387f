import { type CurveBins, type CurveKey, type EventBlock, type RateBlock, type StreamId } from '@heavens/schemas'
import type { Stores } from '@heavens/storage'
import { bandOfEnergy } from '../processors/energy-bands.js'
import type { LightCurveState } from '../processors/bin-light-curves.js'

export interface RevisionRequest {
  stores: Stores
  stream: StreamId
  state: LightCurveState
  late: readonly (EventBlock | RateBlock)[]
}

/**
 * Add late data to bins that are closed already: counts rise, `revision` rises by one, coarser bins follow. Bins that are not
 * stored yet come into being; open coarse bins are raised in the state. Answers the time range that changed.
 */
export async function reviseBins({ stores, stream, state, late }: RevisionRequest): Promise<{ from: number; to: number } | undefined> {
  const { descriptor } = state
  const { widths } = descriptor.curves
  const phase = Number.isNaN(state.phase) ? 0 : state.phase
  /** finest bin → counts per band, of each group */
  const added = new Map<number, Map<number, Float64Array>>()
  const live = new Map<number, number>()
  const add = (group: number, index: number, band: number, n: number): void => {
    if (!state.groups[group] || band >= descriptor.bands.length) {
      state.outOfBand += n
      return
    }
    const bins = added.get(group) ?? new Map<number, Float64Array>()
    added.set(group, bins)
    const bin = bins.get(index) ?? new Float64Array(descriptor.bands.length)
    bins.set(index, bin)
    bin[band]! += n
  }
  for (const block of late) {
    state.events += block.kind === 'events' ? block.count : 0
    for (let i = 0; i < block.count; i++) {
      if (block.kind === 'events') {
        const { time, channel, energy, detector } = block.columns
        const group = detector ? detector[i]! : 0
        const table = state.channelBands[group]
        add(group, Math.floor(time[i]! * (1 / widths[0]!)), channel && table ? table[channel[i]!]! : bandOfEnergy(energy?.[i] ?? -1, descriptor.bands), 1)
      } else {
        const index = Math.round((block.time[i]! - phase) / widths[0]!)
        live.set(index, block.width * (block.live?.[i] ?? 1))
        for (let c = 0; c < block.channels; c++) {
          add(block.group, index, c, block.counts[i * block.channels + c]!)
          state.events += block.counts[i * block.channels + c]!
        }
      }
    }
  }
  let from = Infinity
  let to = -Infinity
  for (const [group, fine] of added) {
    const closed = stillClosed(state, group, fine)
    for (let level = 0; level < widths.length; level++) {
      const bins = closed[level]!
      const ready = [...bins.keys()].sort((a, b) => a - b)
      for (let b = 0; b < descriptor.bands.length && ready.length > 0; b++) {
        const key: CurveKey = { ...stream, group: descriptor.groups[group]!.id, band: descriptor.bands[b]!.id, width: widths[level]! }
        await stores.curves.put([{ key, bins: await revised(stores, key, ready, bins, b, phase, level === 0 ? live : undefined) }])
      }
      if (level === 0 && ready.length > 0) {
        from = Math.min(from, ready[0]! * widths[0]! + phase)
        to = Math.max(to, (ready.at(-1)! + 1) * widths[0]! + phase)
      }
    }
  }
  return to > from ? { from, to } : undefined
}

/**
 * Late counts per level and bin, as far as bins are closed: what lies in an open bin is added to it in the state, and reaches
 * the levels above when that one closes.
 */
function stillClosed(state: LightCurveState, group: number, fine: Map<number, Float64Array>): Map<number, Float64Array>[] {
  const { widths } = state.descriptor.curves
  const levels = state.groups[group]!.levels
  const closed = widths.map(() => new Map<number, Float64Array>())
  for (const [index, counts] of fine) {
    let at = index
    for (let level = 0; level < widths.length; level++) {
      if (level > 0) at = Math.floor(at / Math.round(widths[level]! / widths[level - 1]!))
      const open = level > 0 && levels[level]!.index === at
      const sum = open ? levels[level]!.counts : (closed[level]!.get(at) ?? new Float64Array(counts.length))
      for (let b = 0; b < counts.length; b++) sum[b]! += counts[b]!
      if (open) break
      closed[level]!.set(at, sum)
    }
  }
  return closed
}

async function revised(
  stores: Stores, key: CurveKey, ready: readonly number[], added: Map<number, Float64Array>, band: number, phase: number, live: Map<number, number> | undefined,
): Promise<CurveBins> {
  const stored = await stores.curves.read(key, ready[0]!, ready.at(-1)! + 1)
  const at = new Map<number, number>()
  stored.index.forEach((index, i) => at.set(index, i))
  const n = ready.length
  const bins: CurveBins = {
    phase, index: Float64Array.from(ready), counts: new Float64Array(n), exposure: new Float32Array(n), background: new Float32Array(n).fill(NaN),
    revision: new Uint16Array(n), completeness: new Float32Array(n).fill(1), flags: new Uint8Array(n),
  }
  for (let k = 0; k < n; k++) {
    const index = ready[k]!
    const i = at.get(index)
    bins.counts[k] = added.get(index)![band]! + (i === undefined ? 0 : stored.counts[i]!)
    bins.exposure[k] = i === undefined ? (live?.get(index) ?? key.width) : stored.exposure[i]!
    bins.background[k] = i === undefined ? NaN : stored.background[i]!
    bins.revision[k] = i === undefined ? 0 : stored.revision[i]! + 1
  }
  return bins
}
