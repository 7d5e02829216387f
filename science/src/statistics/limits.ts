import { gammaQuantile, lnUpperGamma } from './incomplete-gamma.js'

/**
 * Upper limit of a source above a known background: Helene (1983, NIM 212, 319), Bayesian with a flat prior for s ≥ 0.
 * Solves 1 − Q(n + 1, b + s)/Q(n + 1, b) = cl.
 *
 * @param n  counts, ≥ 0
 * @param b  expected background, ≥ 0
 * @param cl confidence, 0 < cl < 1
 * @returns  source counts
 */
export function poissonUpperLimit(n: number, b: number, cl: number): number {
  if (!(n >= 0 && b >= 0 && cl > 0 && cl < 1)) return Number.NaN
  const wanted = lnUpperGamma(n + 1, b) + Math.log1p(-cl)
  let low = 0
  let high = Math.max(1, n - b + 3 * Math.sqrt(n + 1))
  while (lnUpperGamma(n + 1, b + high) > wanted) {
    low = high
    high *= 2
  }
  for (let k = 0; k < 100 && high - low > 1e-13 * high; k++) {
    const middle = (low + high) / 2
    if (lnUpperGamma(n + 1, b + middle) > wanted) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * Central interval of the mean of a Poisson distribution: the exact limits of Gehrels (1986, ApJ 303, 336), by the
 * chi-square quantiles. With cl = 0.6826895 the 1 σ errors of n counts.
 *
 * @param n  counts, ≥ 0; the lower limit of 0 counts is 0
 * @param cl confidence, 0 < cl < 1
 */
export function poissonInterval(n: number, cl: number): [low: number, high: number] {
  const outside = (1 - cl) / 2
  return [n > 0 ? gammaQuantile(n, outside) : 0, gammaQuantile(n + 1, 1 - outside)]
}
