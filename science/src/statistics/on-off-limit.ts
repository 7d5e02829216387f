import { wStatistic } from './fit-statistics.js'
import { sigmaFromTail } from './normal.js'

/**
 * Upper limit of a source above a background that was counted aside, with the background's own error: where the W statistic (background at its best for
 * each source) has risen by z² above its least value for s ≥ 0, z the one-sided deviate of `cl` (1.645 for 95 %): the profile likelihood of Rolke,
 * López & Conrad (2005, NIM A 551, 493), bounded at no source.
 *
 * Few counts make it too small: it is never less than −ln(1 − cl) (3.00 for 95 %), which is what no count at all excludes.
 *
 * @param nOn   counts in the source region, ≥ 0
 * @param nOff  counts in the background region, ≥ 0
 * @param alpha source-to-background exposure ratio, > 0
 * @param cl    confidence, 0.5 < cl < 1
 * @returns     source counts; NaN outside these ranges
 */
export function onOffUpperLimit(nOn: number, nOff: number, alpha: number, cl: number): number {
  if (!(nOn >= 0 && nOff >= 0 && alpha > 0 && cl > 0.5 && cl < 1)) return Number.NaN
  const wanted = sigmaFromTail(1 - cl) ** 2
  const best = Math.max(0, nOn - alpha * nOff)
  const least = wStatistic(nOn, nOff, alpha, best)
  const rise = (source: number): number => wStatistic(nOn, nOff, alpha, source) - least
  let low = best
  let high = best + Math.max(1, 2 * Math.sqrt(wanted * (nOn + alpha * alpha * nOff)))
  while (rise(high) < wanted) {
    low = high
    high *= 2
  }
  for (let k = 0; k < 100 && high - low > 1e-12 * high; k++) {
    const middle = (low + high) / 2
    if (rise(middle) < wanted) low = middle
    else high = middle
  }
  return Math.max((low + high) / 2, -Math.log1p(-cl))
}
