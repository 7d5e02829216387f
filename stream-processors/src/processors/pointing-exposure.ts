import type { InstrumentDescriptor, PointingBlock } from '@heavens/schemas'
import { nside2npix, pix2angRing, unitVector } from '@heavens/science/sky'

/** One attitude with its live time. Plain data. */
export interface PointingRow {
  time: number
  /** unit vectors: boresight, and away from Earth (null where unknown) */
  axis: [number, number, number]
  zenith: [number, number, number] | null
  /** seconds */
  live: number
}

/** Exposure is kept in whole steps of 2⁻²⁰ s: such sums are exact, so that the order of adding and taking away does not show. */
export const EXPOSURE_STEPS = 2 ** 20

/** The rows of a block that expose anything. */
export function pointingRows(block: PointingBlock): PointingRow[] {
  const rows: PointingRow[] = []
  for (let i = 0; i < block.count; i++) {
    const live = block.duration[i]! * block.livetime[i]!
    if (!(live > 0) || block.inSaa[i]) continue
    const zenith = Number.isFinite(block.raZenith[i]!) ? unitVector(block.raZenith[i]!, block.decZenith[i]!) : null
    rows.push({ time: block.time[i]!, axis: unitVector(block.ra[i]!, block.dec[i]!), zenith, live })
  }
  return rows
}

/** Unit vectors of the centres of all pixels in ring order, shape (3·npix). */
export function pixelVectors(nside: number): Float64Array {
  const vectors = new Float64Array(3 * nside2npix(nside))
  for (let p = 0; p < vectors.length / 3; p++) vectors.set(unitVector(...pix2angRing(nside, p)), 3 * p)
  return vectors
}

/**
 * Give `add` the exposure of every pixel that a pointing exposes: live seconds × relative effective area at its angle from the
 * boresight (1 on axis), within the field of view and above the zenith cut of the instrument.
 */
export function exposePixels(descriptor: InstrumentDescriptor, row: PointingRow, vectors: Float64Array, add: (pixel: number, seconds: number) => void): void {
  const cosField = Math.cos(((descriptor.fieldOfView ?? 90) * Math.PI) / 180)
  const slope = descriptor.areaSlope ?? 1
  const cosZenith = row.zenith && descriptor.zenithCut !== undefined ? Math.cos((descriptor.zenithCut * Math.PI) / 180) : -2
  const [ax, ay, az] = row.axis
  const [zx, zy, zz] = row.zenith ?? [0, 0, 0]
  for (let p = 0; p < vectors.length / 3; p++) {
    const x = vectors[3 * p]!
    const y = vectors[3 * p + 1]!
    const z = vectors[3 * p + 2]!
    const cos = x * ax + y * ay + z * az
    if (cos <= cosField || x * zx + y * zy + z * zz < cosZenith) continue
    const area = 1 - slope * (1 - cos)
    if (area > 0) add(p, row.live * area)
  }
}
