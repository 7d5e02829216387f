import { z } from 'zod'

const Time = z.string().describe('ISO-8601 UTC with at least 6 decimals')

/** What `heavens replay --json` prints. */
export const ReplaySummary = z.strictObject({
  events: z.number().int(), items: z.number().int(),
  ledger: z.strictObject({ duplicates: z.number().int(), gaps: z.number().int(), late: z.number().int(), undecodable: z.number().int(), outOfBand: z.number().int() }),
  instruments: z.array(z.strictObject({
    id: z.string(), start: Time, stop: Time, events: z.number().int(),
    groups: z.array(z.strictObject({ id: z.string(), events: z.number().int() })),
    bands: z.array(z.strictObject({ id: z.string(), eMin: z.number(), eMax: z.number(), counts: z.number() })),
  })),
  candidates: z.array(z.strictObject({
    id: z.string(), instrument: z.string(), time: Time, start: Time, stop: Time, significance: z.number(), band: z.string(), groups: z.array(z.string()),
    ra: z.number().optional(), dec: z.number().optional(), radius: z.number().optional(), class: z.string().optional(), revision: z.number().int(),
  })),
  images: z.array(z.strictObject({
    instrument: z.string(), band: z.string(), start: Time, stop: Time, counts: z.number(),
    peak: z.strictObject({ ra: z.number(), dec: z.number(), counts: z.number(), significance: z.number() }).nullable(),
  })),
  seconds: z.number(),
})
export type ReplaySummary = z.infer<typeof ReplaySummary>
