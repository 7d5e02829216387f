import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { HeavensError } from '@heavens/schemas'
import type { ApiApp } from '../api-app.js'

/** Vite puts a hash of the content into these names: they never change. */
const HASHED = /[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/

/** The built page at /, its files beside it. Everything else stays "not found": the page keeps its view in the query and hash. */
export async function dashboardRoutes(app: ApiApp, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', { schema: { hide: true } }, () => { throw new HeavensError('not-found', { what: 'dashboard', id: 'here: build it with npm run build' }) })
    return
  }
  await app.register(fastifyStatic, {
    root: folder, wildcard: true, index: 'index.html', redirect: false, dotfiles: 'ignore', cacheControl: false,
    schemaHide: true,
    setHeaders(reply, path) {
      const forEver = path.includes('assets') && HASHED.test(basename(path))
      reply.setHeader('cache-control', forEver ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
