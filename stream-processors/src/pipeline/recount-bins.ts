import type { EventBlock, RateBlock, StreamId } from '@heavens/schemas'
import type { Stores } from '@heavens/storage'
import type { LightCurveState } from '../processors/bin-light-curves.js'
import { bandOfChannels, bandOfEnergy } from '../processors/energy-bands.js'
import { fineIndex } from '../processors/bin-grid.js'
import { takeOnce, type TakenSequences } from '../processors/take-once.js'

/** A bin of the finest width as all of its data give it. */
export interface Recount {
  counts: Float64Array
  /** events in and out of band */
  total: number
  live: number
  /** late blocks that brought something */
  revision: number
}

export interface RecountRequest {
  stores: Stores
  stream: StreamId
  state: LightCurveState
  /** offset behind the last item that has been processed */
  before: number
  /** blocks of which rows came too late to count, by their offset: the oldest time that counted [TT s] */
  tooLate: ReadonlyMap<number, number>
}

/** Bins further apart than this are read apart [s]. */
const APART = 60

/** Count some bins of the finest width, per group, anew from all blocks before `before`. */
export async function recountBins(request: RecountRequest, wanted: ReadonlyMap<number, readonly number[]>): Promise<Map<number, Map<number, Recount>>> {
  const { bands, curves } = request.state.descriptor
  const out = new Map([...wanted].map(([group, indices]) => [group, new Map(indices.map((index) => [index, { counts: new Float64Array(bands.length), total: 0, live: 0, revision: 0 }]))]))
  const phase = Number.isNaN(request.state.phase) ? 0 : request.state.phase
  const width = curves.widths[0]!
  for (const [first, last] of stretches([...wanted.values()].flat(), APART / width)) {
    // Half a bin more on each side: native bins begin anywhere near their place on the grid.
    await recountStretch(request, out, [...wanted.keys()], first, last, (first - 0.5) * width + phase, (last + 1.5) * width + phase)
  }
  return out
}

/** First and last of each run of indices that lie close to each other. */
function stretches(indices: number[], apart: number): [number, number][] {
  const out: [number, number][] = []
  for (const index of Float64Array.from(indices).sort()) {
    const run = out.at(-1)
    if (run && index - run[1] <= apart) run[1] = index
    else out.push([index, index])
  }
  return out
}

async function recountStretch(request: RecountRequest, out: Map<number, Map<number, Recount>>, groups: readonly number[], first: number, last: number, start: number, stop: number): Promise<void> {
  const { stores, stream, state, before, tooLate } = request
  const { bands } = state.descriptor
  const tables: Uint8Array[] = []
  const taken: TakenSequences = new Map()
  for await (const { offset, item } of stores.archive.blocks(stream, start, stop, { groups })) {
    if (offset >= before) continue
    if (item.kind === 'ebounds') tables[item.group] = bandOfChannels(item, bands)
    if ((item.kind !== 'events' && item.kind !== 'rates') || !takeOnce(taken, item)) continue
    const time = item.kind === 'events' ? item.columns.time : item.time
    const oldest = tooLate.get(offset) ?? -Infinity
    const raised = new Set<Recount>()
    for (let i = 0; i < item.count; i++) {
      const index = fineIndex(state, time[i]!)
      if (index < first || index > last || time[i]! < oldest) continue
      const group = item.kind === 'rates' ? item.group : (item.columns.detector?.[i] ?? 0)
      const bin = out.get(group)?.get(index)
      if (!bin) continue
      if (item.late) raised.add(bin)
      if (item.kind === 'rates') addRates(bin, item, i)
      else {
        const band = bandOf(item, i, tables[group], bands)
        bin.total++
        if (band < bands.length) bin.counts[band]!++
      }
    }
    for (const bin of raised) bin.revision++
  }
}

function addRates(bin: Recount, block: RateBlock, i: number): void {
  for (let c = 0; c < block.channels && c < bin.counts.length; c++) bin.counts[c]! += block.counts[i * block.channels + c]!
  bin.live += block.width * (block.live?.[i] ?? 1)
}

function bandOf(block: EventBlock, i: number, table: Uint8Array | undefined, bands: LightCurveState['descriptor']['bands']): number {
  const { channel, energy } = block.columns
  if (channel) return table?.[channel[i]!] ?? bands.length
  return energy ? bandOfEnergy(energy[i]!, bands) : bands.length
}
