import type { Candidate, CurveBins, CurveKey, InstrumentDescriptor, StreamId } from '@heavens/schemas'
import type { ClosedBins, LightCurveState } from '../processors/bin-light-curves.js'
import { tellOpenBins } from '../processors/close-bins.js'
import type { LateBins } from '../processors/light-curve-state.js'
import type { Output } from './process-items.js'

/** Outputs of one batch of the log, gathered until the sinks take them. */
export interface Outbox {
  /** by group and level, as they came */
  bins: Map<string, ClosedBins[]>
  /** closed bins that late data fell into */
  late: LateBins[]
  /** rows of the last item before this came too late; NaN where none did */
  oldest: number
  /** the last version of each candidate, in order of first mention */
  candidates: Map<string, Candidate>
  from: number
  to: number
  watermark: number
  final: boolean
}

export function createOutbox(): Outbox {
  return { bins: new Map(), late: [], oldest: NaN, candidates: new Map(), from: Infinity, to: -Infinity, watermark: NaN, final: false }
}

export function collect(outbox: Outbox, output: Output): void {
  if (output.kind === 'candidate') outbox.candidates.set(output.candidate.id, output.candidate)
  else if (output.kind === 'too-late') outbox.oldest = output.oldest
  else if (output.kind === 'late') outbox.late.push(output.bins)
  else if (output.kind === 'watermark') {
    outbox.watermark = output.time
    outbox.final = output.final
  } else {
    const { bins } = output
    const key = `${bins.group} ${bins.level}`
    const parts = outbox.bins.get(key)
    if (parts) parts.push(bins)
    else outbox.bins.set(key, [bins])
  }
}

type Joined = Pick<ClosedBins, 'index' | 'counts' | 'exposure'>

function joined(parts: readonly ClosedBins[]): Joined {
  const join = (name: keyof Joined): Float64Array => {
    const out = new Float64Array(parts.reduce((n, part) => n + part[name].length, 0))
    let at = 0
    for (const part of parts) {
      out.set(part[name], at)
      at += part[name].length
    }
    return out
  }
  return ascending({ index: join('index'), counts: join('counts'), exposure: join('exposure') })
}

/**
 * Each bin once, in order. Bins told at the end of a stream that then goes on come twice, where both lie in one batch: the
 * later one holds.
 */
function ascending(bins: Joined): Joined {
  const { index } = bins
  if (index.every((value, i) => i === 0 || value > index[i - 1]!)) return bins
  const last = new Map<number, number>()
  index.forEach((value, i) => last.set(value, i))
  const rows = [...last].sort(([a], [b]) => a - b).map(([, i]) => i)
  const nBands = bins.counts.length / index.length
  return {
    index: Float64Array.from(rows, (i) => index[i]!), exposure: Float64Array.from(rows, (i) => bins.exposure[i]!),
    counts: Float64Array.from({ length: rows.length * nBands }, (_, k) => bins.counts[rows[Math.floor(k / nBands)]! * nBands + (k % nBands)]!),
  }
}

/** The gathered bins as entries of the curve store, one for each group, band and width. */
export function curveEntries(outbox: Outbox, descriptor: InstrumentDescriptor, stream: StreamId, phase: number): { key: CurveKey; bins: CurveBins }[] {
  const entries: { key: CurveKey; bins: CurveBins }[] = []
  const nBands = descriptor.bands.length
  for (const parts of outbox.bins.values()) {
    const { group, level } = parts[0]!
    const closed = joined(parts)
    const { index } = closed
    const n = index.length
    const width = descriptor.curves.widths[level]!
    const exposure = new Float32Array(closed.exposure)
    const completeness = new Float32Array(n).fill(1)
    outbox.from = Math.min(outbox.from, index[0]! * width + phase)
    outbox.to = Math.max(outbox.to, (index[n - 1]! + 1) * width + phase)
    for (let b = 0; b < nBands; b++) {
      const counts = new Float64Array(n)
      for (let i = 0; i < n; i++) counts[i] = closed.counts[i * nBands + b]!
      entries.push({
        key: { instrument: stream.instrument, run: stream.run, group: descriptor.groups[group]!.id, band: descriptor.bands[b]!.id, width },
        bins: { phase, index, counts, exposure, background: new Float32Array(n).fill(NaN), revision: new Uint16Array(n), completeness, flags: new Uint8Array(n) },
      })
    }
  }
  return entries
}

/** The bins that are still open, as entries of the curve store. */
export function openEntries(curves: LightCurveState, stream: StreamId): { key: CurveKey; bins: CurveBins }[] {
  const outbox = createOutbox()
  tellOpenBins(curves, (bins) => collect(outbox, { kind: 'bins', bins }))
  return curveEntries(outbox, curves.descriptor, stream, Number.isNaN(curves.phase) ? 0 : curves.phase)
}
