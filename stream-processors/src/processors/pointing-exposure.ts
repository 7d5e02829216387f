import type { InstrumentDescriptor, Item, PointingBlock } from '@heavens/schemas'
import { nside2npix, pix2angRing, unitVector } from '@heavens/science/sky'

/** One attitude with its live time. Plain data. */
export interface PointingRow {
  time: number
  /** unit vectors: boresight, and away from Earth (null where unknown) */
  axis: [number, number, number]
  zenith: [number, number, number] | null
  /** least cosine from the zenith that is exposed; −2: no limit */
  cosZenith: number
  /** seconds */
  live: number
}

/** Exposure is kept in whole steps of 2⁻²⁰ s: such sums are exact, so that the order of adding and taking away does not show. */
const EXPOSURE_STEPS = 2 ** 20
const ONE_STEP = 1 / EXPOSURE_STEPS

/**
 * The rows of a block that expose anything.
 *
 * @param zenithCut largest angle from the zenith [deg]; undefined: none
 */
export function pointingRows(block: PointingBlock, zenithCut: number | undefined): PointingRow[] {
  const rows: PointingRow[] = []
  for (let i = 0; i < block.count; i++) {
    const live = block.duration[i]! * block.livetime[i]!
    if (!(live > 0) || block.inSaa[i]) continue
    const zenith = Number.isFinite(block.raZenith[i]!) ? unitVector(block.raZenith[i]!, block.decZenith[i]!) : null
    const cosZenith = zenith === null || zenithCut === undefined ? -2 : Math.cos((zenithCut * Math.PI) / 180)
    rows.push({ time: block.time[i]!, axis: unitVector(block.ra[i]!, block.dec[i]!), zenith, cosZenith, live })
  }
  return rows
}

/** The zenith cut of pointings that follow an item: the tighter of the instrument's and of that of the last good time that came. */
export function zenithCutAfter(before: number | undefined, item: Item, descriptor: InstrumentDescriptor): number | undefined {
  if (item.kind !== 'gti') return before
  const cut = Math.min(descriptor.zenithCut ?? Infinity, item.cuts?.zenith ?? Infinity)
  return cut === Infinity ? undefined : cut
}

/** Centres of all pixels as unit vectors in ring order, shape (3·npix); of each ring its first pixel (at the end npix), radius and the longitude of that pixel [rad]. */
export interface PixelSky {
  vectors: Float64Array
  rings: Uint32Array
  radius: Float64Array
  start: Float64Array
}

export function pixelSky(nside: number): PixelSky {
  const npix = nside2npix(nside)
  const vectors = new Float64Array(3 * npix)
  for (let p = 0; p < npix; p++) vectors.set(unitVector(...pix2angRing(nside, p)), 3 * p)
  const rings = new Uint32Array(4 * nside)
  for (let r = 1; r < 4 * nside; r++) rings[r] = rings[r - 1]! + 4 * Math.min(r, nside, 4 * nside - r)
  const [radius, start] = [new Float64Array(rings.length - 1), new Float64Array(rings.length - 1)]
  for (let r = 0; r < radius.length; r++) {
    const [x, y] = vectors.subarray(3 * rings[r]!, 3 * rings[r]! + 2) as unknown as [number, number]
    radius[r] = Math.hypot(x, y)
    start[r] = Math.atan2(y, x)
  }
  return { vectors, rings, radius, start }
}

/** Pixels that a pointing exposes, with live seconds on axis in steps of 2⁻²⁰; the first `count` of each array count. */
export interface ExposedPixels {
  pixel: Uint32Array
  seconds: Float64Array
  count: number
}

export function exposedPixels({ vectors }: PixelSky): ExposedPixels {
  return { pixel: new Uint32Array(vectors.length / 3), seconds: new Float64Array(vectors.length / 3), count: 0 }
}

/**
 * The exposure of every pixel that a pointing exposes, into `out`: live seconds × relative effective area at its angle from the
 * boresight (1 on axis), within the field of view and above the zenith cut. Of each ring only the pixels in reach are looked at.
 */
export function exposePixels(descriptor: InstrumentDescriptor, row: PointingRow, sky: PixelSky, out: ExposedPixels): ExposedPixels {
  const cosField = Math.cos(((descriptor.fieldOfView ?? 90) * Math.PI) / 180)
  const slope = descriptor.areaSlope ?? 1
  const { vectors, rings, radius, start } = sky
  const [ax, ay, az] = row.axis
  const [zx, zy, zz] = row.zenith ?? [0, 0, 0]
  const across = Math.hypot(ax, ay)
  const turn = Math.atan2(ay, ax)
  const { pixel, seconds } = out
  const { live, cosZenith } = row
  let n = 0
  for (let r = 0; r + 1 < rings.length; r++) {
    const first = rings[r]!
    const size = rings[r + 1]! - first
    const height = vectors[3 * first + 2]!
    // cos = az·height + across·width·cos(Δφ) must be above cosField; a little more is looked at than that, and each pixel is asked itself.
    const reach = (cosField - az * height) / (across * radius[r]!)
    if (reach >= 1) continue
    const half = reach <= -1 ? Math.PI : Math.acos(reach)
    const middle = ((turn - start[r]!) / (2 * Math.PI)) * size
    const side = Math.min(size / 2, (half / (2 * Math.PI)) * size + 1)
    const from = Math.ceil(middle - side)
    const many = Math.min(size, Math.floor(middle + side) - from + 1)
    // The ring closes: its pixels are gone through in at most two pieces. Remainders of integers only, they are slow in floats.
    let p = first + ((((from | 0) % size) + size) % size)
    for (let k = 0; k < many; k++, p++) {
      if (p === first + size) p = first
      const x = vectors[3 * p]!
      const y = vectors[3 * p + 1]!
      const z = vectors[3 * p + 2]!
      const cos = x * ax + y * ay + z * az
      if (cos <= cosField || x * zx + y * zy + z * zz < cosZenith) continue
      const area = 1 - slope * (1 - cos)
      if (area <= 0) continue
      pixel[n] = p
      seconds[n++] = Math.floor(live * area * EXPOSURE_STEPS + 0.5) * ONE_STEP
    }
  }
  out.count = n
  return out
}

/** Add exposure to a map of the same pixels, or with sign −1 take it away. */
export function addExposure(map: Float64Array, { pixel, seconds, count }: ExposedPixels, sign: 1 | -1): void {
  for (let i = 0; i < count; i++) map[pixel[i]!]! += sign * seconds[i]!
}
