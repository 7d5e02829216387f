import type { BandFlux } from './band-flux.js'

/** km/s/Mpc, and the share of matter; flat, the rest a cosmological constant. */
export const COSMOLOGY = { hubble: 70, matter: 0.3 } as const

const LIGHT = 299_792.458
const CM_PER_MPC = 3.085677581491367e24
const STEPS = 512

/**
 * Luminosity distance [Mpc] in a flat universe of matter and a cosmological constant: (1 + z) c/H₀ ∫₀ᶻ dz′/√(Ω_m (1+z′)³ + 1 − Ω_m)
 * (Hogg 1999, astro-ph/9905116, eqs. 14, 15, 21), by Simpson's rule.
 *
 * @param redshift ≥ 0
 */
export function luminosityDistance(redshift: number, { hubble, matter }: { hubble: number; matter: number } = COSMOLOGY): number {
  const slope = (z: number): number => 1 / Math.sqrt(matter * (1 + z) ** 3 + 1 - matter)
  let sum = slope(0) + slope(redshift)
  for (let i = 1; i < STEPS; i++) sum += slope((redshift * i) / STEPS) * (i % 2 === 1 ? 4 : 2)
  return ((1 + redshift) * LIGHT * sum * redshift) / (3 * STEPS * hubble)
}

export interface Luminosity {
  /** energies at the source [keV]: those of the flux × (1 + z) */
  min: number
  max: number
  value: number
  error: BandFlux['error']
  unit: 'erg/s'
  /** Mpc */
  distance: number
}

/**
 * 4π d² times the energy flux: what a source that shines alike to all sides gives off between min · (1 + z) and max · (1 + z), at the source. No
 * model is assumed beyond the energies of the flux, and absorption is not undone.
 *
 * @param where redshift > 0, or distance [Mpc] > 0, or both: then the distance is as given
 */
export function luminosity(flux: BandFlux, where: { redshift?: number | undefined; distance?: number | undefined }): Luminosity {
  const { redshift = 0, distance = luminosityDistance(redshift) } = where
  const sphere = 4 * Math.PI * (distance * CM_PER_MPC) ** 2
  const scaled = (x: number | null): number | null => (x === null ? null : x * sphere)
  return { min: flux.min * (1 + redshift), max: flux.max * (1 + redshift), value: flux.value * sphere, error: [scaled(flux.error[0]), scaled(flux.error[1])], unit: 'erg/s', distance }
}
