import { askedPlace, type NamedPlace } from '@heavens/analysis'
import { ResolvedTarget } from '@heavens/schemas'
import type { CatalogueSource } from '@heavens/science/sky'
import { CATALOGUE, findSource, searchSources } from '@heavens/science/sky'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiApp } from '../api-app.js'
import type { ApiContext } from '../context.js'
import { Bytes, ErrorAnswer } from '../openapi.js'
import { answerTable, listFormat, ListQuery } from '../votable/answer-table.js'
import type { ListFormat } from '../votable/answer-table.js'
import { sourceTable } from '../votable/source-table.js'

/** Names of sources: the built-in catalogue, and for a whole name that it lacks the resolver of the server. */
export function resolveRoutes(app: ApiApp, { options: { names } }: ApiContext): void {
  const tags = ['sky']
  app.get('/api/v1/resolve', {
    schema: { summary: 'Position of a source by its name', tags, querystring: ListQuery.extend({ name: z.string().min(1).max(100) }), response: { 200: z.union([ResolvedTarget, Bytes]), '4xx': ErrorAnswer, 503: ErrorAnswer } },
  }, async (request, reply) => {
    const { name, format } = request.query
    const source = findSource(name)
    if (source !== undefined) return answered(request, reply, format, resolved(source))
    return answered(request, reply, format, asTarget(await askedPlace(name, names, 'name'), name))
  })

  app.get('/api/v1/resolve/search', {
    schema: {
      summary: 'Sources whose name begins so; `whole=true`: where there is none, the one that the resolver of the server knows by this whole name', tags,
      querystring: ListQuery.extend({ prefix: z.string().max(100), whole: z.enum(['true', 'false']).default('false') }), response: { 200: z.union([z.array(ResolvedTarget), Bytes]), '4xx': ErrorAnswer, 503: ErrorAnswer },
    },
  }, async (request, reply) => {
    const { prefix, whole, format } = request.query
    const found = searchSources(prefix).map(resolved)
    const place = found.length > 0 || whole === 'false' || prefix.trim() === '' ? undefined : await names?.find(prefix)
    return answered(request, reply, format, place === undefined ? found : [asTarget(place, prefix.trim())])
  })

  app.get('/api/v1/catalogue', { schema: { summary: 'Known bright sources', tags, querystring: ListQuery, response: { 200: z.union([z.array(ResolvedTarget), Bytes]) } } },
    (request, reply) => answered(request, reply, request.query.format, CATALOGUE.map(resolved)))
}

/** JSON as it is, one source or several; tables always have rows. */
function answered(request: FastifyRequest, reply: FastifyReply, named: ListFormat | undefined, found: ResolvedTarget | ResolvedTarget[]): FastifyReply {
  const format = listFormat(request, named)
  return format === 'json' ? reply.send(found) : answerTable(reply, format, sourceTable([found].flat()))
}

function asTarget({ resolver, ...place }: NamedPlace, asked: string): ResolvedTarget {
  return { ...place, aliases: place.name === asked ? [] : [asked], resolver }
}

function resolved(source: CatalogueSource): ResolvedTarget {
  return { ...source, aliases: [...source.aliases] }
}
