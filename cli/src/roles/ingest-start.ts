import path from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { SCENARIOS } from '@heavens/ingest'
import type { RoleStart } from './messages.js'

/** The options that say what is brought in, as `up` and `ingest` take them. */
export interface IngestOptions {
  scenario?: string
  seed: number
  replay?: string[]
  speed?: number
  watch?: string
}

/** What the ingest role does. `idle`: without any option nothing is simulated. Throws bad-usage. */
export function ingestStart(options: IngestOptions, idle: boolean): RoleStart['ingest'] {
  const files = options.replay ?? []
  const simulated = options.scenario !== undefined || (!idle && files.length === 0 && options.watch === undefined)
  const scenario = options.scenario ?? 'bursts'
  if (!Object.keys(SCENARIOS).includes(scenario)) throw new HeavensError('bad-usage', { reason: `There is no scenario ${scenario}; there are: ${Object.keys(SCENARIOS).join(', ')}` })
  if (files.length > 0 && options.scenario) throw new HeavensError('bad-usage', { reason: 'Choose --replay or --scenario, not both' })
  return {
    simulate: simulated ? { scenario, seed: options.seed, speed: options.speed } : undefined,
    replay: files.map((file) => path.resolve(file)), replaySpeed: options.speed ?? 1, watch: options.watch && path.resolve(options.watch),
  }
}
