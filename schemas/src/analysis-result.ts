import { z } from 'zod'
import { AnalysisRequest } from './analysis-request.js'

export const ProductKind = z.enum(['light-curve', 'spectrum', 'background', 'response', 'arf', 'image', 'events', 'timing', 'fit', 'preview', 'report'])
export type ProductKind = z.infer<typeof ProductKind>

/** One file of an analysis; `path` is relative to its folder. */
export const Product = z.strictObject({
  path: z.string(), kind: ProductKind, instrument: z.string(), group: z.string().optional(), band: z.string().optional(),
  sha256: z.string(), bytes: z.number().int(),
})
export type Product = z.infer<typeof Product>

/** The request as used: frame and time format resolved, defaults filled in. Times TT seconds since MJD 51544.0, energies keV. */
export const RequestAsUsed = z.strictObject({
  request: AnalysisRequest,
  target: z.strictObject({ name: z.string().optional(), ra: z.number(), dec: z.number(), radius: z.number().optional() }).optional(),
  intervals: z.array(z.strictObject({ start: z.number(), stop: z.number().nullable() })),
  intervalsUtc: z.array(z.tuple([z.string(), z.string().nullable()])),
  bands: z.array(z.strictObject({ id: z.string(), eMin: z.number(), eMax: z.number() })).optional().describe('keV; absent: the bands of each instrument'),
  instruments: z.array(z.strictObject({ id: z.string(), run: z.string(), groups: z.array(z.string()), options: z.record(z.string(), z.unknown()) })),
})
export type RequestAsUsed = z.infer<typeof RequestAsUsed>

/** What a request would take and give, said before anything runs. */
export const Quote = z.strictObject({
  used: RequestAsUsed,
  instruments: z.array(z.strictObject({
    id: z.string(), run: z.string(), events: z.number().int(), exposure: z.number().describe('seconds'),
    gti: z.array(z.tuple([z.number(), z.number()])).describe('TT s, at most 100'),
    products: z.array(z.string()),
  })),
  refused: z.array(z.strictObject({ id: z.string(), code: z.string(), sentence: z.string() })),
  cut: z.array(z.string()).describe('what is cut, and by which rule'),
  seconds: z.number().describe('predicted'),
})
export type Quote = z.infer<typeof Quote>

export const JobPhase = z.enum(['PENDING', 'QUEUED', 'EXECUTING', 'COMPLETED', 'ERROR', 'ABORTED'])
export type JobPhase = z.infer<typeof JobPhase>

/** One step of a running job; the list is shown as a tree by `depth`. */
export const JobStep = z.strictObject({ id: z.string(), label: z.string(), depth: z.number().int(), state: z.enum(['waiting', 'running', 'done', 'failed']), fraction: z.number().min(0).max(1), seconds: z.number().optional() })
export type JobStep = z.infer<typeof JobStep>

export const Job = z.strictObject({
  id: z.string(), label: z.string(), phase: JobPhase, created: z.string().describe('ISO UTC'), started: z.string().optional(), ended: z.string().optional(),
  request: z.unknown(), used: RequestAsUsed.optional(), steps: z.array(JobStep), products: z.array(Product),
  error: z.strictObject({ code: z.string(), sentence: z.string() }).optional(),
  revision: z.number().int(),
})
export type Job = z.infer<typeof Job>

/** From what, by what code and with which calibration an analysis was made. */
export const Provenance = z.strictObject({
  software: z.strictObject({ name: z.string(), version: z.string(), commit: z.string().optional() }),
  requestSha256: z.string(),
  inputs: z.array(z.strictObject({ instrument: z.string(), run: z.string(), topic: z.string(), firstOffset: z.number().int(), lastOffset: z.number().int(), events: z.number().int() })),
  sources: z.array(z.string()).describe('names of the files or feeds the events came from'),
  calibration: z.array(z.strictObject({ file: z.string(), sha256: z.string() })),
})
export type Provenance = z.infer<typeof Provenance>
