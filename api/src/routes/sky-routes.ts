import { Candidate, HeavensError, SkyImage } from '@heavens/schemas'
import { z } from 'zod'
import type { ApiApp } from '../api-app.js'
import type { ApiContext } from '../context.js'
import { Bytes, ErrorAnswer } from '../openapi.js'
import { answerTable, listFormat, ListQuery } from '../votable/answer-table.js'
import { candidateTable } from '../votable/candidate-table.js'

const ImageQuery = z.strictObject({ instrument: z.string(), run: z.string().default('main'), band: z.string(), window: z.string() })

/** What is seen on the sky: rolling images and candidates. */
export function skyRoutes(app: ApiApp, { views }: ApiContext): void {
  app.get('/api/v1/images', { schema: { summary: 'Headers of the rolling sky images', tags: ['data'], response: { 200: z.array(SkyImage) } } }, async () => {
    await views.whenReady()
    return views.images.entries().map(({ value }) => value.header)
  })

  app.get('/api/v1/images/frame', {
    schema: { summary: 'One sky image as a binary frame (header and HEALPix arrays)', tags: ['data'], querystring: ImageQuery, response: { 200: Bytes, '4xx': ErrorAnswer } },
  }, async (request, reply) => {
    await views.whenReady()
    const { instrument, run, band, window } = request.query
    const key = [instrument, run, band, window].join('/')
    const entry = views.images.get(key)
    if (entry === undefined) throw new HeavensError('not-found', { what: 'image', id: key.slice(0, 200) })
    return reply.type('application/octet-stream').header('cache-control', 'no-store').send(Buffer.from(entry.value.frame))
  })

  app.get('/api/v1/candidates', { schema: { summary: 'All candidates, newest first', tags: ['data'], querystring: ListQuery, response: { 200: z.union([z.array(Candidate), Bytes]) } } }, async (request, reply) => {
    await views.whenReady()
    const found = views.candidates.entries().map(({ value }) => value).sort((a, b) => b.time - a.time)
    const format = listFormat(request, request.query.format)
    return format === 'json' ? found : answerTable(reply, format, candidateTable(found))
  })

  app.get('/api/v1/candidates/:id', {
    schema: { summary: 'One candidate', tags: ['data'], params: z.strictObject({ id: z.string() }), response: { 200: Candidate, '4xx': ErrorAnswer } },
  }, async (request) => {
    await views.whenReady()
    const entry = views.candidates.get(request.params.id)
    if (entry === undefined) throw new HeavensError('not-found', { what: 'candidate', id: request.params.id.slice(0, 100) })
    return entry.value
  })
}
