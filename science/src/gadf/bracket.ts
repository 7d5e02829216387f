import type { ResponseAxis } from './response-table.js'

/** Two neighbouring nodes of an axis and the share of the second. */
export interface Bracket {
  lower: number
  upper: number
  /** 0…1 */
  share: number
}

/** Middles of the bins of an axis. */
export function middles({ low, high }: ResponseAxis): Float64Array {
  return low.map((value, i) => (value + high[i]!) / 2)
}

/** Logarithms of the geometric middles of the bins of an axis of energies, for `bracket` with the logarithm of an energy. */
export function logMiddles({ low, high }: ResponseAxis): Float64Array {
  return low.map((value, i) => Math.log(value * high[i]!) / 2)
}

/** Where a value lies among ascending nodes, for linear interpolation; beyond the ends the end counts. */
export function bracket(nodes: Float64Array, value: number): Bracket {
  let upper = 0
  while (upper < nodes.length && nodes[upper]! <= value) upper++
  if (upper === 0) return { lower: 0, upper: 0, share: 0 }
  if (upper === nodes.length) return { lower: upper - 1, upper: upper - 1, share: 0 }
  const from = nodes[upper - 1]!
  return { lower: upper - 1, upper, share: (value - from) / (nodes[upper]! - from) }
}
