import { z } from 'zod'
import { AnalysisRequest, TargetShape } from './analysis-request.js'
import { KeptFit } from './spectral-fit.js'

/** What a file of an analysis is. */
export const ProductKind = z.enum(['light-curve', 'spectrum', 'background', 'response', 'arf', 'image', 'events', 'timing', 'fit', 'preview', 'report'])
export type ProductKind = z.infer<typeof ProductKind>

/** One file of an analysis; `path` is relative to its folder. */
export const Product = z.strictObject({
  path: z.string(), kind: ProductKind, instrument: z.string(), group: z.string().optional(), band: z.string().optional(),
  sha256: z.string(), bytes: z.number().int(),
})
export type Product = z.infer<typeof Product>

export const productExample: Product = {
  path: 'fermi-gbm/n0/spectrum.pha', kind: 'spectrum', instrument: 'fermi-gbm', group: 'n0',
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', bytes: 20160,
}

/** The request as used: frame and time format resolved, defaults filled in. Times TT seconds since MJD 51544.0, energies keV. */
export const RequestAsUsed = z.strictObject({
  request: AnalysisRequest,
  target: z.strictObject({ name: z.string().optional(), ra: z.number(), dec: z.number(), radius: z.number().optional(), shape: TargetShape.optional().describe('what is counted within; position and radius are of the circle around it'), resolver: z.string().optional().describe('who gave the position of the name; absent: the built-in catalogue, or the request') }).optional(),
  intervals: z.array(z.strictObject({ start: z.number(), stop: z.number().nullable() })),
  intervalsUtc: z.array(z.tuple([z.string(), z.string().nullable()])),
  bands: z.array(z.strictObject({ id: z.string(), eMin: z.number(), eMax: z.number() })).optional().describe('keV; absent: the bands of each instrument'),
  instruments: z.array(z.strictObject({ id: z.string(), run: z.string(), groups: z.array(z.string()), options: z.record(z.string(), z.unknown()) })),
})
export type RequestAsUsed = z.infer<typeof RequestAsUsed>

export const requestAsUsedExample: RequestAsUsed = {
  request: {
    label: 'burst, main peak', target: { name: 'Crab', frame: 'icrs' },
    time: { format: 'iso', scale: 'utc', intervals: [['2019-05-30T10:19:00', '2019-05-30T10:20:00']] },
    energy: { unit: 'keV', bands: [{ min: 50, max: 300 }] },
    instruments: [{ id: 'fermi-gbm', groups: ['n0'], options: {} }],
    products: { lightCurve: { bin: 0.064, bands: 'each' } },
  },
  target: { name: 'Crab', ra: 83.6331, dec: 22.0145 },
  intervals: [{ start: 612526809.184, stop: 612526869.184 }], intervalsUtc: [['2019-05-30T10:19:00.000000Z', '2019-05-30T10:20:00.000000Z']],
  bands: [{ id: '50-300', eMin: 50, eMax: 300 }],
  instruments: [{ id: 'fermi-gbm', run: 'main', groups: ['n0'], options: {} }],
}

/** What a request would take and give, said before anything runs. */
export const Quote = z.strictObject({
  used: RequestAsUsed,
  instruments: z.array(z.strictObject({
    id: z.string(), run: z.string(), events: z.number().int(), exposure: z.number().describe('seconds'),
    gti: z.array(z.tuple([z.number(), z.number()])).describe('TT s, at most 100'),
    products: z.array(z.string()),
    about: z.boolean().optional().describe('true: so much that events and exposure are estimated from mean rates'),
  })),
  refused: z.array(z.strictObject({ id: z.string(), code: z.string(), sentence: z.string() })),
  cut: z.array(z.string()).describe('what is cut, and by which rule'),
  seconds: z.number().describe('predicted'),
  limits: z.record(z.string(), z.number()).describe('what one analysis may take: bins of a light curve where there are data (bins) and over the time asked for (span), events, pixels along a side, intervals, seconds of a fit to products (fitSeconds); analyses of one client that wait (waiting)'),
})
export type Quote = z.infer<typeof Quote>

export const quoteExample: Quote = {
  used: requestAsUsedExample,
  instruments: [{ id: 'fermi-gbm', run: 'main', events: 110234, exposure: 59.7, gti: [[612526809.184, 612526869.184]], products: ['light-curve'] }],
  refused: [{ id: 'fermi-lat', code: 'no-exposure', sentence: 'No exposure of fermi-lat at this position in this interval: no data were received.' }],
  cut: [], seconds: 0.4, limits: { bins: 4_000_000, span: 1_000_000_000, events: 100_000_000, pixels: 2048, intervals: 10_000, fitSeconds: 60, waiting: 1000 },
}

