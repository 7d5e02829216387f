import { HeavensError } from '@heavens/schemas'
import { seededRandom } from '@heavens/science/statistics'
import type { SimulatedSky, SimulatedSource } from '@heavens/instruments'
import { scheduledBursts } from './burst-schedule.js'
import { KNOWN_SOURCES } from './known-sources.js'
import { spacecraftAt } from './orbit.js'
import type { Orbit } from './orbit.js'
import { SCENARIOS } from './scenarios.js'
import type { Scenario } from './scenarios.js'

export interface SkyOptions {
  /** when telemetry begins to come live, TT s; default: six hours after the epoch */
  liveStart?: number
}

const HOUR = 3600
const HISTORY = 6 * HOUR

/**
 * The sky of a simulated mission, the same for the same scenario, seed, epoch and `liveStart`.
 *
 * @param epoch TT s at which the mission's telemetry begins (the start of its history)
 * @throws HeavensError not-found for a scenario that does not exist
 */
export function simulatedSky(scenario: string, seed: number, epoch: number, options: SkyOptions = {}): SimulatedSky {
  const known = Object.hasOwn(SCENARIOS, scenario) ? SCENARIOS[scenario] : undefined
  if (known === undefined) throw new HeavensError('not-found', { what: `scenario (there are: ${Object.keys(SCENARIOS).join(', ')})`, id: scenario })
  const liveStart = options.liveStart ?? epoch + HISTORY
  const orbit = chooseOrbit(seed, epoch + HISTORY)
  const spacecraft = (t: number): ReturnType<SimulatedSky['spacecraft']> => spacecraftAt(orbit, t)
  const { bursts } = known
  return {
    seed, epoch, spacecraft,
    sources: [...KNOWN_SOURCES, ...flaring(known, epoch)],
    bursts: (start, stop) => (bursts === undefined ? [] : scheduledBursts({ seed, epoch, liveStart, ...bursts, spacecraft }, start, stop)),
  }
}

function flaring(scenario: Scenario, epoch: number): SimulatedSource[] {
  return scenario.outbursts.map(({ name, ra, dec, gevFlux, gevIndex, after, rise, decay, factor }) => ({
    name, ra, dec, gevFlux, gevIndex, variation: { kind: 'outburst' as const, start: epoch + after, rise, decay, factor },
  }))
}

/** An orbit without a passage through the SAA from a quarter of an hour before `live` to half an hour after, so that a demonstration does not begin in the dark. */
function chooseOrbit(seed: number, live: number): Orbit {
  const random = seededRandom((seed ^ 0x0b17) >>> 0)
  let orbit: Orbit = { node: 0, phase: 0 }
  for (let attempt = 0; attempt < 200; attempt++) {
    orbit = { node: 2 * Math.PI * random.uniform(), phase: 2 * Math.PI * random.uniform() }
    let dark = false
    for (let t = live - 1000; t < live + 1900 && !dark; t += 20) dark = spacecraftAt(orbit, t).inSaa
    if (!dark) return orbit
  }
  return orbit
}
