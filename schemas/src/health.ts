import { z } from 'zod'
import { PacketCounts, packetCountsExample } from './items.js'

/** The stages of a block, in order; each is named by the event that ends it: received, acknowledged by the log, processed with all results stored, put on the first socket. The first begins with its last event. */
export const STAGES = ['reception', 'append', 'processing', 'publication'] as const
export type Stage = (typeof STAGES)[number]

/** How long blocks took for one stage [s]. Buckets: HISTOGRAM_BOUNDS of science/statistics. */
export const StageLatency = z.strictObject({
  stage: z.enum(STAGES),
  recent: z.strictObject({ blocks: z.number().int(), p50: z.number(), p90: z.number(), p99: z.number() }).nullable().describe('the last ten minutes'),
  counts: z.array(z.number().int()).describe('blocks in each bucket since the process began'), sum: z.number(),
  past: z.number().int().describe('blocks that are not measured: their data were received, or their record was read, long after'),
  skewed: z.number().int().describe('blocks that ended the stage before they began it: two clocks disagree; they are counted as 0 s'),
  ahead: z.number().describe('by how much at most, in the last ten minutes'),
})
export type StageLatency = z.infer<typeof StageLatency>

const BUCKETS = 38
export const stageLatencyExample: StageLatency = {
  stage: 'processing', recent: { blocks: 1800, p50: 0.02, p90: 0.05, p99: 0.11 }, counts: Array.from({ length: BUCKETS }, (_, i) => (i === 5 ? 1800 : 0)), sum: 39.6, past: 0, skewed: 0, ahead: 0,
}

/** State of one run of one instrument, as `heavens.health` carries it and `/api/v1/status` shows it. */
export const StreamHealth = z.strictObject({
  instrument: z.string(), run: z.string(),
  simulated: z.boolean(),
  start: z.number().nullable().describe('first data time, TT s'),
  watermark: z.number().nullable(),
  ended: z.boolean().describe('the stream had its final watermark'),
  events: z.number().int(), items: z.number().int(),
  ledger: z.strictObject({ duplicates: z.number().int(), gaps: z.number().int(), late: z.number().int(), undecodable: z.number().int(), outOfBand: z.number().int(), tooLate: z.number().int().describe('rows further behind the watermark than results are revised; they are in the archive') }),
  packets: z.array(PacketCounts).describe('space packets, by APID'),
  gaps: z.array(z.strictObject({ start: z.number(), stop: z.number(), group: z.string().optional() })).describe('the last ones'),
  groups: z.array(z.strictObject({ id: z.string(), events: z.number().int(), rate: z.number().describe('events per second over the last 10 s of data') })),
  bands: z.array(z.strictObject({ id: z.string(), eMin: z.number(), eMax: z.number(), counts: z.number() })),
  pointing: z.strictObject({ time: z.number(), ra: z.number(), dec: z.number(), raZenith: z.number().nullable(), decZenith: z.number().nullable(), inSaa: z.boolean() }).nullable(),
  latency: z.number().nullable().describe('seconds from observation to processing, live streams only'),
  stages: z.array(StageLatency).describe('the stages that this process has seen'),
  snapshots: z.strictObject({ counts: z.array(z.number().int()), sum: z.number() }).optional().describe('for how long the stream stood still for each snapshot since the process began [s]; buckets as those of the stages'),
})
export type StreamHealth = z.infer<typeof StreamHealth>

export const streamHealthExample: StreamHealth = {
  instrument: 'fermi-gbm', run: 'main', simulated: false, start: 612526672.4, watermark: 612526820.25, ended: false, events: 2275068, items: 312,
  ledger: { duplicates: 0, gaps: 1, late: 0, undecodable: 0, outOfBand: 1204, tooLate: 0 },
  packets: [packetCountsExample],
  gaps: [{ start: 612526700, stop: 612526701.5, group: 'n2' }],
  groups: [{ id: 'n0', events: 780966, rate: 1290.5 }],
  bands: [{ id: '50-300', eMin: 50, eMax: 300, counts: 401233 }],
  pointing: { time: 612526820, ra: 120.4, dec: 31.2, raZenith: 98.7, decZenith: -4.1, inSaa: false },
  latency: 0.4, stages: [stageLatencyExample],
  snapshots: { counts: Array.from({ length: BUCKETS }, (_, i) => (i === 2 ? 5 : 0)), sum: 0.014 },
}
