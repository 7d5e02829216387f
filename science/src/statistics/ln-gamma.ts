const HALF_LN_2PI = 0.9189385332046728

/**
 * Natural logarithm of the gamma function for x > 0, to about 1e-14 of max(1, |result|): Stirling's series from x = 10 on,
 * reached from below by the recurrence Γ(x + 1) = x Γ(x) (Abramowitz & Stegun 6.1.41, 6.1.15). NaN for x ≤ 0.
 */
export function lnGamma(x: number): number {
  if (!(x > 0)) return Number.NaN
  let z = x
  let product = 1
  while (z < 10) product *= z++
  const r = 1 / (z * z)
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - r * (691 / 360360 - r / 156)))))) / z
  return (z - 0.5) * Math.log(z) - z + HALF_LN_2PI + series - Math.log(product)
}
