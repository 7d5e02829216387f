import path from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { INSTRUMENTS } from '@heavens/instruments'
import { SCENARIOS } from '@heavens/ingest'
import type { Address, RoleStart } from './messages.js'

/** The options that say what is brought in, as `up` and `ingest` take them. */
export interface IngestOptions {
  scenario?: string
  seed: number
  replay?: string[]
  speed?: number
  watch?: string
  http?: string
  tcp?: string
  apid?: string[]
  secondary?: number
}

/** What the ingest role does. `idle`: without any option nothing is simulated. Throws bad-usage. */
export function ingestStart(options: IngestOptions, idle: boolean): RoleStart['ingest'] {
  const files = options.replay ?? []
  const simulated = options.scenario !== undefined || (!idle && files.length === 0 && options.watch === undefined && options.http === undefined && options.tcp === undefined)
  const scenario = options.scenario ?? 'bursts'
  if (!Object.keys(SCENARIOS).includes(scenario)) throw new HeavensError('bad-usage', { reason: `There is no scenario ${scenario}; there are: ${Object.keys(SCENARIOS).join(', ')}` })
  if (files.length > 0 && options.scenario) throw new HeavensError('bad-usage', { reason: 'Choose --replay or --scenario, not both' })
  if (options.tcp !== undefined && !options.apid?.length) throw new HeavensError('bad-usage', { reason: '--tcp needs at least one --apid INSTRUMENT=NUMBER, or no packet has a meaning' })
  return {
    simulate: simulated ? { scenario, seed: options.seed, speed: options.speed } : undefined,
    replay: files.map((file) => path.resolve(file)), replaySpeed: options.speed ?? 1, watch: options.watch && path.resolve(options.watch),
    http: options.http === undefined ? undefined : address('--http', options.http), tcp: options.tcp === undefined ? undefined : address('--tcp', options.tcp),
    apids: apidTable(options.apid ?? []), secondary: options.secondary ?? 0,
  }
}

/** `HOST:PORT`, or `PORT` for loopback; an IPv6 host in brackets. */
function address(option: string, text: string): Address {
  const found = /^(?:\[?([^[\]]+?)\]?:)?(\d{1,5})$/.exec(text)
  const port = Number(found?.[2])
  if (!found || port > 65_535) throw new HeavensError('bad-usage', { reason: `${option} takes HOST:PORT, not ${text}` })
  return { host: found[1] ?? '127.0.0.1', port }
}

/** `INSTRUMENT=APID` each; a number of any base that JavaScript reads. */
function apidTable(pairs: readonly string[]): (readonly [number, string])[] {
  const table = pairs.map((pair) => {
    const [instrument, number] = pair.split('=')
    const apid = Number(number || NaN)
    if (!INSTRUMENTS.some((i) => i.descriptor.id === instrument)) throw new HeavensError('bad-usage', { reason: `--apid ${pair}: there is no instrument ${instrument}; there are: ${INSTRUMENTS.map((i) => i.descriptor.id).join(', ')}` })
    if (!(Number.isInteger(apid) && apid >= 0 && apid < 2047)) throw new HeavensError('bad-usage', { reason: `--apid ${pair}: an APID is a whole number, 0 to 2046` })
    return [apid, instrument!] as const
  })
  if (new Set(table.map(([apid]) => apid)).size < table.length) throw new HeavensError('bad-usage', { reason: '--apid: one APID means two instruments' })
  return table
}
