import type { FastifyReply, FastifyRequest } from 'fastify'

/** A hub of SAMP's Web Profile on the user's own machine: products are sent to it on a click. */
const SAMP_HUB = 'http://localhost:21012'

/**
 * What a browser may do with an answer: run our own scripts only, talk to this host and a SAMP hub on its own machine only, guess no types, be in no frame.
 * @param host the Host header; a name that is not plain is left out of the policy
 */
export function contentSecurityPolicy(host: string | undefined): string {
  const socket = host !== undefined && /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : ''
  return [
    "default-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:", `connect-src 'self' data: blob: ${SAMP_HUB}${socket}`, "worker-src 'self' blob:",
    "font-src 'self' data:", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
  ].join('; ')
}

/** Set on every answer before its route runs; a route may be stricter. */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({
    'content-security-policy': contentSecurityPolicy(request.headers.host),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
  })
}
