const TYPES: Record<string, string> = {
  fits: 'application/fits', fit: 'application/fits', pha: 'application/fits', lc: 'application/fits', rsp: 'application/fits', rmf: 'application/fits', arf: 'application/fits', gti: 'application/fits',
  png: 'image/png', svg: 'image/svg+xml', json: 'application/json', csv: 'text/csv; charset=utf-8', txt: 'text/plain; charset=utf-8', md: 'text/plain; charset=utf-8', reg: 'text/plain; charset=utf-8', html: 'text/html; charset=utf-8', xml: 'application/xml', tar: 'application/x-tar', gz: 'application/gzip',
}

/** Media type of a product by the ending of its name; bytes of no known kind otherwise. */
export function contentTypeOf(path: string): string {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  return Object.hasOwn(TYPES, ending) ? TYPES[ending]! : 'application/octet-stream'
}
