import { HeavensError } from '@heavens/schemas'

/**
 * Bayesian Blocks (Scargle et al. 2013, ApJ 764, 167): the division of a stream into stretches of constant rate that the data
 * speak for most. O(N²) in the number of cells: for a trigger's surroundings, not for a whole stream.
 */
export interface BlocksOptions {
  /** chance of a false change, 0 < p0 < 1 (default 0.05): prior 4 − ln(73.53 p0 N^−0.478), N the number of cells */
  p0?: number
  /** the prior itself, instead of p0 */
  prior?: number
}

/**
 * Blocks of single events.
 *
 * @param times ascending; equal times share a cell
 * @returns     edges of the blocks, from the first time to the last: at least 2; none for no times
 * @throws HeavensError bad-request when the times do not ascend
 */
export function bayesianBlocks(times: ArrayLike<number>, options: BlocksOptions = {}): Float64Array {
  const unique: number[] = []
  const counts: number[] = []
  for (let i = 0; i < times.length; i++) {
    const last = unique.at(-1)
    if (last !== undefined && times[i] === last) counts[counts.length - 1]!++
    else if (last === undefined || times[i]! > last) {
      unique.push(times[i]!)
      counts.push(1)
    } else throw new HeavensError('bad-request', { reason: 'the times of events must ascend' })
  }
  if (unique.length === 0) return new Float64Array(0)
  const edges = new Float64Array(unique.length + 1)
  edges[0] = unique[0]!
  for (let i = 1; i < unique.length; i++) edges[i] = (unique[i - 1]! + unique[i]!) / 2
  edges[unique.length] = unique.at(-1)!
  return divide(edges, counts, widths(edges), options)
}

/**
 * Blocks of binned counts.
 *
 * @param edges    N + 1 ascending edges of N bins
 * @param counts   N counts
 * @param exposure N livetimes, in any unit; the widths of the bins where absent. A bin of no exposure adds nothing.
 * @returns        edges of the blocks, from the first edge to the last
 * @throws HeavensError bad-request when the lengths do not fit
 */
export function bayesianBlocksBinned(edges: ArrayLike<number>, counts: ArrayLike<number>, options: BlocksOptions & { exposure?: ArrayLike<number> } = {}): Float64Array {
  if (edges.length !== counts.length + 1) throw new HeavensError('bad-request', { reason: `${counts.length} bins have ${counts.length + 1} edges, not ${edges.length}` })
  if (options.exposure && options.exposure.length !== counts.length) throw new HeavensError('bad-request', { reason: `${counts.length} bins have ${counts.length} exposures, not ${options.exposure.length}` })
  if (counts.length === 0) return new Float64Array(0)
  return divide(edges, counts, options.exposure ?? widths(edges), options)
}

function widths(edges: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: edges.length - 1 }, (_, i) => edges[i + 1]! - edges[i]!)
}

/** For each last cell the best first cell of the block that ends there, by dynamic programming. */
function divide(edges: ArrayLike<number>, counts: ArrayLike<number>, exposure: ArrayLike<number>, options: BlocksOptions): Float64Array {
  const cells = counts.length
  const prior = options.prior ?? 4 - Math.log(73.53 * (options.p0 ?? 0.05) * cells ** -0.478)
  // Sums from each cell to the end: a block's counts and exposure are differences of two.
  const countsFrom = new Float64Array(cells + 1)
  const exposureFrom = new Float64Array(cells + 1)
  for (let i = cells - 1; i >= 0; i--) {
    countsFrom[i] = countsFrom[i + 1]! + counts[i]!
    exposureFrom[i] = exposureFrom[i + 1]! + exposure[i]!
  }
  const best = new Float64Array(cells + 1)
  const first = new Int32Array(cells)
  for (let end = 1; end <= cells; end++) {
    let most = -Infinity
    for (let start = 0; start < end; start++) {
      const n = countsFrom[start]! - countsFrom[end]!
      const e = exposureFrom[start]! - exposureFrom[end]!
      const fitness = (n > 0 && e > 0 ? n * Math.log(n / e) : 0) - prior + best[start]!
      if (fitness > most) {
        most = fitness
        first[end - 1] = start
      }
    }
    best[end] = most
  }
  const changes = [edges[cells]!]
  for (let end = cells; end > 0; end = first[end - 1]!) changes.push(edges[first[end - 1]!]!)
  return Float64Array.from(changes.reverse())
}
