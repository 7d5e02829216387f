import type { FastifyBaseLogger } from 'fastify'
import websocket from '@fastify/websocket'
import { HeavensError, LIVE_MAX_FRAME, LIVE_PROTOCOL } from '@heavens/schemas'
import type { WebSocket } from 'ws'
import type { ApiApp } from '../api-app.js'
import type { ApiOptions } from '../options.js'
import type { Metrics } from '../metrics.js'
import type { Views } from '../views/views.js'
import { serveClient } from './connection.js'
import { createPhotonTail } from './photon-tail.js'
import { createSharedCurves } from './shared-curves.js'

/** What may wait for a client, unless the server is told otherwise. */
export const LIMITS = { lossless: 10_000, buffered: 1 << 20 } as const
/** Clients at once; one more is told to try again later (1013). */
const MOST_CLIENTS = 2000
/** A client that answers no ping within this time is gone [ms]. */
const HEARTBEAT = 30_000

export interface LiveOptions {
  app: ApiApp
  options: ApiOptions
  views: Views
  metrics: Metrics
  log: FastifyBaseLogger
  signal: AbortSignal
  limits?: { lossless: number; buffered: number }
}

/** Let Fastify take WebSockets; clients are closed with 1001 when the server closes. */
export async function acceptWebSockets(app: ApiApp): Promise<void> {
  await app.register(websocket, {
    options: {
      // Larger than what is accepted, so that a frame that is too large gets an answer in words before 1009.
      maxPayload: 4 * LIVE_MAX_FRAME,
      handleProtocols: (offered: Set<string>) => (offered.has(LIVE_PROTOCOL) ? LIVE_PROTOCOL : false),
    },
    // The socket closes itself with the right code after a protocol error; ending it here would cut that off.
    errorHandler(error) { app.log.debug({ err: error }, 'a live client broke off') },
    preClose(done) {
      for (const client of app.websocketServer.clients) client.close(1001, 'the server stops')
      app.websocketServer.close(() => done())
      // Who does not answer the closing frame must not hold the server.
      setTimeout(() => { for (const client of app.websocketServer.clients) client.terminate() }, 1000).unref()
    },
  })
}

/** Serve /live. */
export function serveLive({ app, options, views, metrics, log, signal, limits = LIMITS }: LiveOptions): void {
  const failed = (error: unknown): void => { log.error({ err: error }, 'the live connection cannot read') }
  const photons = createPhotonTail({
    log: options.stores.log, instruments: options.instruments, signal, failed,
    simulated: ({ instrument, run }) => views.health.get(`${instrument}/${run}`)?.value.simulated ?? options.status().simulated,
  })
  const curves = createSharedCurves(options.stores.curves, views.curves, signal)
  const alive = new Set<WebSocket>()

  const wsHandler = (socket: WebSocket): void => {
    if (app.websocketServer.clients.size > MOST_CLIENTS) return socket.close(1013, 'too many clients')
    alive.add(socket)
    socket.on('pong', () => alive.add(socket))
    socket.on('close', () => alive.delete(socket))
    serveClient(socket, { options, views, photons, curves, metrics, limits, failed })
  }
  app.route({
    method: 'GET', url: '/live', schema: { hide: true }, wsHandler,
    handler() { throw new HeavensError('bad-request', { reason: `/live is a WebSocket, subprotocol ${LIVE_PROTOCOL}` }) },
  })
  const heartbeat = setInterval(() => {
    for (const client of app.websocketServer.clients) {
      if (!alive.delete(client)) client.terminate()
      else client.ping()
    }
  }, HEARTBEAT)
  heartbeat.unref()
  signal.addEventListener('abort', () => clearInterval(heartbeat), { once: true })
}
