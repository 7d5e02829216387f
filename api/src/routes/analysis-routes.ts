import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { fitsPage } from '@heavens/analysis'
import { AnalysisRequest, FitAnswer, FitRequest, HeavensError, Job, Quote } from '@heavens/schemas'
import { z } from 'zod'
import type { ApiApp } from '../api-app.js'
import type { ApiContext } from '../context.js'
import { Bytes, ErrorAnswer } from '../openapi.js'
import { byteRange } from '../products/byte-range.js'
import { contentTypeOf } from '../products/content-type.js'
import { packTar } from '../products/pack-tar.js'
import { ownerOf } from '../owner-of.js'
import { productFile, productFiles } from '../products/product-files.js'

/** The page that each analysis leaves. */
const REPORT = 'report.html'

const Id = z.strictObject({ id: z.string() })

/** Analyses in one answer; by default, and at most. */
const Page = z.strictObject({ limit: z.coerce.number().int().min(1).max(10_000).default(1000), before: z.string().max(100).optional().describe('id of an analysis') })

/** Analyses: quote, submit, watch, cancel, and fetch what they made. */
export function analysisRoutes(app: ApiApp, { options: { jobs } }: ApiContext): void {
  const tags = ['analyses']
  app.post('/api/v1/analyses', {
    schema: { summary: 'Submit an analysis; `priority=archive`: begun when no duty work waits', tags, querystring: z.strictObject({ priority: z.enum(['duty', 'archive']).default('duty') }), body: AnalysisRequest, response: { 201: Job, '4xx': ErrorAnswer } },
  }, async (request, reply) => {
    const job = await jobs.submit(request.body, { owner: ownerOf(request.ip), priority: request.query.priority })
    return reply.code(201).header('location', `/api/v1/analyses/${job.id}`).send(job)
  })

  app.post('/api/v1/analyses/quote', { schema: { summary: 'What an analysis would take and give', tags, body: AnalysisRequest, response: { 200: Quote, '4xx': ErrorAnswer } } },
    (request) => jobs.quote(request.body))

  app.get('/api/v1/analyses', { schema: { summary: 'Analyses, oldest first: the last ones, or those before one', tags, querystring: Page, response: { 200: z.array(Job), '4xx': ErrorAnswer } } }, async (request, reply) => {
    const { limit, before } = request.query
    // One more tells whether there is a page before this one.
    const found = await jobs.list({ limit: limit + 1, before })
    const page = found.slice(-limit)
    if (found.length > limit) reply.header('link', `</api/v1/analyses?limit=${limit}&before=${page[0]!.id}>; rel="prev"`)
    return page
  })

  app.get('/api/v1/analyses/:id', { schema: { summary: 'One analysis and how far it is', tags, params: Id, response: { 200: Job, '4xx': ErrorAnswer } } },
    (request) => jobs.get(request.params.id))

  app.post('/api/v1/analyses/:id/fits', { schema: { summary: 'Fit a spectral model to spectra of an analysis', tags, params: Id, body: FitRequest, response: { 200: FitAnswer, '4xx': ErrorAnswer } } },
    (request) => jobs.fit(request.params.id, request.body))

  app.get('/api/v1/analyses/:id/fits.html', { schema: { summary: 'The fits that were asked of an analysis, as a page beside its report', tags, params: Id, response: { 200: Bytes, '4xx': ErrorAnswer } } }, async (request, reply) => {
    const page = fitsPage(await jobs.get(request.params.id))
    if (page === undefined) throw new HeavensError('not-found', { what: 'fit asked of analysis', id: request.params.id })
    return reply.headers({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" }).send(page)
  })

  app.post('/api/v1/analyses/:id/finish', { schema: { summary: 'End a followed analysis with what has come until now', tags, params: Id, response: { 200: Job, '4xx': ErrorAnswer } } },
    (request) => jobs.finish(request.params.id))

  app.delete('/api/v1/analyses/:id', { schema: { summary: 'Cancel an analysis; of an ended one: forget it and its files', tags, params: Id, response: { 200: Job, '4xx': ErrorAnswer } } },
    (request) => jobs.cancel(request.params.id))

  app.get('/api/v1/analyses/:id/products/*', {
    schema: { summary: 'One file of an analysis, or a part of it (Range)', tags, params: z.strictObject({ id: z.string(), '*': z.string() }), response: { 200: Bytes, 206: Bytes, '4xx': ErrorAnswer } },
  }, async (request, reply) => {
    const { id, '*': path } = request.params
    const file = await productFile(jobs, id, path)
    const { size } = await stat(file)
    const part = byteRange(request.headers.range, size)
    if (part === 'outside') return reply.code(416).header('content-range', `bytes */${size}`).send()
    if (part) reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${size}`)
    return reply.headers({
      'content-type': contentTypeOf(path), 'content-length': part ? part.end - part.start + 1 : size, 'accept-ranges': 'bytes', 'content-disposition': `inline; filename="${quotable(basename(path))}"`, 'cache-control': 'no-cache',
      // A product is never a page of ours: nothing in it may run. The report has its pictures in it.
      'content-security-policy': `default-src 'none'; ${path === REPORT ? 'img-src data:; ' : ''}style-src 'unsafe-inline'; sandbox`,
    }).send(createReadStream(file, part ?? {}))
  })

  app.get('/api/v1/analyses/:id/archive.tar', { schema: { summary: 'All files of an analysis, and fits.html where fits were asked of it', tags, params: Id, response: { 200: Bytes, '4xx': ErrorAnswer } } }, async (request, reply) => {
    const job = await jobs.get(request.params.id)
    const files = await productFiles(jobs, job)
    if (files.length === 0) throw new HeavensError('not-found', { what: 'file of analysis', id: job.id })
    const page = fitsPage(job)
    const last = Date.parse(job.fits?.at(-1)?.at ?? '')
    return reply.headers({ 'content-type': 'application/x-tar', 'content-disposition': `attachment; filename="${quotable(job.id)}.tar"`, 'cache-control': 'no-cache' })
      .send(Readable.from(packTar(job.id, files, page === undefined ? [] : [{ name: 'fits.html', text: page, seconds: Number.isFinite(last) ? Math.floor(last / 1000) : 0 }])))
  })
}

function quotable(name: string): string {
  return name.replace(/[^\w.+-]/g, '_')
}
