import { HeavensError } from '@heavens/schemas'

const BEFORE = 'ivo://heavens/analyses?'

/** Name of an analysis, or of one of its files, in the Virtual Observatory. The authority is not registered: it means this server. */
export function publisherDid(id: string, path?: string): string {
  return `${BEFORE}${id}${path === undefined ? '' : `/${encodeURI(path)}`}`
}

/** What such a name means. Throws not-found for any other text. */
export function readPublisherDid(did: string): { id: string; path?: string } {
  const missing = new HeavensError('not-found', { what: 'identifier', id: did.slice(0, 200) }, { path: 'ID' })
  if (!did.startsWith(BEFORE)) throw missing
  const [id = '', ...rest] = did.slice(BEFORE.length).split('/')
  try {
    return { id, ...(rest.length === 0 ? {} : { path: decodeURI(rest.join('/')) }) }
  } catch (cause) {
    // Not percent-encoded UTF-8: nobody was given such a name.
    throw cause instanceof URIError ? missing : cause
  }
}
