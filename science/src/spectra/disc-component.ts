import { integrateBins, type Component } from './component.js'

/** The table of the disc's integral: ln x from, to, step. */
const FROM = Math.log(1e-4)
const TO = Math.log(200)
const STEP = 0.02

/** ∫ y^(5/3) / (e^y − 1) dy from x to infinity, by Simpson's rule in ln y. */
function discIntegral(x: number): number {
  const steps = 64
  const [from, to] = [Math.log(x), Math.log(x + 40)]
  const h = (to - from) / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const y = Math.exp(from + i * h)
    sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * (y ** (8 / 3) / Math.expm1(y))
  }
  return (sum * h) / 3
}

/** The integral as a function: cubic Hermite interpolation of its logarithm in ln x, whose slope is known. 0 above x = 200. */
function tabulatedIntegral(): (x: number) => number {
  const size = Math.ceil((TO - FROM) / STEP) + 1
  const value = new Float64Array(size)
  const slope = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const x = Math.exp(FROM + i * STEP)
    const integral = discIntegral(x)
    value[i] = Math.log(integral)
    slope[i] = (-(x ** (8 / 3)) / Math.expm1(x) / integral) * STEP
  }
  return (x) => {
    const at = Math.max(0, (Math.log(x) - FROM) / STEP)
    const i = Math.floor(at)
    if (i >= size - 1) return 0
    const t = at - i
    const [a, b] = [value[i]!, value[i + 1]!]
    const [p, q] = [slope[i]! - (b - a), b - a - slope[i + 1]!]
    return Math.exp(a + t * (b - a) + t * (1 - t) * (p * (1 - t) + q * t))
  }
}

/** Photons of a disc of unit norm; see `diskbb`. */
const XSPEC_SCALE = 1 / 361

/**
 * Disc of black-body rings, T ∝ r^(−3/4) (Mitsuda et al. 1984), K = (R_in/km)² / (D/10 kpc)² cos θ:
 * N(E) = K / 361 · E² x^(−8/3) ∫ₓ^∞ y^(5/3)/(e^y − 1) dy with x = E/T_in. The constants of nature give 1/361.27; XSPEC's diskbb has 361, so norms
 * agree with those that are published.
 */
export const diskbb: Component = {
  name: 'diskbb', kind: 'add',
  parameters: [{ name: 'Tin', unit: 'keV', start: 1, min: 1e-3, max: 1000 }, { name: 'norm', unit: '(km at 10 kpc)2 cos(theta)', start: 1, min: 0, max: 1e24 }],
  on(low, high) {
    const integral = tabulatedIntegral()
    return ([tin, k], out) => {
      integrateBins((energy) => XSPEC_SCALE * k! * energy * energy * (energy / tin!) ** (-8 / 3) * integral(energy / tin!), low, high, out)
    }
  },
}
