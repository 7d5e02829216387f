import type { FitsFile } from '@heavens/science/fits'
import { nodesAround, readParameters, readResponseGrid } from './response-grid.js'

/** Share (0…1) of the photons of a point that fall within a radius [deg] of it, at an energy [MeV] and a cosine. */
export type Containment = (energy: number, cosine: number, radius: number) => number

/**
 * Point-spread function of one conversion type: two King functions of the angle over S(E) = √((c₀ (E / 100 MeV)^β)² + c₁²)
 * (Ackermann et al. 2012, ApJS 203, 4, eqs. 36–40), integrated over a disc in the small-angle form and made 1 in all;
 * linear between the nodes in log E and cosine. The fisheye correction, a shift along the direction to the boresight, is not applied.
 */
export async function readContainment(file: FitsFile, type: string): Promise<Containment> {
  const grid = await readResponseGrid(file, `RPSF${type}`, ['NTAIL', 'SCORE', 'STAIL', 'GCORE', 'GTAIL'])
  const [c0, c1, beta] = await readParameters(file, `PSF_SCALING_PARAMS${type}`, 'PSFSCALE', 3)
  const { NTAIL, SCORE, STAIL, GCORE, GTAIL } = grid.columns
  return (energy, cosine, radius) => {
    const x = ((radius * Math.PI) / 180) / Math.hypot(c0! * (energy / 100) ** beta!, c1!)
    let share = 0
    for (const [i, weight] of nodesAround(grid, Math.log10(energy), cosine)) {
      const core = SCORE![i]! ** 2
      const tail = NTAIL![i]! * STAIL![i]! ** 2
      share += (weight * (core * kingWithin(x / SCORE![i]!, GCORE![i]!) + tail * kingWithin(x / STAIL![i]!, GTAIL![i]!))) / (core + tail)
    }
    return Math.min(1, Math.max(0, share))
  }
}

/** Integral of a King function of index γ > 1 over a disc of radius x, in units of its σ. */
function kingWithin(x: number, gamma: number): number {
  return 1 - (1 + (x * x) / (2 * gamma)) ** (1 - gamma)
}
