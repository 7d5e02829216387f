import type { FitsFile } from '@heavens/science/fits'
import { nodesAround, readResponseGrid } from './response-grid.js'

/** Area at an azimuth over its mean, at an energy [MeV], the cosine of the angle from the boresight and the azimuth from the x axis [deg]. */
export type AzimuthDependence = (energy: number, cosine: number, azimuth: number) => number

/**
 * How the area of one conversion type depends on azimuth: f = (1 + q₀ ξ^q₁) / (1 + q₀/(1 + q₁)) with ξ = (4/π) |φ mod π/2 − π/4|, from the table PHI_DEPENDENCE (PHIDEP0,
 * PHIDEP1), linear in log E and in cosine (Ackermann et al. 2012, ApJS 203, 4, section 5.2.3). Undefined where the file has no such table.
 */
export async function readAzimuthDependence(file: FitsFile, type: string): Promise<AzimuthDependence | undefined> {
  if (file.hdu(`PHI_DEPENDENCE${type}`) === undefined) return undefined
  const grid = await readResponseGrid(file, `PHI_DEPENDENCE${type}`, ['PHIDEP0', 'PHIDEP1'])
  const [factors, powers] = [grid.columns['PHIDEP0']!, grid.columns['PHIDEP1']!]
  return (energy, cosine, azimuth) => {
    let [factor, power] = [0, 0]
    for (const [i, weight] of nodesAround(grid, Math.log10(energy), cosine)) {
      factor += weight * factors[i]!
      power += weight * powers[i]!
    }
    const within = ((azimuth % 90) + 90) % 90
    const xi = Math.abs(within - 45) / 45
    return (1 + factor * xi ** power) / (1 + factor / (1 + power))
  }
}
