import { liMaSignificance } from '@heavens/science/statistics'

/** Counts of a region against those of equal regions without its source. */
export interface OnOff {
  on: number
  off: number
  /** how many such regions `off` comes from, on average */
  regions: number
  /** live time of `on` / (that of `off` × regions) */
  alpha: number
  excess: number
  /** Li & Ma (1983), negative for a deficit */
  sigma: number
}

/**
 * @param regions > 0
 * @param share   of the live time in which there were such regions, 0…1, > 0
 */
export function onOff(on: Int32Array, off: Int32Array, regions: number, share: number): OnOff {
  const sum = (counts: Int32Array): number => counts.reduce((a, b) => a + b, 0)
  const [n, m, alpha] = [sum(on), sum(off), 1 / (regions * share)]
  return { on: n, off: m, regions, alpha, excess: n - m * alpha, sigma: liMaSignificance(n, m, alpha) }
}
