import type { ErrorBody } from '@heavens/schemas'
import { pageToken } from './token.js'

/** What the server refused, or that it could not be reached: code, sentence and the path into the input. */
export class WireError extends Error {
  override readonly name = 'WireError'
  constructor(readonly code: string, sentence: string, readonly path?: string) { super(sentence) }
}

/** Address of a path under /api/v1, with the token where there is one (for links that the browser opens itself). */
export function apiUrl(path: string, query: Record<string, string | number | boolean | undefined> = {}, forLink = false): string {
  const url = new URL(`api/v1/${path}`, document.baseURI)
  for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, String(value))
  const token = forLink ? pageToken() : null
  if (token) url.searchParams.set('token', token)
  return url.href
}

/** Ask and read JSON. Throws WireError with the server's code and sentence; `unreachable` when no answer came. */
export async function ask<T>(path: string, options: { query?: Record<string, string | number | boolean | undefined>; method?: string; body?: unknown; signal?: AbortSignal } = {}): Promise<T> {
  const answer = await send(apiUrl(path, options.query), {
    method: options.method ?? 'GET', signal: options.signal ?? null,
    headers: options.body === undefined ? {} : { 'content-type': 'application/json' },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  return answer.status === 204 ? (undefined as T) : (await answer.json()) as T
}

/** Ask for bytes, as `ask` does. */
export async function askBytes(url: string): Promise<Uint8Array> {
  return new Uint8Array(await (await send(url, {})).arrayBuffer())
}

/** Bytes [start, end) of a file. Throws WireError, also where the answer is not that part. */
export async function askPart(url: string, start: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
  const answer = await send(url, { headers: { range: `bytes=${start}-${end - 1}` }, ...(signal ? { signal } : {}) })
  const bytes = new Uint8Array(await answer.arrayBuffer())
  // A server or a proxy that knows no parts sends all of it.
  if (answer.status === 200) return bytes.subarray(start, end)
  if (bytes.length !== end - start) throw new WireError('bad-answer', `The server sent ${bytes.length} bytes of a file where ${end - start} were asked for.`)
  return bytes
}

async function send(url: string, init: RequestInit): Promise<Response> {
  const token = pageToken()
  const headers = { ...(init.headers as Record<string, string> | undefined), ...(token ? { authorization: `Bearer ${token}` } : {}) }
  let answer: Response
  try {
    answer = await fetch(url, { ...init, headers })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new WireError('unreachable', 'The server does not answer. The page tries again by itself.')
  }
  if (!answer.ok) throw await errorOf(answer)
  return answer
}

/** The error a refused request stands for. */
export async function errorOf(answer: Response): Promise<WireError> {
  const body = await answer.json().catch(() => null) as Partial<ErrorBody> | null
  if (body?.error) return new WireError(body.error.code, body.error.sentence, body.error.path)
  return new WireError(`http-${answer.status}`, `The server answered ${answer.status} ${answer.statusText}.`)
}
