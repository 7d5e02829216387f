import type { StreamId } from './items.js'

/** Names of the topics on the log, and whether a topic keeps only the last record of each key. */
export const TOPICS = {
  curves: 'heavens.curves',
  images: 'heavens.images',
  candidates: 'heavens.candidates',
  alerts: 'heavens.alerts',
  jobs: 'heavens.jobs',
  duty: 'heavens.duty',
  snapshots: 'heavens.snapshots',
  health: 'heavens.health',
  deadletter: 'heavens.deadletter',
  /** telemetry as it came from outside: space packets, and blocks that were posted */
  raw: 'heavens.raw',
  /** how far `raw` has been brought in, and what became of dead letters */
  intake: 'heavens.intake',
  /** who is there: one record for each role, renewed every few seconds */
  roles: 'heavens.roles',
  /** who works on what: leases, decided by the order of the log */
  claims: 'heavens.claims',
  /** what is asked of a job by another than its worker */
  orders: 'heavens.orders',
} as const

const TELEMETRY = 'heavens.telemetry.'

/** One topic holds all items of one run of one instrument, in one order: `heavens.telemetry.<instrument>[.<run>]`. */
export function telemetryTopic(stream: StreamId): string {
  return TELEMETRY + stream.instrument + (stream.run === 'main' ? '' : '.' + stream.run)
}

/** The stream that a telemetry topic carries, or undefined for any other topic. */
export function streamOfTopic(topic: string): StreamId | undefined {
  if (!topic.startsWith(TELEMETRY)) return undefined
  const [instrument, ...run] = topic.slice(TELEMETRY.length).split('.')
  return { instrument: instrument ?? '', run: run.length ? run.join('.') : 'main' }
}

/** All but telemetry, also as it came, and the dead letters are compacted: the last record of each key is the truth. */
export function isCompacted(topic: string): boolean {
  return !topic.startsWith(TELEMETRY) && topic !== TOPICS.deadletter && topic !== TOPICS.raw
}
