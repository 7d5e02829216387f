import { z } from 'zod'

/** State of one run of one instrument, as `heavens.health` carries it and `/api/v1/status` shows it. */
export const StreamHealth = z.strictObject({
  instrument: z.string(), run: z.string(),
  simulated: z.boolean(),
  start: z.number().nullable().describe('first data time, TT s'),
  watermark: z.number().nullable(),
  ended: z.boolean().describe('the stream had its final watermark'),
  events: z.number().int(), items: z.number().int(),
  ledger: z.strictObject({ duplicates: z.number().int(), gaps: z.number().int(), late: z.number().int(), undecodable: z.number().int(), outOfBand: z.number().int(), tooLate: z.number().int().describe('rows further behind the watermark than results are revised; they are in the archive') }),
  gaps: z.array(z.strictObject({ start: z.number(), stop: z.number(), group: z.string().optional() })).describe('the last ones'),
  groups: z.array(z.strictObject({ id: z.string(), events: z.number().int(), rate: z.number().describe('events per second over the last 10 s of data') })),
  bands: z.array(z.strictObject({ id: z.string(), eMin: z.number(), eMax: z.number(), counts: z.number() })),
  pointing: z.strictObject({ time: z.number(), ra: z.number(), dec: z.number(), raZenith: z.number().nullable(), decZenith: z.number().nullable(), inSaa: z.boolean() }).nullable(),
  latency: z.number().nullable().describe('seconds from observation to processing, live streams only'),
})
export type StreamHealth = z.infer<typeof StreamHealth>

export const streamHealthExample: StreamHealth = {
  instrument: 'fermi-gbm', run: 'main', simulated: false, start: 612526672.4, watermark: 612526820.25, ended: false, events: 2275068, items: 312,
  ledger: { duplicates: 0, gaps: 1, late: 0, undecodable: 0, outOfBand: 1204, tooLate: 0 },
  gaps: [{ start: 612526700, stop: 612526701.5, group: 'n2' }],
  groups: [{ id: 'n0', events: 780966, rate: 1290.5 }],
  bands: [{ id: '50-300', eMin: 50, eMax: 300, counts: 401233 }],
  pointing: { time: 612526820, ra: 120.4, dec: 31.2, raZenith: 98.7, decZenith: -4.1, inSaa: false },
  latency: 0.4,
}
