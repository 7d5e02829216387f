import { seededRandom } from '@heavens/science/statistics'
import type { SimulatedBurst } from '@heavens/instruments'
import type { SpacecraftState } from './orbit.js'

export interface BurstSchedule {
  seed: number
  epoch: number
  /** when the mission goes live; sparse before, dense after */
  liveStart: number
  /** mean seconds between bursts */
  duringHistory: number
  live: number
  spacecraft(t: number): SpacecraftState
}

/** The first burst begins this long after going live [s], unless the spacecraft is in the SAA then. */
const FIRST_AFTER = 50
/** No other burst within this of the first [s]: the trigger takes what follows within 300 s for the same event. */
const ALONE = 330

/**
 * Bursts with time in [start, stop): one in each stretch of the mean spacing, at a time in its first quarter that only
 * seed and stretch decide, so that each can be told from the one before.
 * Besides, one that is sure to be seen soon after going live: bright, high above Earth, outside the SAA.
 */
export function scheduledBursts(schedule: BurstSchedule, start: number, stop: number): SimulatedBurst[] {
  const first = firstBurst(schedule)
  const bursts = [
    ...stretches(schedule, schedule.epoch, schedule.liveStart, schedule.duringHistory, 1),
    ...stretches(schedule, schedule.liveStart, Number.POSITIVE_INFINITY, schedule.live, 2),
  ].filter(burst => Math.abs(burst.time - first.time) > ALONE)
  return [...bursts, first].filter(burst => burst.time >= start && burst.time < stop).sort((a, b) => a.time - b.time)

  function stretches({ seed }: BurstSchedule, from: number, to: number, spacing: number, salt: number): SimulatedBurst[] {
    const found: SimulatedBurst[] = []
    const lowest = Math.max(0, Math.floor((start - from) / spacing))
    for (let n = lowest; from + n * spacing < Math.min(stop, to); n++) {
      const random = seededRandom((Math.imul(seed + salt * 7919, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)) >>> 0)
      const time = from + (n + 0.05 + 0.2 * random.uniform()) * spacing
      if (time >= to) continue
      const z = 2 * random.uniform() - 1
      const peakRate = 200 * 20 ** random.uniform()
      found.push({ time, ra: 360 * random.uniform(), dec: (Math.asin(z) * 180) / Math.PI, peakRate, ...shape(random) })
    }
    return found
  }
}

/** The burst after going live: two pulses of a bright, long burst, 15° from the zenith. */
function firstBurst(schedule: BurstSchedule): SimulatedBurst {
  let time = schedule.liveStart + FIRST_AFTER
  while (schedule.spacecraft(time).inSaa || schedule.spacecraft(time + 30).inSaa) time += 10
  const { raZenith, decZenith } = schedule.spacecraft(time)
  return {
    time, ra: raZenith, dec: Math.max(-89, Math.min(89, decZenith + (decZenith > 0 ? -15 : 15))), peakRate: 2500, ePeak: 300,
    pulses: [{ at: 0, rise: 0.6, decay: 2.5, weight: 1 }, { at: 7, rise: 1, decay: 4, weight: 0.6 }],
  }
}

function shape(random: { uniform(): number }): Pick<SimulatedBurst, 'pulses' | 'ePeak'> {
  const short = random.uniform() < 0.2
  const count = short ? 1 : 1 + Math.floor(4 * random.uniform())
  let at = 0
  const pulses = Array.from({ length: count }, () => {
    const rise = short ? 0.02 + 0.08 * random.uniform() : 0.1 + 0.7 * random.uniform()
    const decay = rise * (1.5 + 3 * random.uniform())
    const pulse = { at, rise, decay, weight: 0.3 + 0.7 * random.uniform() }
    at += decay * (0.5 + 2 * random.uniform())
    return pulse
  })
  return { pulses, ePeak: short ? 400 + 600 * random.uniform() : 100 + 400 * random.uniform() }
}
