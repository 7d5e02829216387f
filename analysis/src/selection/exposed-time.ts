import type { PointingBlock } from '@heavens/schemas'
import { lowerBound } from './intervals.js'
import type { Interval } from './intervals.js'

const DEGREE = Math.PI / 180

/** Where an instrument looked and for how long: unit vectors of the boresight (x, y, z of each) with their live seconds. */
export interface Looks {
  vectors: Float64Array
  seconds: Float64Array
}

/** Live seconds of each pointing within `good`; those in the South Atlantic Anomaly or without live time are left out. */
export function looksWithin(pointings: readonly PointingBlock[], good: readonly Interval[]): Looks {
  const stops = Float64Array.from(good, ([, stop]) => stop)
  const vectors: number[] = []
  const seconds: number[] = []
  for (const block of pointings) {
    for (let i = 0; i < block.count; i++) {
      if (block.inSaa[i] === 1 || !(block.livetime[i]! > 0)) continue
      const start = block.time[i]!
      const stop = start + block.duration[i]!
      let length = 0
      for (let k = lowerBound(stops, start); k < good.length && good[k]![0] < stop; k++) length += Math.max(0, Math.min(stop, good[k]![1]) - Math.max(start, good[k]![0]))
      if (length === 0) continue
      seconds.push(length * block.livetime[i]!)
      vectors.push(...unitVector(block.ra[i]!, block.dec[i]!))
    }
  }
  return { vectors: Float64Array.from(vectors), seconds: Float64Array.from(seconds) }
}

/**
 * Live seconds for which a position was in the field of view.
 *
 * @param ra     degrees
 * @param dec    degrees
 * @param radius of the field of view [deg]
 */
export function exposedTime({ vectors, seconds }: Looks, ra: number, dec: number, radius: number): number {
  const [x, y, z] = unitVector(ra, dec)
  const least = Math.cos(radius * DEGREE)
  let sum = 0
  for (let i = 0, k = 0; i < seconds.length; i++, k += 3) if (vectors[k]! * x + vectors[k + 1]! * y + vectors[k + 2]! * z >= least) sum += seconds[i]!
  return sum
}

function unitVector(ra: number, dec: number): [number, number, number] {
  const level = Math.cos(dec * DEGREE)
  return [level * Math.cos(ra * DEGREE), level * Math.sin(ra * DEGREE), Math.sin(dec * DEGREE)]
}
