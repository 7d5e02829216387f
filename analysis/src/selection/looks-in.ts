import type { Looks } from './exposed-time.js'
import { intersect } from './intervals.js'
import type { Interval } from './intervals.js'

/** The looks within intervals: attitude is read for all that a request touches, background included. */
export function looksIn(looks: Looks, intervals: readonly Interval[]): Looks {
  const from: number[] = []
  const pieces: Interval[] = []
  looks.intervals.forEach((look, i) => {
    for (const piece of intersect([look], intervals)) {
      pieces.push(piece)
      from.push(i)
    }
  })
  const vectors = (all: Float64Array): Float64Array => Float64Array.from({ length: 3 * from.length }, (_, k) => all[3 * from[Math.floor(k / 3)]! + (k % 3)]!)
  return { intervals: pieces, live: Float64Array.from(from, (i) => looks.live[i]!), boresight: vectors(looks.boresight), xAxis: vectors(looks.xAxis), zenith: vectors(looks.zenith) }
}
