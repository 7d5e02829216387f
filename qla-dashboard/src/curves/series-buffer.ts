import type { CurveSeries, FrameArray } from '@heavens/schemas'

/** Bins of one curve as the page keeps them: ascending by index, arrays of equal length; NaN: not known. */
export interface Bins {
  width: number
  phase: number
  index: Float64Array
  counts: Float64Array
  /** live seconds */
  exposure: Float64Array
  background: Float64Array
  /** 1: still open */
  provisional: Uint8Array
  revision: Uint16Array
}

const COLUMNS = ['counts', 'exposure', 'background', 'provisional', 'revision'] as const

export function emptyBins(width: number, phase = 0): Bins {
  return { width, phase, index: new Float64Array(0), counts: new Float64Array(0), exposure: new Float64Array(0), background: new Float64Array(0), provisional: new Uint8Array(0), revision: new Uint16Array(0) }
}

/** Bins of a `curves` frame. Throws RangeError when an array is missing. */
export function binsOfFrame(width: number, phase: number, arrays: Record<string, FrameArray>): Bins {
  const array = (name: string): FrameArray => {
    const found = arrays[name]
    if (!found) throw new RangeError(`curves frame without ${name}`)
    return found
  }
  return {
    width, phase, index: Float64Array.from(array('index')), counts: Float64Array.from(array('counts')), exposure: Float64Array.from(array('exposure')),
    background: Float64Array.from(array('background')), provisional: Uint8Array.from(array('flags'), (f) => f & 1), revision: Uint16Array.from(array('revision')),
  }
}

/** Bins of an answer of `GET curves`. */
export function binsOfSeries(s: CurveSeries): Bins {
  return {
    width: s.width, phase: s.phase, index: Float64Array.from(s.index), counts: Float64Array.from(s.counts), exposure: Float64Array.from(s.exposure),
    background: Float64Array.from(s.background, (b) => b ?? NaN), provisional: Uint8Array.from(s.flags, (f) => f & 1), revision: Uint16Array.from(s.revision),
  }
}

/** Both together; where both have a bin, `update` holds. Of more than `most` bins the first are dropped. */
export function mergeBins(held: Bins, update: Bins, most = 20_000): Bins {
  if (held.index.length === 0 || held.width !== update.width || held.phase !== update.phase) return update.index.length ? takeLast(update, most) : held
  if (update.index.length === 0) return held
  const size = held.index.length + update.index.length
  const out: Bins = {
    width: held.width, phase: held.phase, index: new Float64Array(size), counts: new Float64Array(size), exposure: new Float64Array(size),
    background: new Float64Array(size), provisional: new Uint8Array(size), revision: new Uint16Array(size),
  }
  let [i, j, n] = [0, 0, 0]
  while (i < held.index.length || j < update.index.length) {
    const a = held.index[i] ?? Infinity
    const b = update.index[j] ?? Infinity
    const [from, k] = b <= a ? [update, j] : [held, i]
    if (a <= b) i++
    if (b <= a) j++
    out.index[n] = from.index[k]!
    for (const column of COLUMNS) out[column][n] = from[column][k]!
    n++
  }
  return slice(out, Math.max(0, n - most), n)
}

function takeLast(bins: Bins, most: number): Bins {
  return bins.index.length <= most ? bins : slice(bins, bins.index.length - most, bins.index.length)
}

function slice(b: Bins, from: number, to: number): Bins {
  return {
    width: b.width, phase: b.phase, index: b.index.slice(from, to), counts: b.counts.slice(from, to), exposure: b.exposure.slice(from, to),
    background: b.background.slice(from, to), provisional: b.provisional.slice(from, to), revision: b.revision.slice(from, to),
  }
}

/** First index of the ascending array that is not below the value. */
export function lowerBound(array: Float64Array, value: number): number {
  let [low, high] = [0, array.length]
  while (low < high) {
    const mid = (low + high) >> 1
    if (array[mid]! < value) low = mid + 1
    else high = mid
  }
  return low
}
