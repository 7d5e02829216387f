import { expect, it } from 'vitest'
import { luminosity, luminosityDistance } from './index.js'

it('the luminosity distance is that of closed forms', () => {
  // Without matter (de Sitter): (1 + z) z c/H₀. With matter alone (Einstein–de Sitter): 2 (1 + z − √(1 + z)) c/H₀.
  for (const z of [1e-4, 0.01, 0.158, 1, 8.2]) {
    const hubble = 299_792.458 / 70
    expect(luminosityDistance(z, { hubble: 70, matter: 0 }) / ((1 + z) * z * hubble)).toBeCloseTo(1, 9)
    expect(luminosityDistance(z, { hubble: 70, matter: 1 }) / (2 * (1 + z - Math.sqrt(1 + z)) * hubble)).toBeCloseTo(1, 7)
  }
})

it('the luminosity is 4π d² F at the energies of the source, its errors with it', () => {
  const flux = { min: 2, max: 10, value: 1e-11, error: [-1e-12, null] as [number, null], unit: 'erg/cm2/s' as const }
  const near = luminosity(flux, { distance: 1 })
  expect(near.value / (4 * Math.PI * 3.085677581491367e24 ** 2 * 1e-11)).toBeCloseTo(1, 12)
  expect([near.min, near.max, near.distance]).toEqual([2, 10, 1])
  expect([near.error[0]! / near.value, near.error[1]]).toEqual([expect.closeTo(-0.1, 12), null])
  const far = luminosity(flux, { redshift: 1 })
  expect([far.min, far.max, far.distance]).toEqual([4, 20, luminosityDistance(1)])
  expect(luminosity(flux, { redshift: 1, distance: 3 })).toMatchObject({ min: 4, max: 20, distance: 3 })
})
