import { z } from 'zod'

const Time = z.string().describe('ISO-8601 UTC with at least 6 decimals')

/** What `heavens replay --json` prints. */
export const ReplaySummary = z.strictObject({
  events: z.number().int(), items: z.number().int(),
  ledger: z.strictObject({ duplicates: z.number().int(), gaps: z.number().int(), late: z.number().int(), undecodable: z.number().int(), outOfBand: z.number().int(), tooLate: z.number().int().describe('rows further behind the watermark than results are revised; they are in the archive alone') }),
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

export const replaySummaryExample: ReplaySummary = {
  events: 2275068, items: 412, ledger: { duplicates: 0, gaps: 0, late: 0, undecodable: 0, outOfBand: 51210, tooLate: 0 },
  instruments: [{
    id: 'fermi-gbm', start: '2019-05-30T10:16:57.123456Z', stop: '2019-05-30T10:27:03.654321Z', events: 2275068,
    groups: [{ id: 'n0', events: 780966 }, { id: 'n1', events: 795305 }, { id: 'n2', events: 698797 }],
    bands: [{ id: '50-300', eMin: 50, eMax: 300, counts: 801233 }],
  }],
  candidates: [{
    id: 'c-5f2a90b1c3d4', instrument: 'fermi-gbm', time: '2019-05-30T10:19:08.812000Z', start: '2019-05-30T10:19:08.812000Z', stop: '2019-05-30T10:19:46.204000Z',
    significance: 87.2, band: '50-300', groups: ['n0', 'n1', 'n2'], class: 'burst', revision: 3,
  }],
  images: [{
    instrument: 'fermi-lat', band: 'all', start: '2008-08-04T15:43:36.500000Z', stop: '2015-01-30T12:08:47.116000Z', counts: 60347,
    peak: { ra: 166.1, dec: 38.2, counts: 94, significance: 41.2 },
  }],
  seconds: 6.4,
}
