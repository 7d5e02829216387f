import type { FastifyRequest } from 'fastify'
import type { LinkAddresses } from './datalink.js'

/** Address of this server as the client wrote it: links in documents are absolute, as they are read from anywhere. */
export function serverBase(request: FastifyRequest): string {
  return `${request.protocol}://${request.headers.host ?? 'localhost'}`
}

/** Absolute addresses of the parts of analyses. */
export function linkAddresses(request: FastifyRequest): LinkAddresses {
  const base = serverBase(request)
  const analysis = (id: string): string => `${base}/api/v1/analyses/${encodeURIComponent(id)}`
  return {
    product: (id, path) => `${analysis(id)}/products/${path.split('/').map(encodeURIComponent).join('/')}`,
    archive: (id) => `${analysis(id)}/archive.tar`, sync: `${base}/sync`,
  }
}
