import { LIGHT, ORBITAL, SHELLS } from './photoelectric-coefficients.js'

/** Atoms per hydrogen atom. */
export type Abundances = Readonly<Record<string, number>>

/** Anders & Grevesse (1989), Geochim. Cosmochim. Acta 53, 197: solar. */
export const ANDERS_GREVESSE: Abundances = {
  H: 1, He: 9.77e-2, C: 3.63e-4, N: 1.12e-4, O: 8.51e-4, Ne: 1.23e-4, Na: 2.14e-6, Mg: 3.8e-5, Al: 2.95e-6, Si: 3.55e-5,
  S: 1.62e-5, Cl: 1.88e-7, Ar: 3.63e-6, Ca: 2.29e-6, Cr: 4.84e-7, Fe: 4.68e-5, Co: 8.6e-8, Ni: 1.78e-6,
}

/** Wilms, Allen & McCray (2000), ApJ 542, 914: interstellar medium. */
export const WILMS: Abundances = {
  H: 1, He: 9.77e-2, C: 2.4e-4, N: 7.59e-5, O: 4.9e-4, Ne: 8.71e-5, Na: 1.45e-6, Mg: 2.51e-5, Al: 2.14e-6, Si: 1.86e-5,
  S: 1.23e-5, Cl: 1.32e-7, Ar: 2.57e-6, Ca: 1.58e-6, Cr: 3.24e-7, Fe: 2.69e-5, Co: 8.32e-8, Ni: 1.12e-6,
}

const MEGABARN = 1e-18

/**
 * Photoelectric cross-section of cold neutral gas per hydrogen atom, from analytic fits to each shell of each atom.
 * Scattering, molecules and grains are not in it.
 *
 * @param energy keV, > 0; good from 0.05 to 50
 * @returns cm² per hydrogen atom
 */
export function crossSection(energy: number, abundances: Abundances): number {
  const eV = energy * 1000
  let sum = 0
  for (const [atom, abundance] of Object.entries(abundances)) {
    const light = LIGHT[atom]
    if (light !== undefined) sum += abundance * lightAtom(eV, light)
    else SHELLS[atom]?.forEach((shell, s) => (sum += abundance * shellCrossSection(eV, shell, ORBITAL[s]!)))
  }
  return sum * MEGABARN
}

/** Verner & Yakovlev (1995), eq. 1: σ₀ [(y − 1)² + y_w²] y^−Q (1 + √(y/y_a))^−P with y = E/E₀, Q = 5.5 + l − P/2. [Mb] */
function shellCrossSection(eV: number, [threshold, e0, sigma, ya, p, yw]: readonly [number, number, number, number, number, number], l: number): number {
  if (eV < threshold) return 0
  const y = eV / e0
  return sigma * ((y - 1) ** 2 + yw * yw) * y ** (0.5 * p - 5.5 - l) * (1 + Math.sqrt(y / ya)) ** -p
}

/** Verner et al. (1996), eq. 1: x = E/E₀ − y₀, y = √(x² + y₁²), σ₀ [(x − 1)² + y_w²] y^(P/2 − 5.5) (1 + √(y/y_a))^−P. [Mb] */
function lightAtom(eV: number, [threshold, e0, sigma, ya, p, yw, y0, y1]: readonly [number, number, number, number, number, number, number, number]): number {
  if (eV < threshold) return 0
  const x = eV / e0 - y0
  const y = Math.hypot(x, y1)
  return sigma * ((x - 1) ** 2 + yw * yw) * y ** (0.5 * p - 5.5) * (1 + Math.sqrt(y / ya)) ** -p
}
