import { bracket, logMiddles, middles } from './bracket.js'
import type { ResponseTable } from './response-table.js'

const DEGREE = Math.PI / 180

/**
 * Share of the photons of a point that fall within `radius` [deg] of it, at energies [keV] and an offset [deg]: the
 * point-spread function integrated over the solid angle of its rings, linear between their edges. An energy at which the
 * table holds nothing has no photons either: 0.
 *
 * @param spread (energy, offset, radius), sr⁻¹; its integral is taken as it is, not made 1
 * @returns      0…1
 */
export function containmentAt(spread: ResponseTable, energies: Float64Array, offset: number, radius: number): Float64Array {
  const [energy, theta, rad] = spread.axes as [ResponseTable['axes'][0], ResponseTable['axes'][0], ResponseTable['axes'][0]]
  const [n, m] = [energy.low.length, theta.low.length]
  const t = bracket(middles(theta), offset)
  const nodes = logMiddles(energy)
  return energies.map((value) => {
    const e = bracket(nodes, Math.log(value))
    let sum = 0
    for (let r = 0; r < rad.low.length; r++) {
      const [from, to] = [rad.low[r]!, Math.min(rad.high[r]!, radius)]
      if (to <= from) break
      const of = (k: number, o: number): number => spread.values[k + n * (o + m * r)]!
      const density = (1 - t.share) * ((1 - e.share) * of(e.lower, t.lower) + e.share * of(e.upper, t.lower)) + t.share * ((1 - e.share) * of(e.lower, t.upper) + e.share * of(e.upper, t.upper))
      sum += density * 2 * Math.PI * (Math.cos(from * DEGREE) - Math.cos(to * DEGREE))
    }
    return Math.min(1, sum)
  })
}
