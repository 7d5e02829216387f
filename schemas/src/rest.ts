import { z } from 'zod'
import { InstrumentDescriptor, instrumentDescriptorExample } from './descriptor.js'
import { streamHealthExample } from './health.js'
import { RoleStatus, roleStatusExample } from './role.js'

/**
 * REST under /api/v1, beside the records defined elsewhere:
 *
 *   GET  instruments                      InstrumentDescriptor[]
 *   GET  status                           Status
 *   GET  curves?instrument&run&group&band&width&start&stop[&format=json|csv|frame]    CurveSeries[]; times TT s or ISO UTC
 *   GET  images                           SkyImage[] (headers);  images/frame?instrument&run&band&window → a frame
 *   GET  candidates                       Candidate[], newest first;  candidates/:id
 *   GET  resolve?name=                    ResolvedTarget;  resolve/search?prefix= → ResolvedTarget[]
 *   GET  catalogue                        ResolvedTarget[] (known bright sources, for the sky)
 *   POST analyses (AnalysisRequest)       201 Job;  POST analyses/quote → Quote
 *   GET  analyses, analyses/:id           Job[] / Job;  DELETE analyses/:id cancels
 *   POST analyses/:id/fits (FitRequest)   FitAnswer
 *   POST analyses/:id/finish              Job: a followed analysis ends with what has come until now
 *   GET  analyses/:id/products/*path      the file;  analyses/:id/archive.tar all of them
 *   POST ingest (multipart or raw FITS body, ?name=)   202 IngestAnswer
 *   POST gti (FITS or a list as the body, ?name=)   GoodTimeAnswer: its intervals, as the time of a request
 *   GET  openapi.json, /healthz, /readyz, /metrics
 */

/** Good time of a file: the time of a request, and its length. */
export const GoodTimeAnswer = z.strictObject({
  time: z.strictObject({ format: z.literal('iso'), scale: z.literal('utc'), intervals: z.array(z.tuple([z.string(), z.string()])).min(1) }),
  seconds: z.number().describe('length of all intervals'),
})
export type GoodTimeAnswer = z.infer<typeof GoodTimeAnswer>

export const goodTimeAnswerExample: GoodTimeAnswer = { time: { format: 'iso', scale: 'utc', intervals: [['2019-05-30T10:19:00.000000Z', '2019-05-30T10:20:00.000000Z']] }, seconds: 60 }

/** What a name resolves to, by the built-in catalogue or a resolver. ICRS degrees. */
export const ResolvedTarget = z.strictObject({ name: z.string(), aliases: z.array(z.string()), ra: z.number(), dec: z.number(), type: z.string(), flux: z.number().optional().describe('relative brightness for labels, Crab = 1'), resolver: z.string().optional().describe('who gave the position; absent: the built-in catalogue') })
export type ResolvedTarget = z.infer<typeof ResolvedTarget>

export const resolvedTargetExample: ResolvedTarget = { name: 'Crab', aliases: ['M 1', 'PSR B0531+21'], ra: 83.6331, dec: 22.0145, type: 'pulsar wind nebula', flux: 1 }

/**
 * One curve of `GET /api/v1/curves`, in the arrays of `CurveBins`; bin i starts at index[i]·width + phase. Group `sum` is all groups
 * added bin by bin: counts, background and revision are sums, exposure is the mean over the groups. Null: not known.
 */
export const CurveSeries = z.strictObject({
  instrument: z.string(), run: z.string(), group: z.string(), band: z.string(), width: z.number(), phase: z.number(),
  index: z.array(z.number()), counts: z.array(z.number()), exposure: z.array(z.number()), background: z.array(z.number().nullable()),
  revision: z.array(z.number()), completeness: z.array(z.number()), flags: z.array(z.number()),
})
export type CurveSeries = z.infer<typeof CurveSeries>

export const curveSeriesExample: CurveSeries = {
  instrument: 'fermi-gbm', run: 'main', group: 'n0', band: '50-300', width: 0.064, phase: 0,
  index: [9570056550, 9570056551], counts: [23, 31], exposure: [0.0639, 0.0639], background: [null, 24.1], revision: [0, 0], completeness: [1, 0.5], flags: [0, 1],
}

/** What `GET /api/v1/status` answers. */
export const Status = z.strictObject({
  name: z.string(), version: z.string(), simulated: z.boolean(), started: z.string(), time: z.number().describe('server clock, TT s'),
  mode: z.enum(['live', 'replay', 'idle']), speed: z.number().nullable(),
  streams: z.array(z.unknown()).describe('StreamHealth[]'),
  roles: z.array(RoleStatus).describe('roles that run as processes of their own, as they were seconds ago'),
})
export type Status = z.infer<typeof Status>

export const statusExample: Status = {
  name: 'heavens', version: '0.1.0', simulated: true, started: '2026-11-23T18:37:13.000000Z', time: 848774302.184, mode: 'live', speed: 1, streams: [streamHealthExample], roles: [roleStatusExample],
}

/** What `POST /api/v1/ingest` answers: each file is either accepted or refused with its reason. */
export const IngestAnswer = z.strictObject({ accepted: z.array(z.strictObject({ file: z.string(), instrument: z.string(), run: z.string(), events: z.number().int().optional() })), refused: z.array(z.strictObject({ file: z.string(), code: z.string(), sentence: z.string() })) })
export type IngestAnswer = z.infer<typeof IngestAnswer>

export const ingestAnswerExample: IngestAnswer = {
  accepted: [{ file: 'glg_tte_n0_bn190530430_v00.fit.gz', instrument: 'fermi-gbm', run: 'main', events: 780966 }],
  refused: [{ file: 'notes.fits', code: 'fits-not-fits', sentence: 'notes.fits is not a FITS file: it does not begin with SIMPLE.' }],
}

/** What `GET /api/v1/instruments` answers. */
export const InstrumentList = z.array(InstrumentDescriptor)
export const instrumentListExample: z.infer<typeof InstrumentList> = [instrumentDescriptorExample]
