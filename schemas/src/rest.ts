import { z } from 'zod'
import { InstrumentDescriptor } from './descriptor.js'

/**
 * REST under /api/v1, beside the records defined elsewhere:
 *
 *   GET  instruments                      InstrumentDescriptor[]
 *   GET  status                           Status
 *   GET  curves?instrument&run&group&band&width&start&stop[&format=json|csv|frame]    times TT s or ISO UTC
 *   GET  images                           SkyImage[] (headers);  images/frame?instrument&run&band&window → a frame
 *   GET  candidates                       Candidate[], newest first;  candidates/:id
 *   GET  resolve?name=                    ResolvedTarget;  resolve/search?prefix= → ResolvedTarget[]
 *   GET  catalogue                        ResolvedTarget[] (known bright sources, for the sky)
 *   POST analyses (AnalysisRequest)       201 Job;  POST analyses/quote → Quote
 *   GET  analyses, analyses/:id           Job[] / Job;  DELETE analyses/:id cancels
 *   GET  analyses/:id/products/*path      the file;  analyses/:id/archive.tar all of them
 *   POST ingest (multipart or raw FITS body, ?name=)   202 IngestAnswer
 *   GET  openapi.json, /healthz, /readyz, /metrics
 */
export const ResolvedTarget = z.strictObject({ name: z.string(), aliases: z.array(z.string()), ra: z.number(), dec: z.number(), type: z.string(), flux: z.number().optional().describe('relative brightness for labels, Crab = 1') })
export type ResolvedTarget = z.infer<typeof ResolvedTarget>

export const Status = z.strictObject({
  name: z.string(), version: z.string(), simulated: z.boolean(), started: z.string(), time: z.number().describe('server clock, TT s'),
  mode: z.enum(['live', 'replay', 'idle']), speed: z.number().nullable(),
  streams: z.array(z.unknown()).describe('StreamHealth[]'),
})
export type Status = z.infer<typeof Status>

export const IngestAnswer = z.strictObject({ accepted: z.array(z.strictObject({ file: z.string(), instrument: z.string(), run: z.string(), events: z.number().int().optional() })), refused: z.array(z.strictObject({ file: z.string(), code: z.string(), sentence: z.string() })) })
export type IngestAnswer = z.infer<typeof IngestAnswer>

export const InstrumentList = z.array(InstrumentDescriptor)
