import { HeavensError } from '@heavens/schemas'
import type { NamedPlace, NameResolver } from './name-resolver.js'
import { parseSesame } from './parse-sesame.js'

export interface SesameOptions {
  /** of the server, up to and without the options: `https://HOST/cgi-bin/nph-sesame` */
  url: string
  /** longest wait for a whole answer [ms] */
  timeout?: number
  /** bytes of an answer */
  limit?: number
  /** names that are remembered, known or not */
  remembered?: number
  /** how long a known name is remembered, and one that is not known [ms] */
  age?: number
  ageUnknown?: number
  /** questions at the same time; more are refused */
  atOnce?: number
}

interface Remembered {
  place: NamedPlace | undefined
  until: number
}

/**
 * Names from a server that speaks the protocol of CDS Sesame: `GET URL/-ox/SNV?NAME` (Simbad, NED, VizieR in turn), XML back. A name is asked
 * once and remembered for a while; a failure is not. Nothing is followed elsewhere: a redirection is a failure.
 */
export function sesameResolver({ url, timeout = 5000, limit = 256 * 1024, remembered = 1000, age = 86_400_000, ageUnknown = 600_000, atOnce = 8 }: SesameOptions): NameResolver {
  const cache = new Map<string, Remembered>()
  const asking = new Map<string, Promise<NamedPlace | undefined>>()
  const label = `Sesame at ${new URL(url).host}`
  const failed = (name: string, reason: string, cause?: unknown): HeavensError => new HeavensError('resolver-failed', { name, resolver: label, reason }, { path: 'target.name', cause })

  async function ask(name: string): Promise<NamedPlace | undefined> {
    const signal = AbortSignal.timeout(timeout)
    let document: string
    try {
      const answer = await fetch(`${url.replace(/\/+$/, '')}/-ox/SNV?${encodeURIComponent(name)}`, { signal, redirect: 'manual', headers: { accept: 'text/xml, application/xml, text/plain' } })
      if (answer.status !== 200) {
        await answer.body?.cancel()
        throw failed(name, `it answers with status ${answer.status}`)
      }
      document = await textWithin(answer, limit, () => failed(name, `its answer is longer than ${limit} bytes`))
    } catch (cause) {
      if (cause instanceof HeavensError) throw cause
      if (signal.aborted) throw failed(name, `it took longer than ${timeout / 1000} s`, cause)
      throw failed(name, reasonOf(cause), cause)
    }
    try {
      const place = parseSesame(document, name)
      return place === undefined ? undefined : { ...place, resolver: place.resolver === '' ? label : `${label} (${place.resolver})` }
    } catch (cause) {
      throw failed(name, `its answer cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
    }
  }

  return {
    label,
    async find(given) {
      const name = given.trim().replace(/\s+/g, ' ')
      const key = name.toLowerCase()
      const known = cache.get(key)
      if (known !== undefined && known.until > Date.now()) return known.place
      const same = asking.get(key)
      if (same !== undefined) return same
      if (asking.size >= atOnce) throw new HeavensError('busy', { what: 'names', waiting: asking.size }, { path: 'target.name' })
      const asked = ask(name).finally(() => asking.delete(key))
      asking.set(key, asked)
      const place = await asked
      cache.delete(key)
      // A Map keeps the order in which names came: the oldest goes first.
      while (cache.size >= remembered) cache.delete(cache.keys().next().value!)
      cache.set(key, { place, until: Date.now() + (place === undefined ? ageUnknown : age) })
      return place
    },
  }
}

async function textWithin(answer: Response, limit: number, tooLong: () => HeavensError): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += part.length
    // Leaving the loop cancels the rest.
    if (size > limit) throw tooLong()
    parts.push(part)
  }
  return new TextDecoder().decode(Buffer.concat(parts))
}

/** What fetch says is in its cause. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const code = (inner as NodeJS.ErrnoException).code
  return code === 'ECONNREFUSED' ? 'it refuses the connection' : code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'its host is not known' : inner instanceof Error ? inner.message.replace(/\.$/, '') : String(inner)
}
