import { integrateBins, type Component, type ParameterShape } from './component.js'

const norm = (unit: string): ParameterShape => ({ name: 'norm', unit, start: 1, min: 0, max: 1e24 })
const AT_1_KEV = 'photons/keV/cm2/s at 1 keV'

/** K E^−Γ, E in keV. */
export const powerlaw: Component = {
  name: 'powerlaw', kind: 'add',
  parameters: [{ name: 'PhoIndex', unit: '', start: 2, min: -3, max: 10 }, norm(AT_1_KEV)],
  on(low, high) {
    // A first bin may begin at 0 keV, where steep power laws have no integral.
    const start = low.map((energy) => Math.log(Math.max(energy, 1e-6)))
    const width = high.map((energy, i) => Math.log(Math.max(energy, 1e-6)) - start[i]!)
    return ([index, k], out) => {
      const power = 1 - index!
      for (let i = 0; i < out.length; i++) {
        const x = power * width[i]!
        out[i] = k! * Math.exp(power * start[i]!) * (Math.abs(x) < 1e-8 ? width[i]! * (1 + x / 2) : Math.expm1(x) / power)
      }
    }
  },
}

/** 10⁻¹² erg in keV. */
const KEV_PER_PICOERG = 6.24150907446076e-4

/**
 * A power law by its energy flux in eMin … eMax: norm · 10⁻¹² erg/cm²/s. Far from 1 keV its errors are those of the data, where
 * the norm of `powerlaw` goes with the index.
 */
export const pegpwrlw: Component = {
  name: 'pegpwrlw', kind: 'add',
  parameters: [
    { name: 'PhoIndex', unit: '', start: 2, min: -3, max: 10 },
    { name: 'eMin', unit: 'keV', start: 2, min: 1e-3, max: 1e15, frozen: true },
    { name: 'eMax', unit: 'keV', start: 10, min: 1e-3, max: 1e15, frozen: true },
    norm('1e-12 erg/cm2/s in eMin-eMax'),
  ],
  on(low, high) {
    const shape = powerlaw.on(low, high)
    return ([index, eMin, eMax, k], out) => {
      // Energy in the range of a power law that is 1 at eMin: ∫ E (E/eMin)^−Γ dE.
      const power = 2 - index!
      const width = Math.log(eMax! / eMin!)
      const energy = eMin! ** 2 * (Math.abs(power * width) < 1e-8 ? width : Math.expm1(power * width) / power)
      shape([index!, ((k! * KEV_PER_PICOERG) / energy) * eMin! ** index!], out)
    }
  },
}

/** K E^−Γ exp(−E/HighECut). */
export const cutoffpl: Component = {
  name: 'cutoffpl', kind: 'add',
  parameters: [{ name: 'PhoIndex', unit: '', start: 1.5, min: -3, max: 10 }, { name: 'HighECut', unit: 'keV', start: 50, min: 0.01, max: 1e15 }, norm(AT_1_KEV)],
  on: (low, high) => ([index, cut, k], out) => {
    integrateBins((energy) => k! * energy ** -index! * Math.exp(-energy / cut!), low, high, out)
  },
}

/**
 * Band et al. (1993), ApJ 413, 281: K (E/100)^α exp(−E/tem) below (α − β) tem, and the power law (E/100)^β that goes on
 * smoothly above. Where β ≥ α there is no break, and the first form holds everywhere.
 */
export const grbm: Component = {
  name: 'grbm', kind: 'add',
  parameters: [{ name: 'alpha', unit: '', start: -1, min: -10, max: 5 }, { name: 'beta', unit: '', start: -2.3, min: -10, max: 2 }, { name: 'tem', unit: 'keV', start: 200, min: 1, max: 1e5 }, norm('photons/keV/cm2/s at 100 keV')],
  on: (low, high) => ([alpha, beta, tem, k], out) => {
    const bend = alpha! > beta! ? (alpha! - beta!) * tem! : Infinity
    const above = alpha! > beta! ? k! * (bend / 100) ** (alpha! - beta!) * Math.exp(beta! - alpha!) : 0
    integrateBins((energy) => (energy < bend ? k! * (energy / 100) ** alpha! * Math.exp(-energy / tem!) : above * (energy / 100) ** beta!), low, high, out)
  },
}

/** Black body, K · 8.0525 E² / (kT⁴ (exp(E/kT) − 1)), K = L₃₉/D₁₀²: luminosity [10³⁹ erg/s] over distance² [10 kpc]. */
export const bbody: Component = {
  name: 'bbody', kind: 'add',
  parameters: [{ name: 'kT', unit: 'keV', start: 1, min: 1e-3, max: 200 }, norm('1e39 erg/s at 10 kpc')],
  on: (low, high) => ([kT, k], out) => {
    const scale = (8.0525 * k!) / kT! ** 4
    integrateBins((energy) => (scale * energy * energy) / Math.expm1(energy / kT!), low, high, out)
  },
}

/** Broken power law: K E^−Γ₁ up to the break, and K E_b^(Γ₂−Γ₁) E^−Γ₂ above. A bin that holds the break is taken in its two parts. */
export const bknpower: Component = {
  name: 'bknpower', kind: 'add',
  parameters: [{ name: 'PhoIndx1', unit: '', start: 1.5, min: -3, max: 10 }, { name: 'BreakE', unit: 'keV', start: 5, min: 1e-2, max: 1e15 }, { name: 'PhoIndx2', unit: '', start: 2.5, min: -3, max: 10 }, norm(AT_1_KEV)],
  on(low, high) {
    return ([first, bend, second, k], out) => {
      const below = powerlaw.on(low.map((energy) => Math.min(energy, bend!)), high.map((energy) => Math.min(energy, bend!)))
      const above = powerlaw.on(low.map((energy) => Math.max(energy, bend!)), high.map((energy) => Math.max(energy, bend!)))
      const rest = new Float64Array(out.length)
      below([first!, k!], out)
      above([second!, k! * bend! ** (second! - first!)], rest)
      for (let i = 0; i < out.length; i++) out[i]! += rest[i]!
    }
  },
}
