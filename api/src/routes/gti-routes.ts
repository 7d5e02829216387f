import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { GoodTimeAnswer, HeavensError } from '@heavens/schemas'
import { requestedTime, ttFromUtcIso } from '@heavens/science/time'
import { z } from 'zod'
import type { ApiApp } from '../api-app.js'
import { ErrorAnswer } from '../openapi.js'
import { harmlessName } from '../uploads/upload-sessions.js'

/** Bytes of a file as it comes, and unpacked. */
const LARGEST = 32 * 2 ** 20
const LARGEST_UNPACKED = 128 * 2 ** 20

const GtiQuery = z.strictObject({ name: z.string().min(1).max(300).optional().describe('name of the file') })

/** Good time of a file, as the time of a request. Nothing is kept. */
export async function gtiRoutes(app: ApiApp): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LARGEST }, (_request, body, done) => done(null, body))
    scope.addContentTypeParser(['multipart/form-data', 'application/x-www-form-urlencoded'], (_request, payload, done) => {
      payload.resume()
      done(new HeavensError('bad-request', { reason: 'send the file itself as the body' }, { path: 'content-type' }))
    })
    scope.post('/api/v1/gti', {
      bodyLimit: LARGEST,
      schema: {
        summary: 'Good time of a file as the `time` of a request: the body is FITS (also gzipped), or a list of starts and stops in ISO UTC', tags: ['analyses'], consumes: ['application/fits', 'application/octet-stream', 'application/gzip', 'text/plain'],
        querystring: GtiQuery, response: { 200: GoodTimeAnswer, '4xx': ErrorAnswer },
      },
    }, async (request) => {
      const name = harmlessName((request.query as z.infer<typeof GtiQuery>).name ?? 'upload.gti')
      const body = request.body as Uint8Array | undefined
      if (body === undefined || body.length === 0) throw new HeavensError('bad-request', { reason: 'the body is empty: it must be the file' })
      const time = await requestedTime(await unpacked(body, name), name)
      return { time, seconds: time.intervals.reduce((sum, [start, stop]) => sum + ttFromUtcIso(stop) - ttFromUtcIso(start), 0) }
    })
  })
}

async function unpacked(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: LARGEST_UNPACKED })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new HeavensError('too-large', { what: `${name}, unpacked,`, size: `more than ${LARGEST_UNPACKED}`, limit: LARGEST_UNPACKED }, { cause })
    throw new HeavensError('fits-damaged', { file: name, reason: `gzip: ${cause instanceof Error ? cause.message : String(cause)}` }, { cause })
  }
}
