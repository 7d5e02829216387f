import { HeavensError, ResolvedTarget } from '@heavens/schemas'
import type { CatalogueSource } from '@heavens/science/sky'
import { CATALOGUE, findSource, searchSources } from '@heavens/science/sky'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiApp } from '../api-app.js'
import { Bytes, ErrorAnswer } from '../openapi.js'
import { answerTable, listFormat, ListQuery } from '../votable/answer-table.js'
import type { ListFormat } from '../votable/answer-table.js'
import { sourceTable } from '../votable/source-table.js'

/** Names of sources: the built-in catalogue. */
export function resolveRoutes(app: ApiApp): void {
  const tags = ['sky']
  app.get('/api/v1/resolve', {
    schema: { summary: 'Position of a source by its name', tags, querystring: ListQuery.extend({ name: z.string().min(1).max(100) }), response: { 200: z.union([ResolvedTarget, Bytes]), '4xx': ErrorAnswer } },
  }, (request, reply) => {
    const source = findSource(request.query.name)
    if (source === undefined) throw new HeavensError('unknown-source', { name: request.query.name }, { path: 'name' })
    return answered(request, reply, request.query.format, resolved(source))
  })

  app.get('/api/v1/resolve/search', {
    schema: { summary: 'Sources whose name begins so', tags, querystring: ListQuery.extend({ prefix: z.string().max(100) }), response: { 200: z.union([z.array(ResolvedTarget), Bytes]) } },
  }, (request, reply) => answered(request, reply, request.query.format, searchSources(request.query.prefix).map(resolved)))

  app.get('/api/v1/catalogue', { schema: { summary: 'Known bright sources', tags, querystring: ListQuery, response: { 200: z.union([z.array(ResolvedTarget), Bytes]) } } },
    (request, reply) => answered(request, reply, request.query.format, CATALOGUE.map(resolved)))
}

/** JSON as it is, one source or several; tables always have rows. */
function answered(request: FastifyRequest, reply: FastifyReply, named: ListFormat | undefined, found: ResolvedTarget | ResolvedTarget[]): FastifyReply {
  const format = listFormat(request, named)
  return format === 'json' ? reply.send(found) : answerTable(reply, format, sourceTable([found].flat()))
}

function resolved(source: CatalogueSource): ResolvedTarget {
  return { ...source, aliases: [...source.aliases] }
}
