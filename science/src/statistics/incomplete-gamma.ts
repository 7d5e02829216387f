import { lnGamma } from './ln-gamma.js'

const STEPS = 20_000

/** ln of e^(−x) x^a / Γ(a): the front factor of both series. */
function lnFront(a: number, x: number): number {
  return a * Math.log(x) - x - lnGamma(a)
}

/** Σ x^n / (a (a+1) … (a+n)): converges for x < a + 1 (Abramowitz & Stegun 6.5.29). */
function series(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; n < STEPS && Math.abs(term) > 1e-17 * sum; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum
}

/** Legendre's continued fraction by the method of Lentz: converges for x > a + 1 (Abramowitz & Stegun 6.5.31). */
function fraction(a: number, x: number): number {
  const tiny = 1e-300
  let b = x + 1 - a
  let c = 1 / tiny
  let d = 1 / b
  let h = d
  for (let n = 1; n < STEPS; n++) {
    const step = -n * (n - a)
    b += 2
    d = step * d + b
    if (Math.abs(d) < tiny) d = tiny
    c = b + step / c
    if (Math.abs(c) < tiny) c = tiny
    d = 1 / d
    const factor = d * c
    h *= factor
    if (Math.abs(factor - 1) < 1e-16) break
  }
  return h
}

/**
 * Regularised upper incomplete gamma function Q(a, x), a > 0, x ≥ 0. For whole a it is the probability of fewer than a
 * counts where x are expected. NaN outside.
 */
export function upperGamma(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return Number.NaN
  if (x === 0) return 1
  if (x === Infinity) return 0
  return x < a + 1 ? Math.max(0, 1 - Math.exp(lnFront(a, x)) * series(a, x)) : Math.exp(lnFront(a, x)) * fraction(a, x)
}

/** Regularised lower incomplete gamma function P(a, x) = 1 − Q(a, x), without the loss of digits of that difference. */
export function lowerGamma(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return Number.NaN
  if (x === 0) return 0
  if (x === Infinity) return 1
  return x < a + 1 ? Math.exp(lnFront(a, x)) * series(a, x) : Math.max(0, 1 - Math.exp(lnFront(a, x)) * fraction(a, x))
}

/** ln Q(a, x), also where Q itself is too small for a number. */
export function lnUpperGamma(a: number, x: number): number {
  return x < a + 1 ? Math.log(upperGamma(a, x)) : lnFront(a, x) + Math.log(fraction(a, x))
}

/**
 * The x at which P(a, x) = p: half the chi-square quantile of 2a degrees of freedom. a > 0, 0 ≤ p ≤ 1 (Infinity at 1).
 * By halving an interval in ln x: about 60 evaluations, never lost.
 */
export function gammaQuantile(a: number, p: number): number {
  if (!(a > 0 && p >= 0 && p <= 1)) return Number.NaN
  if (p === 0) return 0
  if (p === 1) return Infinity
  // The smaller of both tails is compared: it keeps its digits.
  const below = p < 0.5 ? (x: number): boolean => lowerGamma(a, x) < p : (x: number): boolean => upperGamma(a, x) > 1 - p
  let low = -700
  let high = Math.log(a + 1)
  while (below(Math.exp(high))) high += 1
  for (let k = 0; k < 80 && high - low > 1e-15 * Math.max(1, Math.abs(high)); k++) {
    const middle = (low + high) / 2
    if (below(Math.exp(middle))) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}
