import type { SimulatedBurst } from '../instrument.js'

/** Seconds after its start for which a burst is still looked at. */
export const BURST_MEMORY = 300

/** One pulse of fast rise and slower decay, 1 at its peak: Norris et al. (2005), ApJ 627, 324. `t` in seconds after its start. */
export function pulse(t: number, rise: number, decay: number): number {
  if (t <= 0) return 0
  return Math.exp(2 * Math.sqrt(rise / decay) - rise / t - t / decay)
}

/**
 * The light curve of a burst, as a function of TT seconds; its highest point is 1 (to a part in a hundred, found at
 * the pulses' peaks, where the sum of pulses has its maxima or lies close to them).
 */
export function burstProfile(burst: SimulatedBurst): (t: number) => number {
  const sum = (t: number): number => {
    let total = 0
    for (const each of burst.pulses) total += each.weight * pulse(t - burst.time - each.at, each.rise, each.decay)
    return total
  }
  const highest = Math.max(...burst.pulses.map(each => sum(burst.time + each.at + Math.sqrt(each.rise * each.decay))))
  return highest > 0 ? t => sum(t) / highest : () => 0
}
