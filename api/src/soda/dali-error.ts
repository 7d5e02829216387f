import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HeavensError } from '@heavens/schemas'
import { heavensErrorOf } from '../answer-errors.js'
import { errorVotable } from '../votable/votable.js'

/** No data where the parameters point is no error in SODA: an empty answer. */
const NOTHING = new Set(['no-data', 'no-exposure'])

/**
 * Answer an error as DALI and SODA 1.0 want it: a line of text that begins with one of the words of SODA, or a VOTable for those who
 * want VOTables; the HTTP status is that of the code. No data there and then: 204, with the reason in a header.
 */
export function answerDaliError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = heavensErrorOf(error, { id: request.id, bodyLimit: request.routeOptions.bodyLimit })
  if (known.status >= 500 && known.status !== 503) request.log.error({ err: error }, known.message)
  if (known.status === 401) void reply.header('www-authenticate', 'Bearer')
  // eslint-disable-next-line no-control-regex
  if (NOTHING.has(known.code)) return reply.code(204).header('heavens-reason', `${known.message} [${known.code}]`.replace(/[^\x20-\x7e]/g, '?').slice(0, 1000)).send()
  const sentence = `${label(known)}: ${known.message} [${known.code}]`
  const wantsVotable = /votable/i.test(`${request.headers.accept ?? ''} ${new URLSearchParams(request.url.split('?')[1] ?? '').get('RESPONSEFORMAT') ?? ''}`)
  void reply.code(known.status)
  return wantsVotable ? reply.type('application/x-votable+xml').send(errorVotable(sentence)) : reply.type('text/plain; charset=utf-8').send(`${sentence}\n`)
}

function label({ status, path }: HeavensError & { path?: string }): string {
  if (status === 401) return 'AuthenticationError'
  if (status === 403) return 'AuthorizationError'
  if (status === 503) return 'ServiceUnavailable'
  if (status >= 500) return 'Error'
  return path === 'MULTIPLE' ? 'MultiValuedParamNotSupported' : 'UsageError'
}
