import type { FitsFile } from '@heavens/science/fits'
import { nodesAround, readParameters, readResponseGrid } from './response-grid.js'

const CM2_PER_M2 = 1e4

/** cm² at an energy [MeV], the cosine of the angle from the boresight and a live fraction; 0 where the table ends. */
export type EffectiveArea = (energy: number, cosine: number, live: number) => number

/**
 * Effective area of one conversion type (FRONT, BACK, or none in the name where a file holds one type only): the table
 * EFFECTIVE AREA, linear in log E and in cosine, times the efficiency by live fraction.
 *
 * EFFICIENCY_PARS hold two straight-line functions of log10(E / MeV) with two breaks each, p₀ and p₁; the efficiency is
 * p₀ · live + p₁ (Ackermann et al. 2012, ApJS 203, 4, section 5.2.2). PHI_DEPENDENCE, whose mean over azimuth is 1, is apart (azimuth-dependence.ts).
 */
export async function readEffectiveArea(file: FitsFile, type: string): Promise<EffectiveArea> {
  const grid = await readResponseGrid(file, `EFFECTIVE AREA${type}`, ['EFFAREA'])
  const values = grid.columns['EFFAREA']!
  const parameters = await readParameters(file, `EFFICIENCY_PARAMS${type}`, 'EFFICIENCY_PARS', 12)
  const [slope, constant] = [brokenLine(parameters.subarray(0, 6)), brokenLine(parameters.subarray(6))]
  const { lowest, highest, least } = grid.limits
  return (energy, cosine, live) => {
    if (!(energy >= lowest && energy <= highest && cosine >= least)) return 0
    const logE = Math.log10(energy)
    let area = 0
    for (const [i, weight] of nodesAround(grid, logE, cosine)) area += weight * values[i]!
    return CM2_PER_M2 * area * (slope(logE) * live + constant(logE))
  }
}

/** A continuous line with two breaks: slope and value of the first part, then slope and beginning of each other. */
function brokenLine([a0, b0, a1, break1, a2, break2]: Float64Array): (x: number) => number {
  const at1 = a0! * break1! + b0!
  const at2 = at1 + a1! * (break2! - break1!)
  return (x) => (x < break1! ? a0! * x + b0! : x < break2! ? at1 + a1! * (x - break1!) : at2 + a2! * (x - break2!))
}
