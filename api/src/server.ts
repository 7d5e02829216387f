import { setMaxListeners } from 'node:events'
import type { AddressInfo } from 'node:net'
import Fastify, { LogController } from 'fastify'
import { forgetRegularly } from '@heavens/analysis'
import { HeavensError } from '@heavens/schemas'
import type { z } from 'zod'
import { answerError, badRequest, heavensErrorOf } from './answer-errors.js'
import type { ApiApp } from './api-app.js'
import type { ApiContext } from './context.js'
import { createGuard, isLoopback } from './guard.js'
import { gtiRoutes } from './routes/gti-routes.js'
import { hipsRoutes } from './hips/hips-routes.js'
import { acceptWebSockets, serveLive } from './live/live.js'
import { createMetrics } from './metrics.js'
import { collectOpenApi } from './openapi.js'
import type { ApiOptions } from './options.js'
import { analysisRoutes } from './routes/analysis-routes.js'
import { curveRoutes } from './routes/curve-routes.js'
import { dashboardRoutes } from './routes/dashboard-routes.js'
import { ingestRoutes } from './routes/ingest-routes.js'
import { productRoutes } from './routes/product-routes.js'
import { resolveRoutes } from './routes/resolve-routes.js'
import { skyRoutes } from './routes/sky-routes.js'
import { vosiRoutes } from './soda/vosi-routes.js'
import { sodaRoutes } from './soda/soda-routes.js'
import { uwsRoutes } from './uws/uws-routes.js'
import { systemRoutes } from './routes/system-routes.js'
import { setSecurityHeaders } from './security-headers.js'
import { followViews } from './views/views.js'

/** Largest JSON body [bytes]: a request with ten thousand intervals is one of 0.7 MB. */
const JSON_LIMIT = 4 << 20

export interface Api {
  url: string
  port: number
  /** WebSockets are closed with 1001, requests under way are answered, the reading of the log stops. */
  close(): Promise<void>
}

/**
 * Listen, and serve REST, WebSocket and the page; `/readyz` says when the views are rebuilt.
 *
 * @throws HeavensError token-needed (a host that is not this machine, without a token), port-busy
 */
export async function createApi(options: ApiOptions): Promise<Api> {
  if (options.token === undefined && !isLoopback(options.host)) throw new HeavensError('token-needed', { host: options.host })
  const app = createApp(options.log.level)
  const stop = new AbortController()
  // Everyone who waits listens for it.
  setMaxListeners(0, stop.signal)
  const metrics = createMetrics()
  const context: ApiContext = { options, metrics, views: followViews(options.stores.log, metrics, app.log, stop.signal), log: app.log, signal: stop.signal }
  const guard = createGuard(options.token)

  try {
    await collectOpenApi(app, options.status().version)
    await acceptWebSockets(app)
    // After the WebSocket plugin's own hooks: they end the socket of an upgrade that is refused here.
    app.addHook('onRequest', async (request, reply) => {
      setSecurityHeaders(request, reply)
      guard.check(request)
    })
    app.addHook('onResponse', async (request, reply) => {
      metrics.count('heavens_http_requests_total', { method: request.method, status: String(reply.statusCode) })
    })
    serveLive({ app, ...context })
    systemRoutes(app, context)
    curveRoutes(app, context)
    skyRoutes(app, context)
    hipsRoutes(app, context)
    resolveRoutes(app, context)
    analysisRoutes(app, context)
    await productRoutes(app, context)
    await uwsRoutes(app, context)
    await sodaRoutes(app, context)
    vosiRoutes(app, context)
    await ingestRoutes(app, context)
    await gtiRoutes(app)
    app.get('/api/v1/openapi.json', { schema: { hide: true } }, () => app.swagger())
    await dashboardRoutes(app, options.dashboard)
    await listen(app, options)
    void forgetRegularly(options.jobs, options.keepJobsFor, stop.signal, (error) => app.log.error({ err: error }, 'old analyses are forgotten later'))
  } catch (error) {
    stop.abort()
    await app.close()
    throw error
  }
  const { port } = app.server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `http://${host}:${port}`, port,
    async close() {
      stop.abort()
      await app.close()
    },
  }
}

function createApp(level: string): ApiApp {
  const app = Fastify({
    // stdout belongs to what a command answers. Requests are counted, not logged: their addresses may hold a token.
    logger: { level, stream: process.stderr }, logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: JSON_LIMIT, forceCloseConnections: true, routerOptions: { maxParamLength: 1000 },
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
    clientErrorHandler(error, socket) {
      if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
      const body = JSON.stringify(new HeavensError('bad-request', { reason: 'this is not HTTP' }).toJSON())
      socket.end(`HTTP/1.1 400 Bad Request\r\nContent-Length: ${Buffer.byteLength(body)}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${body}`)
    },
  }) as unknown as ApiApp
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data) => {
    const parsed = schema.safeParse(data)
    if (!parsed.success) return { error: badRequest(parsed.error.issues) }
    // A body goes on as it was sent: a job keeps the request in the words of its author.
    return { value: httpPart === 'body' ? data : parsed.data }
  })
  // Answers are our own records, checked where they were made: schemas of answers are for the document only.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) => answerError(new HeavensError('not-found', { what: 'page', id: request.url.split('?')[0]!.slice(0, 200) }), request, reply))
  return app
}

async function listen(app: ApiApp, { host, port }: ApiOptions): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new HeavensError('port-busy', { host, port }, { cause: error })
    throw heavensErrorOf(error, { id: 'listen' })
  }
}
