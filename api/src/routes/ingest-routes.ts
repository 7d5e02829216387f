import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { ERRORS, HeavensError, IngestAnswer } from '@heavens/schemas'
import type { ErrorCode } from '@heavens/schemas'
import { z } from 'zod'
import type { ApiApp } from '../api-app.js'
import type { ApiContext } from '../context.js'
import { ErrorAnswer } from '../openapi.js'
import { createUploadSessions, harmlessName } from '../uploads/upload-sessions.js'

const IngestQuery = z.strictObject({
  name: z.string().min(1).max(300).optional().describe('name of the file'),
  session: z.string().regex(/^[\w-]{1,64}$/).optional().describe('files of one session are ingested together, in time order'),
  more: z.enum(['true', 'false']).default('false').describe('true: more files of this session follow; the answer comes with the last'),
})

/** Files by upload: the body is the file, several files are one session. */
export async function ingestRoutes(app: ApiApp, { options, metrics }: ApiContext): Promise<void> {
  const sessions = createUploadSessions(options.maxUpload)
  app.addHook('onClose', () => sessions.close())

  await app.register(async (scope) => {
    // Within this scope any body but a form is a file: it is streamed to disk, and bounded there.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.addContentTypeParser(['multipart/form-data', 'application/x-www-form-urlencoded'], (_request, payload, done) => {
      payload.resume()
      done(new HeavensError('bad-request', { reason: 'send each file as the body of a request of its own (session=… and more=true join them)' }, { path: 'content-type' }))
    })
    scope.post('/api/v1/ingest', {
      schema: {
        summary: 'Ingest a file: the body is its bytes (FITS, also gzipped)', tags: ['ingest'], consumes: ['application/fits', 'application/octet-stream', 'application/gzip'],
        description: `At most ${options.maxUpload} bytes, all files of a session together. Several files that belong together: send each with the same session=ID, all but the last with more=true.`,
        querystring: IngestQuery, response: { 202: IngestAnswer, '4xx': ErrorAnswer.partial().extend(IngestAnswer.partial().shape) },
      },
    }, async (request, reply) => {
      const query = request.query as z.infer<typeof IngestQuery>
      const name = harmlessName(query.name ?? 'upload.fits')
      const session = query.session ?? randomUUID()
      const length = request.headers['content-length']
      const body = request.body as Readable | undefined
      if (body === undefined) throw new HeavensError('bad-request', { reason: 'the body is empty: it must be the file' })
      metrics.count('heavens_uploads_bytes_total', {}, await sessions.receive(session, name, body, length === undefined ? undefined : Number(length)))
      if (query.more === 'true') return reply.code(202).send({ accepted: [], refused: [] })
      const { files, remove } = await sessions.finish(session)
      const answer = await options.ingest(files).finally(() => remove())
      const worst = answer.accepted.length === 0 ? answer.refused[0] : undefined
      if (worst === undefined) return reply.code(202).send(answer)
      // Nothing of it was of use: an error as any other, with the whole answer beside it.
      const code = Object.hasOwn(ERRORS, worst.code) ? (worst.code as ErrorCode) : 'bad-request'
      return reply.code(ERRORS[code].status).send({ error: { code, sentence: worst.sentence, path: worst.file, fields: {} }, ...answer })
    })
  })
}
