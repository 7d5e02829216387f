import { describe, expect, it } from 'vitest'
import { WILMS, crossSection } from './photoelectric.js'

describe('photoelectric cross-section', () => {
  it('is that of the hydrogen atom at its threshold and of helium', () => {
    expect(crossSection(0.0136, { H: 1 }) * 1e18).toBeCloseTo(6.3463, 3)
    expect(crossSection(0.02459, { He: 1 }) * 1e18).toBeCloseTo(7.48, 1)
  })

  it('is within 6 % of Morrison & McCammon (1983) between the edges, with their abundances', () => {
    const logarithms = { H: 12, He: 11, C: 8.65, N: 7.96, O: 8.87, Ne: 8.14, Na: 6.32, Mg: 7.6, Al: 6.49, Si: 7.57, S: 7.28, Cl: 5.28, Ar: 6.58, Ca: 6.35, Cr: 5.69, Fe: 7.52, Ni: 6.26 }
    const abundances = Object.fromEntries(Object.entries(logarithms).map(([atom, dex]) => [atom, 10 ** (dex - 12)]))
    // σ(E) = (c0 + c1 E + c2 E²)/E³ · 1e-24 cm², their table 2
    const wanted = [[1, 120.6, 169.3, -47.7], [1.5, 141.3, 146.8, -31.5], [2.2, 202.7, 104.7, -17], [3, 342.7, 18.7, 0], [5, 433.9, -2.4, 0.75], [9, 701.2, 25.2, 0]] as const
    for (const [energy, c0, c1, c2] of wanted) {
      const theirs = ((c0 + c1 * energy + c2 * energy ** 2) / energy ** 3) * 1e-24
      expect(Math.abs(crossSection(energy, abundances) / theirs - 1), `${energy} keV`).toBeLessThan(0.06)
    }
  })

  it('jumps at the K edges of oxygen and iron', () => {
    for (const edge of [0.538, 7.124]) expect(crossSection(edge + 1e-4, WILMS) / crossSection(edge - 1e-4, WILMS)).toBeGreaterThan(1.2)
  })
})
