import type { InstrumentDescriptor } from '@heavens/schemas'
import type { ClosedBins } from './light-curve-state.js'

/** Bins being gathered: arrays with room, of which the first `n` bins are filled. */
export interface Gathering extends ClosedBins {
  n: number
}

/** Empty gatherings, one for each width of the descriptor. */
export function collectors(descriptor: InstrumentDescriptor, group: number, open: boolean): Gathering[] {
  return descriptor.curves.widths.map((_, level) => ({ group, level, index: NONE, counts: NONE, exposure: NONE, open, n: 0 }))
}

const NONE = new Float64Array(0)

/** Add one bin; of `counts` the bands' part is taken. */
export function append(to: Gathering, index: number, counts: Float64Array, exposure: number, nBands: number): void {
  if (to.n === to.index.length) reserveBins(to, Math.max(16, to.n), nBands)
  to.index[to.n] = index
  to.exposure[to.n] = exposure
  for (let b = 0; b < nBands; b++) to.counts[to.n * nBands + b] = counts[b]!
  to.n++
}

/** Make room for `more` bins. */
export function reserveBins(to: Gathering, more: number, nBands: number): void {
  const room = to.n + more
  if (room <= to.index.length) return
  to.index = grown(to.index, room)
  to.counts = grown(to.counts, room * nBands)
  to.exposure = grown(to.exposure, room)
}

function grown(array: Float64Array, length: number): Float64Array {
  const out = new Float64Array(length)
  out.set(array)
  return out
}

/** Hand over what was gathered, if anything. */
export function handOut(bins: Gathering, nBands: number, closed: (bins: ClosedBins) => void): void {
  const { n, group, level, open } = bins
  if (n > 0) closed({ group, level, open, index: bins.index.subarray(0, n), counts: bins.counts.subarray(0, n * nBands), exposure: bins.exposure.subarray(0, n) })
}
