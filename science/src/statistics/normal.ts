import { lnUpperGamma, upperGamma } from './incomplete-gamma.js'

/** Probability that a normal deviate exceeds `sigma` (one-sided), down to 1e-308. */
export function normalTail(sigma: number): number {
  const tail = upperGamma(0.5, (sigma * sigma) / 2) / 2
  return sigma >= 0 ? tail : 1 - tail
}

/** Probability that a normal deviate is below `sigma`. */
export function normalCdf(sigma: number): number {
  return normalTail(-sigma)
}

/**
 * The deviate that is exceeded with probability `tail` (one-sided): the significance of a chance probability. 0 < tail < 1;
 * ±Infinity at the ends, NaN beyond.
 */
export function sigmaFromTail(tail: number): number {
  if (!(tail >= 0 && tail <= 1)) return Number.NaN
  if (tail > 0.5) return -sigmaFromTail(1 - tail)
  if (tail === 0) return Infinity
  if (tail === 0.5) return 0
  // Abramowitz & Stegun 26.2.23 is right to 4.5e-4; Newton's steps on the logarithm of the tail do the rest.
  const r = Math.sqrt(-2 * Math.log(tail))
  let sigma = r - (2.515517 + r * (0.802853 + r * 0.010328)) / (1 + r * (1.432788 + r * (0.189269 + r * 0.001308)))
  for (let k = 0; k < 4; k++) {
    const lnTail = lnUpperGamma(0.5, (sigma * sigma) / 2) - Math.LN2
    const hazard = Math.exp(-(sigma * sigma) / 2 - lnTail) / Math.sqrt(2 * Math.PI)
    sigma = Math.abs(sigma + (lnTail - Math.log(tail)) / hazard)
  }
  return sigma
}

/** The deviate below which a normal deviate lies with probability p. */
export function normalQuantile(p: number): number {
  return -sigmaFromTail(p)
}
