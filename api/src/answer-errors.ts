import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { HeavensError } from '@heavens/schemas'
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** Any error as one of the table: what Fastify and Node say is translated, what is unexpected becomes `internal`. */
export function heavensErrorOf(error: unknown, request: { id: string; bodyLimit?: number }): HeavensError {
  if (error instanceof HeavensError) return error
  const { code = '', message = String(error), statusCode } = error as Partial<FastifyError>
  const options = { cause: error }
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE': return new HeavensError('too-large', { what: 'The body', size: 'too many', limit: request.bodyLimit }, options)
    case 'FST_ERR_CTP_INVALID_JSON_BODY': return new HeavensError('bad-request', { reason: 'the body is not JSON' }, options)
    case 'FST_ERR_CTP_EMPTY_JSON_BODY': return new HeavensError('bad-request', { reason: 'the body is empty' }, options)
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE': return new HeavensError('bad-request', { reason: 'this content type is not read here' }, { path: 'content-type', ...options })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH': return new HeavensError('bad-request', { reason: 'the body is not as long as its Content-Length says' }, options)
    case 'ENOSPC': return new HeavensError('store-full', { what: 'the file', reason: 'the disk is full' }, options)
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new HeavensError('bad-request', { reason: message.replace(/\.$/, '') }, options)
  // The message may hold paths or values that are nobody's business: it goes to the log only.
  return new HeavensError('internal', { reason: `request ${request.id} failed` }, options)
}

/** Send an error as ErrorBody with the status of the table; write down what is our fault. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = heavensErrorOf(error, { id: request.id, bodyLimit: request.routeOptions.bodyLimit })
  if (known.status >= 500) request.log.error({ err: error }, known.message)
  if (known.status === 401) void reply.header('www-authenticate', 'Bearer')
  void reply.code(known.status).type('application/json').serializer(JSON.stringify).send(known.toJSON())
}

/** What a schema found wrong, as bad-request with the path (dots between its parts) of the first issue. */
export function badRequest(issues: readonly Issue[]): HeavensError {
  const { path, reason } = firstIssue(issues, [])
  return new HeavensError('bad-request', { reason }, path.length ? { path: path.join('.') } : {})
}

function firstIssue(issues: readonly Issue[], before: readonly PropertyKey[]): { path: string[]; reason: string } {
  const issue = issues[0]
  if (issue === undefined) return { path: before.map(String), reason: 'it does not fit its schema' }
  const path = [...before, ...issue.path]
  // Of a union, show the branch that came furthest into the input.
  if (issue.code === 'invalid_union' && issue.errors.length) {
    const deepest = issue.errors.map((branch) => firstIssue(branch, path)).sort((a, b) => b.path.length - a.path.length)[0]!
    if (deepest.path.length > path.length) return deepest
  }
  if (issue.code === 'unrecognized_keys') return { path: [...path, issue.keys[0]!].map(String), reason: `there is no field ${issue.keys.join(', ')}` }
  const where = path.map(String)
  return { path: where, reason: where.length ? `${where.join('.')}: ${issue.message}` : issue.message }
}