/** Phases of a job, as UWS 1.1 names them. */
export const JobPhase = z.enum(['PENDING', 'QUEUED', 'EXECUTING', 'COMPLETED', 'ERROR', 'ABORTED'])
export type JobPhase = z.infer<typeof JobPhase>

/** Whether a job in this phase is over. */
export function isEnded(phase: JobPhase): boolean {
  return phase === 'COMPLETED' || phase === 'ERROR' || phase === 'ABORTED'
}

/** Files that an analysis leaves beside its products. */
export const RECORD_FILES: readonly string[] = ['request.json', 'provenance.json', 'products.json']

/** One step of a running job; the list is shown as a tree by `depth`. */
export const JobStep = z.strictObject({ id: z.string(), label: z.string(), depth: z.number().int(), state: z.enum(['waiting', 'running', 'done', 'failed']), fraction: z.number().min(0).max(1), seconds: z.number().optional() })
export type JobStep = z.infer<typeof JobStep>

export const jobStepExample: JobStep = { id: 'fermi-gbm/read', label: 'Read events of fermi-gbm', depth: 1, state: 'running', fraction: 0.4 }

/** One analysis and how far it is; each change is a new record with a higher `revision`. */
export const Job = z.strictObject({
  id: z.string(), label: z.string(), phase: JobPhase, created: z.string().describe('ISO UTC'), started: z.string().optional(), ended: z.string().optional(),
  request: z.unknown(), used: RequestAsUsed.optional(), steps: z.array(JobStep), products: z.array(Product),
  error: z.strictObject({ code: z.string(), sentence: z.string() }).optional(),
  owner: z.string().optional().describe('who asked, by a name that tells clients apart and no more'),
  priority: z.enum(['duty', 'archive']).optional().describe('archive: begun when no duty work waits; absent: duty'),
  destruction: z.string().optional().describe('ISO UTC: when its owner wants it forgotten with its files; absent: as long after its end as jobs are kept'),
  executionDuration: z.number().int().nonnegative().optional().describe('seconds that it may run; absent or 0: as long as it takes'),
  attempts: z.number().int().optional().describe('how often a worker has begun it'),
  texts: z.array(z.strictObject({ path: z.string(), sha256: z.string() })).optional().describe('files beside the products, where they are kept in the product store'),
  read: z.array(z.strictObject({ topic: z.string(), next: z.number().int() })).optional().describe('how far each stream had come when it was read: nothing later is in the products'),
  until: z.string().optional().describe('ISO UTC: what the products show ends there, as more is to come: a first part of long work, or a followed request'),
  follows: z.boolean().optional().describe('true: goes on as data arrive, until it is finished'),
  fits: z.array(KeptFit).optional().describe('fits that were asked of its spectra, the latest last'),
  revision: z.number().int(),
})
export type Job = z.infer<typeof Job>

export const jobExample: Job = {
  id: 'j-2f1c77aa01', label: 'burst, main peak', phase: 'EXECUTING', created: '2026-11-23T18:40:00.000000Z', started: '2026-11-23T18:40:00.120000Z',
  request: requestAsUsedExample.request, used: requestAsUsedExample, steps: [jobStepExample], products: [productExample], revision: 4,
}

/** From what, by what code and with which calibration an analysis was made. */
export const Provenance = z.strictObject({
  software: z.strictObject({ name: z.string(), version: z.string(), commit: z.string().optional() }),
  requestSha256: z.string(),
  inputs: z.array(z.strictObject({ instrument: z.string(), run: z.string(), topic: z.string(), firstOffset: z.number().int(), lastOffset: z.number().int(), events: z.number().int() })),
  sources: z.array(z.string()).describe('names of the files or feeds the events came from'),
  calibration: z.array(z.strictObject({ file: z.string(), sha256: z.string() })),
  resolved: z.strictObject({ name: z.string(), ra: z.number(), dec: z.number(), resolver: z.string() }).optional().describe('the position of a name that a resolver gave'),
})
export type Provenance = z.infer<typeof Provenance>

export const provenanceExample: Provenance = {
  software: { name: 'heavens', version: '0.1.0', commit: 'b68dc07' },
  requestSha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  inputs: [{ instrument: 'fermi-gbm', run: 'main', topic: 'heavens.telemetry.fermi-gbm', firstOffset: 12, lastOffset: 148, events: 110234 }],
  sources: ['glg_tte_n0_bn190530430_v00.fit.gz'], calibration: [{ file: 'glg_cspec_n0_bn190530430_v00.rsp2', sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae' }],
}
