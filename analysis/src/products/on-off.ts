import { liMaSignificance } from '@heavens/science/statistics'

/** Counts of a region against those of equal regions without its source. */
export interface OnOff {
  on: number
  off: number
  /** how many such regions `off` comes from, on average; α is one over it */
  regions: number
  excess: number
  /** Li & Ma (1983), negative for a deficit */
  sigma: number
}

/** @param regions > 0 */
export function onOff(on: Int32Array, off: Int32Array, regions: number): OnOff {
  const sum = (counts: Int32Array): number => counts.reduce((a, b) => a + b, 0)
  const [n, m] = [sum(on), sum(off)]
  return { on: n, off: m, regions, excess: n - m / regions, sigma: liMaSignificance(n, m, 1 / regions) }
}
