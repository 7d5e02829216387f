/**
 * Statistic of counts with a known mean (Cash 1979, as "C" of the X-ray packages): 2 [μ − n + n ln(n/μ)], 0 at n = μ and
 * about chi-square distributed.
 *
 * @param n  counts, ≥ 0
 * @param mu predicted counts, ≥ 0; Infinity where counts are seen and none predicted
 */
export function cashStatistic(n: number, mu: number): number {
  return 2 * (mu - n + logTerm(n, mu))
}

/**
 * Statistic of counts over a background that was measured aside: the likelihood ratio with the background's mean at its
 * best for this source (Wachter, Leach & Kellogg 1979), with the terms in the data so that 0 is a perfect fit.
 *
 * @param nOn   counts in the source region, ≥ 0
 * @param nOff  counts in the background region, ≥ 0
 * @param alpha source-to-background exposure ratio, > 0
 * @param muSig predicted source counts in the source region, ≥ 0
 */
export function wStatistic(nOn: number, nOff: number, alpha: number, muSig: number): number {
  const muOff = profiledBackground(nOn, nOff, alpha, muSig)
  const muOn = muSig + alpha * muOff
  return 2 * (muOn - nOn + logTerm(nOn, muOn) + muOff - nOff + logTerm(nOff, muOff))
}

/** Mean of the background region that fits best beside a given source; 0 where nOff = 0 and the source alone suffices. */
export function profiledBackground(nOn: number, nOff: number, alpha: number, muSig: number): number {
  const c = alpha * (nOn + nOff) - (1 + alpha) * muSig
  const d = Math.sqrt(c * c + 4 * alpha * (1 + alpha) * nOff * muSig)
  // Of both forms of the root the one that adds, so that no digits are lost.
  return c >= 0 ? (c + d) / (2 * alpha * (1 + alpha)) : (2 * nOff * muSig) / (d - c)
}

/** n ln(n/μ), with its limits at 0. */
function logTerm(n: number, mu: number): number {
  if (n <= 0) return 0
  return mu > 0 ? n * Math.log(n / mu) : Infinity
}
