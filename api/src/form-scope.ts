import type { FastifyRequest } from 'fastify'
import type { ApiApp } from './api-app.js'

/** Largest form [bytes]. */
const LARGEST_BODY = 4 << 20

/** Routes that take parameters as the Virtual Observatory sends them: in the query, as a form, or both. Nothing else is a body here. */
export async function formScope(app: ApiApp, routes: (scope: ApiApp) => void): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: LARGEST_BODY }, (_request, body, done) => done(null, new URLSearchParams(body as string)))
    routes(scope)
  })
}

/** The parameters of query and form, without the token. */
export function parametersOf(request: FastifyRequest): URLSearchParams {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '')
  query.delete('token')
  for (const [name, value] of (request.body as URLSearchParams | undefined) ?? []) query.append(name, value)
  return query
}

/** All values of a parameter; names are not case-sensitive. */
export function valuesOf(parameters: URLSearchParams, name: string): string[] {
  return [...parameters].filter(([key]) => key.toUpperCase() === name).map(([, value]) => value)
}
