import type { PointResponse } from '@heavens/instruments'
import { cosineEdges } from '../selection/cosine-edges.js'
import type { Limits, Looks } from '../selection/exposed-time.js'
import { livetimeCube } from '../selection/livetime-cube.js'
import { bandArea } from './band-area.js'
import type { ProductBand } from './product-context.js'

/** Bins of the cosine: with as many, exposures differ from those of finer ones by less than a thousandth. */
export const COSINE_BINS = 40

/**
 * A function of a place [deg] that gives its live seconds and its exposure [cm² s] in each set of bands: its livetime by angle from the
 * boresight, folded with the area of the bands at each angle.
 */
export function exposuresOf(response: PointResponse, looks: Looks, limits: Limits, sets: readonly (readonly ProductBand[])[], index: number): (ra: number, dec: number) => number[] {
  const edges = cosineEdges(limits.fieldOfView, COSINE_BINS)
  const areas = sets.map((bands) => bandArea(response, bands, index, edges))
  return (ra, dec) => {
    const { live, weighted } = livetimeCube(looks, [ra], [dec], edges, limits.zenith)
    const exposures = areas.map(({ fixed, slope }) => live.reduce((sum, seconds, b) => sum + fixed[b]! * seconds + slope[b]! * weighted[b]!, 0))
    return [live.reduce((a, b) => a + b, 0), ...exposures]
  }
}
