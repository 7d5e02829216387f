import { HeavensError } from '@heavens/schemas'
import { bracket, logMiddles, middles } from './bracket.js'
import type { RunResponse } from './run-response.js'

const CM2: Readonly<Record<string, number>> = { m2: 1e4, cm2: 1 }

/**
 * Effective area [cm²] at energies [keV] and an offset [deg] from the pointing: linear in offset and in the logarithm of
 * energy between the middles of the bins; beyond the outermost ones, theirs.
 */
export function areaAt({ area, file }: RunResponse, energies: Float64Array, offset: number): Float64Array {
  const [energy, theta] = area.axes as [typeof area.axes[0], typeof area.axes[0]]
  const scale = CM2[area.unit.toLowerCase().replace(/[*^ ]/g, '')]
  if (scale === undefined) throw new HeavensError('file-unusable', { file, reason: `AEFF is in ${area.unit}, which is no area` })
  const n = energy.low.length
  const t = bracket(middles(theta), offset)
  const nodes = logMiddles(energy)
  const at = (e: number): number => (1 - t.share) * area.values[t.lower * n + e]! + t.share * area.values[t.upper * n + e]!
  return energies.map((value) => {
    const e = bracket(nodes, Math.log(value))
    return scale * ((1 - e.share) * at(e.lower) + e.share * at(e.upper))
  })
}
