import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { HeavensError } from '@heavens/schemas'

/** Whether a host name or address means this machine only. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase()
  return name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
}

/** Routes that hold no data: the page, its files (and what is not there), the probes. */
const OPEN: ReadonlySet<string> = new Set(['/', '/*', '/healthz', '/readyz'])

/** What a client must show before a request is looked at. */
export interface Guard {
  /** Throws unauthorised or forbidden-origin. Takes `?token=` out of the query, so that no route sees or logs it. */
  check(request: FastifyRequest): void
}

/**
 * Data and actions (everything under /api, /uws, /live and /metrics) need the token when one is set. Writes and WebSockets need an
 * Origin of this very host, or none (a program, not a page). Without a token only this machine may ask, by a name of this
 * machine: a page elsewhere that makes its own name point to 127.0.0.1 would otherwise count as "the same host".
 */
export function createGuard(token: string | undefined): Guard {
  const expected = token === undefined ? undefined : digest(token)
  return {
    check(request) {
      const path = request.url.split('?')[0]!
      const given = takeToken(request)
      // By the route that was found, not by the address as written: /%61pi is /api too.
      if (OPEN.has(request.routeOptions.url ?? '/*') && !/^\/(api|uws|live|metrics)(\/|$)/.test(path)) return
      if (expected !== undefined && !(given !== undefined && timingSafeEqual(digest(given), expected))) throw new HeavensError('unauthorised')
      const host = request.headers.host ?? ''
      if (expected === undefined && !isLoopback(host.replace(/:\d+$/, ''))) throw new HeavensError('forbidden-origin', { origin: host.slice(0, 100) })
      const { origin } = request.headers
      const guarded = request.routeOptions.url === '/live' || !['GET', 'HEAD', 'OPTIONS'].includes(request.method)
      if (guarded && origin !== undefined && hostOf(origin) !== host.toLowerCase()) throw new HeavensError('forbidden-origin', { origin: origin.slice(0, 100) })
    },
  }
}

// Comparing digests takes the same time whatever the token's length and content.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function takeToken(request: FastifyRequest): string | undefined {
  const query = request.query as Record<string, unknown>
  const asked = query['token']
  delete query['token']
  const header = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  return header ?? (typeof asked === 'string' ? asked : undefined)
}

function hostOf(origin: string): string | undefined {
  // "null" is what sandboxed pages and files send: not a host.
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
