import type { CurveTable } from './read-curves.js'

/** Takes the pieces of a curve one after the other, in order of time. */
export interface PieceJoiner {
  add(piece: CurveTable): void
  /** all that was taken, as one curve */
  finish(): CurveTable
}

const EPSILON = 1e-6
/** Sums over the bins of one cell; `single`: its only bin, as the file has it. */
interface Cell {
  start: number
  stop: number
  live: number
  rate: number
  error: number
  counts: number
  off: number
  expected: number
  spread: number
  upper: number
  bins: number
}

/**
 * Join a curve to bins of `width` [s] from `zero` while it is read in pieces, so that no more than the joined bins are kept: a bin goes whole into
 * the cell of its middle, rates are weighted by live time, errors added in quadrature, counts summed, as `rebinCurve` does with all bins at hand.
 * Where `width` is no wider than the bins, they stay as they are.
 *
 * @param like  the curve's name, unit and columns
 */
export function joinPieces(like: CurveTable, width: number, zero: number): PieceJoiner {
  const cells: Cell[] = []
  let last = NaN
  const add = (piece: CurveTable): void => {
    const own = piece.width.reduce((a, b) => Math.max(a, b), 0)
    const joins = width > own * (1 + EPSILON)
    for (let i = 0; i < piece.time.length; i++) {
      const [time, half, live] = [piece.time[i]!, piece.width[i]! / 2, piece.live[i]!]
      const at = joins ? Math.floor((time - zero) / width) : NaN
      if (at !== last || !joins) cells.push({ start: time - half, stop: time + half, live: 0, rate: 0, error: 0, counts: 0, off: 0, expected: 0, spread: 0, upper: NaN, bins: 0 })
      last = at
      const cell = cells.at(-1)!
      cell.stop = time + half
      cell.live += live
      if (live > 0) {
        cell.rate += piece.rate[i]! * live
        if (Number.isFinite(piece.error[i]!)) cell.error += (piece.error[i]! * live) ** 2
      }
      cell.counts += piece.counts?.[i] ?? 0
      if (piece.off) {
        const [n, alpha] = [piece.off.counts[i]!, piece.off.alpha[i]!]
        cell.off += n
        cell.expected += n * alpha
        cell.spread += n * alpha * alpha
      }
      // An upper limit of the file holds for its own bin alone.
      cell.upper = cell.bins++ === 0 ? (piece.upper?.[i] ?? NaN) : NaN
    }
  }
  const of = (value: (c: Cell) => number): Float64Array => Float64Array.from(cells, value)
  return {
    add,
    finish: () => ({
      ...like, time: of((c) => (c.start + c.stop) / 2), width: of((c) => c.stop - c.start), live: of((c) => c.live),
      rate: of((c) => (c.live > 0 ? c.rate / c.live : NaN)), error: of((c) => (c.live > 0 ? Math.sqrt(c.error) / c.live : NaN)),
      counts: like.counts && of((c) => c.counts), upper: like.upper && of((c) => c.upper),
      // One scale for counts of several: that which keeps what is expected.
      off: like.off && { counts: of((c) => c.off), alpha: of((c) => (c.off > 0 ? c.expected / c.off : 0)) },
    }),
  }
}
