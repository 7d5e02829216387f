import type { ApiApp } from '../api-app.js'
import type { ApiContext } from '../context.js'
import { escapeXml } from '../uws/xml.js'
import { serverBase } from '../votable/server-base.js'

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** VOSI 1.1: what this server can do for the Virtual Observatory, and whether it is up. */
export function vosiRoutes(app: ApiApp, { options, views }: ApiContext): void {
  app.get('/capabilities', { schema: { hide: true } }, (request, reply) => {
    const base = serverBase(request)
    const capability = (standard: string, path: string): string =>
      `<capability standardID="ivo://ivoa.net/std/${standard}"><interface xsi:type="vs:ParamHTTP" role="std" version="1.0"><accessURL use="${path.endsWith('?') ? 'base' : 'full'}">${escapeXml(`${base}${path.replace('?', '')}`)}</accessURL></interface></capability>`
    const all = [
      capability('VOSI#capabilities', '/capabilities'), capability('VOSI#availability', '/availability'), capability('SODA#sync-1.0', '/sync?'), capability('DataLink#links-1.1', '/api/v1/datalink?'),
      capability('UWS', '/uws'), capability('hips#hipslist-1.0', '/hips/hipslist'),
    ]
    return reply.type('text/xml; charset=utf-8').send(`${HEAD}<vosi:capabilities xmlns:vosi="http://www.ivoa.net/xml/VOSICapabilities/v1.0" xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n${all.join('\n')}\n</vosi:capabilities>\n`)
  })
  app.get('/availability', { schema: { hide: true } }, (_request, reply) => {
    const behind = views.behind()
    const note = behind.length === 0 ? '' : `<vosi:note>not all is read from the log yet: ${escapeXml(behind.join(', '))}</vosi:note>`
    return reply.type('text/xml; charset=utf-8').send(`${HEAD}<vosi:availability xmlns:vosi="http://www.ivoa.net/xml/VOSIAvailability/v1.0"><vosi:available>${behind.length === 0}</vosi:available><vosi:upSince>${escapeXml(options.status().started)}</vosi:upSince>${note}</vosi:availability>\n`)
  })
}
