import { HeavensError, ResolvedTarget } from '@heavens/schemas'
import type { CatalogueSource } from '@heavens/science/sky'
import { CATALOGUE, findSource, searchSources } from '@heavens/science/sky'
import { z } from 'zod'
import type { ApiApp } from '../api-app.js'
import { ErrorAnswer } from '../openapi.js'

/** Names of sources: the built-in catalogue. */
export function resolveRoutes(app: ApiApp): void {
  const tags = ['sky']
  app.get('/api/v1/resolve', {
    schema: { summary: 'Position of a source by its name', tags, querystring: z.strictObject({ name: z.string().min(1).max(100) }), response: { 200: ResolvedTarget, '4xx': ErrorAnswer } },
  }, (request) => {
    const source = findSource(request.query.name)
    if (source === undefined) throw new HeavensError('unknown-source', { name: request.query.name }, { path: 'name' })
    return resolved(source)
  })

  app.get('/api/v1/resolve/search', {
    schema: { summary: 'Sources whose name begins so', tags, querystring: z.strictObject({ prefix: z.string().max(100) }), response: { 200: z.array(ResolvedTarget) } },
  }, (request) => searchSources(request.query.prefix).map(resolved))

  app.get('/api/v1/catalogue', { schema: { summary: 'Known bright sources', tags, response: { 200: z.array(ResolvedTarget) } } }, () => CATALOGUE.map(resolved))
}

function resolved(source: CatalogueSource): ResolvedTarget {
  return { ...source, aliases: [...source.aliases] }
}
