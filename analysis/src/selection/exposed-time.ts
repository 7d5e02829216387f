import type { PointingBlock } from '@heavens/schemas'
import { unitVector } from '@heavens/science/sky'
import { intersect } from './intervals.js'
import type { Interval } from './intervals.js'

const DEGREE = Math.PI / 180

/** Pieces of good time in which an instrument held one attitude, ascending; unit vectors have three numbers each. */
export interface Looks {
  intervals: Interval[]
  /** live seconds / seconds of each */
  live: Float64Array
  boresight: Float64Array
  /** of the spacecraft's frame, from which azimuths count */
  xAxis: Float64Array
  /** away from Earth's centre; NaN where unknown */
  zenith: Float64Array
}

/** What a place must fulfil to be seen: degrees from the boresight, and from the zenith where that is known. */
export interface Limits {
  fieldOfView: number
  zenith?: number
}

/** The attitude within `good`; what lies in the South Atlantic Anomaly or has no live time is left out. */
export function looksWithin(pointings: readonly PointingBlock[], good: readonly Interval[]): Looks {
  const rows = pointings.flatMap((block) => Array.from(block.time.keys()).filter((i) => block.inSaa[i] !== 1 && block.livetime[i]! > 0).map((i) => ({ block, i, start: block.time[i]! })))
  rows.sort((a, b) => a.start - b.start)
  const out: Interval[] = []
  const from: { block: PointingBlock; i: number }[] = []
  let at = 0
  let until = -Infinity
  for (const { block, i, start } of rows) {
    // Attitude files of following weeks overlap by a row: the earlier one counts.
    const first = Math.max(start, until)
    const last = start + block.duration[i]!
    until = Math.max(until, last)
    while (at < good.length && good[at]![1] <= first) at++
    for (const piece of intersect([[first, last]], good.slice(at, at + 8))) {
      out.push(piece)
      from.push({ block, i })
    }
  }
  const vectors = (ra: (block: PointingBlock) => Float32Array, dec: (block: PointingBlock) => Float32Array): Float64Array => Float64Array.from(from.flatMap(({ block, i }) => unitVector(ra(block)[i]!, dec(block)[i]!)))
  return {
    intervals: out, live: Float64Array.from(from, ({ block, i }) => block.livetime[i]!),
    boresight: vectors((b) => b.ra, (b) => b.dec), xAxis: vectors((b) => b.raX, (b) => b.decX), zenith: vectors((b) => b.raZenith, (b) => b.decZenith),
  }
}

/** Where look `i` was pointed [deg]. */
export function boresightOf({ boresight }: Looks, i: number): { ra: number; dec: number } {
  const [x, y, z] = [boresight[3 * i]!, boresight[3 * i + 1]!, boresight[3 * i + 2]!]
  return { ra: ((Math.atan2(y, x) / DEGREE) + 360) % 360, dec: Math.asin(Math.max(-1, Math.min(1, z))) / DEGREE }
}

/** Azimuth [deg] of a place (a unit vector) in look `i`, from the x axis towards y = z × x. */
export function azimuthOf({ boresight, xAxis }: Looks, i: number, [px, py, pz]: readonly [number, number, number]): number {
  const [zx, zy, zz] = [boresight[3 * i]!, boresight[3 * i + 1]!, boresight[3 * i + 2]!]
  const [xx, xy, xz] = [xAxis[3 * i]!, xAxis[3 * i + 1]!, xAxis[3 * i + 2]!]
  const [yx, yy, yz] = [zy * xz - zz * xy, zz * xx - zx * xz, zx * xy - zy * xx]
  return Math.atan2(px * yx + py * yy + pz * yz, px * xx + py * xy + pz * xz) / DEGREE
}

/** Which looks see a place [deg]: 1 or 0 each. */
export function seen(looks: Looks, ra: number, dec: number, limits: Limits): Uint8Array {
  const [x, y, z] = unitVector(ra, dec)
  const least = Math.cos(limits.fieldOfView * DEGREE)
  const leastUp = limits.zenith === undefined ? -2 : Math.cos(limits.zenith * DEGREE)
  const { boresight, zenith } = looks
  const out = new Uint8Array(looks.live.length)
  for (let i = 0, k = 0; i < out.length; i++, k += 3) {
    const low = zenith[k]! * x + zenith[k + 1]! * y + zenith[k + 2]! * z < leastUp
    if (!low && boresight[k]! * x + boresight[k + 1]! * y + boresight[k + 2]! * z >= least) out[i] = 1
  }
  return out
}

/** Live seconds for which a place [deg] was seen. */
export function exposedTime(looks: Looks, ra: number, dec: number, limits: Limits): number {
  const see = seen(looks, ra, dec, limits)
  let sum = 0
  for (let i = 0; i < see.length; i++) if (see[i] === 1) sum += looks.live[i]! * (looks.intervals[i]![1] - looks.intervals[i]![0])
  return sum
}
