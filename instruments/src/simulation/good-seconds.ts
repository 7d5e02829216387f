import type { SimulatedSky } from '../instrument.js'
import type { Intervals } from '../reading/good-time.js'
import { joinIntervals } from '../reading/good-time.js'

/** The parts of [start, stop) outside the South Atlantic Anomaly, by whole TT seconds: inside it high voltage is off. */
export function goodSeconds(sky: SimulatedSky, start: number, stop: number): Intervals {
  const pairs: { start: number; stop: number }[] = []
  for (let second = Math.floor(start); second < stop; second++) {
    if (!sky.spacecraft(second + 0.5).inSaa) pairs.push({ start: Math.max(start, second), stop: Math.min(stop, second + 1) })
  }
  return joinIntervals(pairs)
}
