import { ang2pixRing, neighboursRing, nside2npix, pix2angRing, queryDisc } from '@heavens/science/sky'
import { liMaSignificance } from '@heavens/science/statistics'

/** Pixels on which the background ring is summed, and its radii [deg]. */
const RING_NSIDE = 32
const RING_INNER = 3.5
const RING_OUTER = 7

/** Which pixels form the source region and the background ring of each pixel. Depends on nside alone. */
export interface RegionTables {
  nside: number
  /** 9 a pixel: itself and its neighbours, −1 where one is missing */
  on: Int32Array
  /** ring of each coarse pixel: ring[ringStart[p] … ringStart[p+1]) */
  ring: Int32Array
  ringStart: Int32Array
  /** coarse pixel of each pixel */
  coarse: Int32Array
}

export function createRegionTables(nside: number): RegionTables {
  const npix = nside2npix(nside)
  const on = new Int32Array(npix * 9)
  const coarse = new Int32Array(npix)
  for (let p = 0; p < npix; p++) {
    on[p * 9] = p
    on.set(neighboursRing(nside, p), p * 9 + 1)
    const [ra, dec] = pix2angRing(nside, p)
    coarse[p] = ang2pixRing(RING_NSIDE, ra, dec)
  }
  const nRing = nside2npix(RING_NSIDE)
  const ringStart = new Int32Array(nRing + 1)
  const parts: number[] = []
  for (let p = 0; p < nRing; p++) {
    const [ra, dec] = pix2angRing(RING_NSIDE, p)
    const inner = new Set(queryDisc(RING_NSIDE, ra, dec, RING_INNER))
    for (const q of queryDisc(RING_NSIDE, ra, dec, RING_OUTER)) if (!inner.has(q)) parts.push(q)
    ringStart[p + 1] = parts.length
  }
  return { nside, on, ring: Int32Array.from(parts), ringStart, coarse }
}

/**
 * Significance of each pixel with its eight neighbours over a ring of 3.5°–7° around it: Li & Ma (1983), α from the exposures
 * (from the solid angles where none is known). NaN where there is no exposure or nothing in the ring.
 *
 * @param counts   counts per pixel of nside
 * @param exposure per pixel of nside, or undefined
 * @returns        significance [σ] and expected background counts in the source region, per pixel
 */
export function skySignificance(tables: RegionTables, counts: ArrayLike<number>, exposure: ArrayLike<number> | undefined): { significance: Float32Array; background: Float32Array } {
  const npix = nside2npix(tables.nside)
  const coarseCounts = new Float64Array(nside2npix(RING_NSIDE))
  const coarseExposure = new Float64Array(coarseCounts.length)
  for (let p = 0; p < npix; p++) {
    coarseCounts[tables.coarse[p]!]! += counts[p]!
    coarseExposure[tables.coarse[p]!]! += exposure ? exposure[p]! : 1
  }
  const significance = new Float32Array(npix).fill(NaN)
  const background = new Float32Array(npix).fill(NaN)
  const offCounts = new Float64Array(coarseCounts.length)
  const offExposure = new Float64Array(coarseCounts.length)
  for (let c = 0; c < coarseCounts.length; c++) {
    for (let k = tables.ringStart[c]!; k < tables.ringStart[c + 1]!; k++) {
      offCounts[c]! += coarseCounts[tables.ring[k]!]!
      offExposure[c]! += coarseExposure[tables.ring[k]!]!
    }
  }
  for (let p = 0; p < npix; p++) {
    if (exposure && !(exposure[p]! > 0)) continue
    let on = 0
    let onExposure = 0
    for (let k = p * 9; k < p * 9 + 9; k++) {
      const q = tables.on[k]!
      if (q < 0) continue
      on += counts[q]!
      onExposure += exposure ? exposure[q]! : 1
    }
    const c = tables.coarse[p]!
    if (!(offExposure[c]! > 0)) continue
    const alpha = onExposure / offExposure[c]!
    background[p] = alpha * offCounts[c]!
    significance[p] = on === 0 && offCounts[c] === 0 ? 0 : liMaSignificance(on, offCounts[c]!, alpha)
  }
  return { significance, background }
}
