/**
 * Edges of bins of the cosine from the boresight to `theta` [deg], descending from 1: equal in √(1 − cos), narrow on the axis,
 * where the area changes least but point-spread functions most (the bins of gtltcube are such).
 */
export function cosineEdges(theta: number, bins: number): Float64Array {
  const depth = 1 - Math.cos((theta * Math.PI) / 180)
  return Float64Array.from({ length: bins + 1 }, (_, i) => 1 - depth * (i / bins) ** 2)
}
