import { z } from 'zod'

/** Roles of which each may run as a process of its own. */
export const ROLES = ['ingest', 'process', 'work', 'api'] as const

/** How far one stream has been processed; offsets of its topic. */
export const StreamProgress = z.strictObject({ topic: z.string(), offset: z.number().int(), end: z.number().int() })
export type StreamProgress = z.infer<typeof StreamProgress>

export const streamProgressExample: StreamProgress = { topic: 'heavens.telemetry.fermi-gbm', offset: 1200, end: 1203 }

/** Light curves that wait on a role's disk, as their server is away or refuses them. */
export const WaitingCurves = z.strictObject({
  bytes: z.number().int(), pieces: z.number().int(), stuck: z.number().describe('seconds since anything of it has arrived, or since it began to wait'), reason: z.string().optional().describe('what the server, or the way to it, said last'),
})
export type WaitingCurves = z.infer<typeof WaitingCurves>

export const waitingCurvesExample: WaitingCurves = { bytes: 1_204_000, pieces: 31, stuck: 42.5, reason: 'The curve store refuses: writing bins: the server answers 404 Not Found' }

/** What a role says of itself on `heavens.roles`, every two seconds and when it changes. */
export const RolePresence = z.strictObject({
  role: z.enum(ROLES), id: z.string(), instance: z.string().describe('unlike that of any other process'), version: z.string(),
  host: z.string(), pid: z.number().int(), started: z.string().describe('ISO UTC'),
  state: z.enum(['starting', 'running', 'waiting', 'draining', 'stopped']), reason: z.string().optional().describe('why it waits'),
  lag: z.number().int().describe('items that are on the log and not processed; jobs that wait, for a worker'),
  progress: z.string().nullable().describe('ISO UTC of the last step forward'),
  streams: z.array(StreamProgress), url: z.string().optional(),
  curves: WaitingCurves.optional().describe('absent where none wait'),
  simulated: z.boolean().optional(), detail: z.string().optional(),
})
export type RolePresence = z.infer<typeof RolePresence>

/** A role as `heavens status` and `/api/v1/status` show it. */
export const RoleStatus = RolePresence.extend({ alive: z.boolean(), age: z.number().describe('seconds since it was last heard of') })
export type RoleStatus = z.infer<typeof RoleStatus>

export const rolePresenceExample: RolePresence = {
  role: 'process', id: '1', instance: 'process-1-5f3a9c', version: '0.1.0', host: 'ops', pid: 4242, started: '2026-11-27T10:00:00.000Z', state: 'running', lag: 3,
  progress: '2026-11-27T10:19:08.400Z', streams: [streamProgressExample],
}

export const roleStatusExample: RoleStatus = { ...rolePresenceExample, curves: waitingCurvesExample, alive: true, age: 0.8 }
