import type { CurveBins } from '@heavens/schemas'

/** Bins of a chunk: bin i lies in chunk floor(i / CHUNK). */
export const CHUNK = 512

/** Bytes of one bin: float64 counts, float32 exposure, background, completeness, uint16 place in the chunk, revision, uint8 flags. */
const BIN_BYTES = 8 + 3 * 4 + 2 * 2 + 1
const HEAD = 8

export function emptyBins(length: number, phase: number): CurveBins {
  return {
    phase, index: new Float64Array(length), counts: new Float64Array(length), exposure: new Float32Array(length), background: new Float32Array(length),
    revision: new Uint16Array(length), completeness: new Float32Array(length), flags: new Uint8Array(length),
  }
}

/** Where the columns of a chunk of `n` bins lie: only the bins that exist are kept, so that sparse curves stay small. */
function layout(bytes: ArrayBuffer, n: number, at = 0): { counts: Float64Array; exposure: Float32Array; background: Float32Array; completeness: Float32Array; place: Uint16Array; revision: Uint16Array; flags: Uint8Array } {
  const base = at + HEAD
  return {
    counts: new Float64Array(bytes, base, n),
    exposure: new Float32Array(bytes, base + 8 * n, n),
    background: new Float32Array(bytes, base + 12 * n, n),
    completeness: new Float32Array(bytes, base + 16 * n, n),
    place: new Uint16Array(bytes, base + 20 * n, n),
    revision: new Uint16Array(bytes, base + 22 * n, n),
    flags: new Uint8Array(bytes, base + 24 * n, n),
  }
}

/** Bins [from, to) of `bins`, all of chunk `chunk`, as bytes: uint32 number of bins, uint32 0, then column by column. */
export function packChunk(chunk: number, bins: CurveBins, from = 0, to = bins.index.length): Buffer {
  const n = to - from
  const bytes = new ArrayBuffer(HEAD + n * BIN_BYTES)
  new Uint32Array(bytes, 0, 1)[0] = n
  const columns = layout(bytes, n)
  columns.counts.set(bins.counts.subarray(from, to))
  columns.exposure.set(bins.exposure.subarray(from, to))
  columns.background.set(bins.background.subarray(from, to))
  columns.completeness.set(bins.completeness.subarray(from, to))
  columns.revision.set(bins.revision.subarray(from, to))
  columns.flags.set(bins.flags.subarray(from, to))
  for (let i = 0; i < n; i++) columns.place[i] = bins.index[from + i]! - chunk * CHUNK
  return Buffer.from(bytes)
}

/** The bins of a chunk; throws a RangeError on bytes that are not a chunk. */
export function unpackChunk(chunk: number, packed: Buffer): CurveBins {
  const aligned = packed.byteOffset % 8 === 0 ? packed : new Uint8Array(packed)
  const buffer = aligned.buffer as ArrayBuffer
  const n = new Uint32Array(buffer, aligned.byteOffset, 1)[0]!
  if (aligned.length !== HEAD + n * BIN_BYTES) throw new RangeError(`a chunk of ${n} bins has ${aligned.length} bytes`)
  const { place, ...columns } = layout(buffer, n, aligned.byteOffset)
  const index = new Float64Array(n)
  for (let i = 0; i < n; i++) index[i] = chunk * CHUNK + place[i]!
  return { phase: 0, index, ...columns }
}

/** Bins with which making views costs more than reading value by value. */
const FEW = 24

/** Number of bins of a chunk; throws a RangeError on bytes that are not a chunk. */
export function chunkLength(packed: Buffer): number {
  const n = packed.readUInt32LE(0)
  if (packed.length !== HEAD + n * BIN_BYTES) throw new RangeError(`a chunk of ${n} bins has ${packed.length} bytes`)
  return n
}

/** Copy the bins of a chunk to `to` from row `at` on; answers the row behind them. */
export function copyChunk(chunk: number, packed: Buffer, to: CurveBins, at: number): number {
  const n = chunkLength(packed)
  if (n > FEW) {
    const bins = unpackChunk(chunk, packed)
    for (const name of ['index', 'counts', 'exposure', 'background', 'completeness', 'revision', 'flags'] as const) to[name].set(bins[name], at)
    return at + n
  }
  for (let i = 0; i < n; i++) {
    to.counts[at + i] = packed.readDoubleLE(HEAD + 8 * i)
    to.exposure[at + i] = packed.readFloatLE(HEAD + 8 * n + 4 * i)
    to.background[at + i] = packed.readFloatLE(HEAD + 12 * n + 4 * i)
    to.completeness[at + i] = packed.readFloatLE(HEAD + 16 * n + 4 * i)
    to.index[at + i] = chunk * CHUNK + packed.readUInt16LE(HEAD + 20 * n + 2 * i)
    to.revision[at + i] = packed.readUInt16LE(HEAD + 22 * n + 2 * i)
    to.flags[at + i] = packed[HEAD + 24 * n + i]!
  }
  return at + n
}

/** Both ascending by index; where both have a bin, that of `fresh` is taken. */
export function mergeBins(held: CurveBins, fresh: CurveBins): CurveBins {
  const a = held.index
  const b = fresh.index
  const merged = emptyBins(a.length + b.length, fresh.phase)
  let n = 0
  for (let i = 0, j = 0; i < a.length || j < b.length; n++) {
    const takeFresh = i >= a.length || (j < b.length && b[j]! <= a[i]!)
    if (takeFresh && i < a.length && a[i] === b[j]) i++
    copyBin(takeFresh ? fresh : held, takeFresh ? j++ : i++, merged, n)
  }
  return sliceBins(merged, 0, n)
}

function copyBin(from: CurveBins, i: number, to: CurveBins, n: number): void {
  to.index[n] = from.index[i]!
  to.counts[n] = from.counts[i]!
  to.exposure[n] = from.exposure[i]!
  to.background[n] = from.background[i]!
  to.revision[n] = from.revision[i]!
  to.completeness[n] = from.completeness[i]!
  to.flags[n] = from.flags[i]!
}

/** Views of bins [from, to). */
export function sliceBins(bins: CurveBins, from: number, to: number): CurveBins {
  return {
    phase: bins.phase, index: bins.index.subarray(from, to), counts: bins.counts.subarray(from, to), exposure: bins.exposure.subarray(from, to), background: bins.background.subarray(from, to),
    revision: bins.revision.subarray(from, to), completeness: bins.completeness.subarray(from, to), flags: bins.flags.subarray(from, to),
  }
}
