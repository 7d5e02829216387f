import { poissonUpperLimit } from '@heavens/science/statistics'
import type { CurveTable } from './read-curves.js'

/** Bins of a light curve as they are drawn; arrays of one length, seconds from `zero`. */
export interface CurveBins {
  /** start of the first bin in the clock of the file [s] */
  zero: number
  start: Float64Array
  stop: Float64Array
  /** counts/s; NaN without live time */
  rate: Float64Array
  error: Float64Array
  /** 95 % upper limit where a rate says nothing (below twice its error, or no count); NaN elsewhere */
  upper: Float64Array
  live: Float64Array
  counts: Float64Array | null
}

const LEVEL = 0.95
const EPSILON = 1e-6

/** Width of a whole bin [s]: the widest, without what differences of large times leave behind; 0 for no bins. */
export const binWidth = (c: CurveTable): number => Number(c.width.reduce((a, b) => Math.max(a, b), 0).toPrecision(6))

/**
 * Join the bins of a light curve to bins of `width` [s] from its start. A bin goes whole into the one in which its middle lies, so that
 * no count is split; rates are weighted by live time, errors added in quadrature with the same weights: for counts √N / live time.
 *
 * @param width  at most a bin's own width (or NaN): the bins as they are
 * @param zero   start of the first wide bin in the clock of the file [s], so that curves of several files fit; absent: that of the curve
 */
export function rebinCurve(c: CurveTable, width: number, zero = startOf(c)): CurveBins {
  const joins = width > binWidth(c) * (1 + EPSILON)
  const rows: number[][] = []
  let last = NaN
  for (let i = 0; i < c.time.length; i++) {
    const cell = joins ? Math.floor((c.time[i]! - zero) / width) : i
    if (cell === last) rows.at(-1)!.push(i)
    else rows.push([i])
    last = cell
  }
  const of = (value: (members: number[]) => number): Float64Array => Float64Array.from(rows, value)
  const sum = (members: number[], value: (i: number) => number): number => members.reduce((total, i) => total + value(i), 0)
  const live = of((m) => sum(m, (i) => c.live[i]!))
  const weighted = (m: number[], value: (i: number) => number): number => sum(m, (i) => (c.live[i]! > 0 ? value(i) : 0))
  const rate = of((m) => divide(weighted(m, (i) => c.rate[i]! * c.live[i]!), sum(m, (i) => c.live[i]!)))
  const error = of((m) => divide(Math.sqrt(weighted(m, (i) => (Number.isFinite(c.error[i]!) ? (c.error[i]! * c.live[i]!) ** 2 : 0))), sum(m, (i) => c.live[i]!)))
  const { counts, off } = c
  const upper = of((m) => {
    // What the file says of its own bins goes first.
    if (c.upper && m.length === 1 && !Number.isNaN(c.upper[m[0]!]!) && !(c.rate[m[0]!]! > 2 * c.error[m[0]!]!)) return c.upper[m[0]!]!
    const seconds = sum(m, (i) => c.live[i]!)
    if (!counts || !(seconds > 0) || (c.subtracted && !off)) return NaN
    const n = sum(m, (i) => counts[i]!)
    const b = off ? sum(m, (i) => off.counts[i]! * off.alpha[i]!) : 0
    const spread = Math.sqrt(n + (off ? sum(m, (i) => off.counts[i]! * off.alpha[i]! ** 2) : 0))
    return n === 0 || (off && n - b < 2 * spread) ? poissonUpperLimit(n, b, LEVEL) / seconds : NaN
  })
  return {
    zero, live, rate, error, upper,
    start: of((m) => c.time[m[0]!]! - c.width[m[0]!]! / 2 - zero), stop: of((m) => c.time[m.at(-1)!]! + c.width[m.at(-1)!]! / 2 - zero),
    counts: counts ? of((m) => sum(m, (i) => counts[i]!)) : null,
  }
}

/** Start of the first bin in the clock of the file [s]; 0 for no bins. */
export const startOf = (c: CurveTable): number => (c.time.length ? c.time[0]! - c.width[0]! / 2 : 0)

const divide = (a: number, b: number): number => (b > 0 ? a / b : NaN)

/** Bin widths to offer for bins of `own` [s] over `length` [s]: their own, then 2, 5 and 10 times and so on, while at least five bins are left. */
export function widthsFor(own: number, length: number): number[] {
  if (!(own > 0)) return []
  const out = [own]
  for (let power = 1; ; power *= 10) {
    for (const f of power === 1 ? [2, 5] : [1, 2, 5]) {
      const width = Number((own * f * power).toPrecision(9))
      if (width * 5 > length) return out
      out.push(width)
    }
  }
}

/** Bins may be drawn as they are while there are no more than these, or while they hold so many counts each. */
const FEW_BINS = 600
const FEW_COUNTS = 1
const TELLING_COUNTS = 10

/**
 * Width at which a curve tells something [s]: its own; where it is long and most of its bins are empty, the first of `widths` at which there are ten counts in
 * each on average.
 */
export function tellingWidth(c: CurveTable, widths: readonly number[]): number {
  const own = binWidth(c)
  if (!c.counts || c.time.length <= FEW_BINS) return own
  const counts = c.counts.reduce((a, b) => a + b, 0)
  if (counts >= FEW_COUNTS * c.time.length) return own
  const lived = c.width.reduce((a, b) => a + b, 0)
  return widths.find((w) => w >= own && (counts * w) / lived >= TELLING_COUNTS) ?? widths.at(-1) ?? own
}
