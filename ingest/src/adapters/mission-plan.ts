import type { Instrument, SimulatedSky } from '@heavens/instruments'
import type { Log } from '@heavens/storage'
import { SCENARIOS, simulatedSky } from '../simulator/index.js'

/** Compacted; the same topic as the other sources of telemetry. */
const SOURCES_TOPIC = 'heavens.sources'
const PLAN_KEY = 'simulated mission'

const HOUR = 3600
/** History made before going live [s]: hours of what is sparse, minutes of what comes in thousands a second. */
const HISTORY = { sparse: 6 * HOUR, dense: 900 }

export interface MissionPlanOptions {
  scenario: string
  seed: number
  /** data seconds per second; undefined: the scenario's own */
  speed: number | undefined
  /** TT s */
  now: number
}

export interface MissionPlan {
  sky: SimulatedSky
  speed: number
  /** data time at which the mission goes live, TT s: now, or earlier when it runs faster than time */
  liveStart: number
  flies(instrument: Instrument): boolean
  history(instrument: Instrument): number
}

/**
 * The simulated mission to fly: taken up from the log where the same one has flown before, so that a second start goes on
 * with the same sky.
 */
export async function missionPlan(log: Log, options: MissionPlanOptions): Promise<MissionPlan> {
  const scenario = SCENARIOS[options.scenario]!
  const speed = options.speed ?? scenario.speed ?? 1
  const kept = (await log.latest(SOURCES_TOPIC)).find((r) => r.key === PLAN_KEY)
  const before = kept ? (JSON.parse(new TextDecoder().decode(kept.value)) as { scenario: string; seed: number; epoch: number }) : undefined
  const liveStart = options.now - (speed > 1 ? (scenario.span ?? HISTORY.sparse) : 0)
  const same = before && before.scenario === options.scenario && before.seed === options.seed ? before : undefined
  const epoch = same?.epoch ?? Math.floor(liveStart) - HISTORY.sparse
  if (!same) await log.append(SOURCES_TOPIC, [{ key: PLAN_KEY, value: new TextEncoder().encode(JSON.stringify({ scenario: options.scenario, seed: options.seed, epoch })) }])
  return {
    sky: simulatedSky(options.scenario, options.seed, epoch), speed, liveStart,
    flies: (instrument) => instrument.simulate !== undefined && (!scenario.instruments || scenario.instruments.includes(instrument.descriptor.id)),
    history: ({ descriptor }) => (descriptor.data === 'rates' || descriptor.curves.sparse ? HISTORY.sparse : HISTORY.dense),
  }
}
