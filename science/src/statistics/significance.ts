/**
 * Significance of an excess over a measured background: Li & Ma (1983), eq. 17.
 * Positive for an excess, negative for a deficit, 0 when both counts are 0.
 *
 * @param nOn   counts in the source region, integer ≥ 0
 * @param nOff  counts in the background region, integer ≥ 0
 * @param alpha source-to-background exposure ratio, > 0
 * @returns     significance [standard deviations]
 */
export function liMaSignificance(nOn: number, nOff: number, alpha: number): number {
  const total = nOn + nOff
  const on = nOn > 0 ? nOn * Math.log(((1 + alpha) / alpha) * (nOn / total)) : 0
  const off = nOff > 0 ? nOff * Math.log((1 + alpha) * (nOff / total)) : 0
  // At no excess the two terms cancel to a rounding error of either sign.
  return Math.sign(nOn - alpha * nOff) * Math.sqrt(Math.max(0, 2 * (on + off)))
}

/**
 * Significance of an excess over a known background: sign(n − b) √(2 [n ln(n/b) − (n − b)]) (Cash 1979).
 *
 * @param n counts, ≥ 0
 * @param b expected background, ≥ 0; with b = 0 any count is infinitely significant
 * @returns significance [standard deviations], 0 when n = b
 */
export function cashSignificance(n: number, b: number): number {
  if (n === b) return 0
  const llr = n > 0 ? n * Math.log(n / b) - (n - b) : b
  return Math.sign(n - b) * Math.sqrt(2 * Math.max(0, llr))
}
