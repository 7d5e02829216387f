import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HeavensError, type StreamId } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import type { Log } from '@heavens/storage'
import { keepDeadLetter, refusalOf } from '../dead-letters.js'
import type { BlockIndex } from '../intake/block-index.js'
import { appendBlock, RUN_NAME } from '../intake/raw-record.js'
import { readSentItem } from '../intake/read-sent-item.js'

export interface HttpBlocksOptions {
  log: Log
  index: BlockIndex
  host: string
  port: number
  /** needed where others than this machine may connect */
  token: string | undefined
  /** largest body [bytes]; default 16 MiB */
  limit?: number
  say(sentence: string): void
}

export interface BlockAnswer {
  accepted: boolean
  /** the same source and sequence had come before: nothing is done */
  duplicate: boolean
  source: string
  sequence: number
  rows: number
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

/**
 * `POST /ingest/<instrument>[?run=RUN]`: one block of telemetry, as an Arrow IPC stream or as JSON. An answer of 200 says that it is on
 * the log. Throws token-needed, port-busy.
 */
export async function serveHttpBlocks(options: HttpBlocksOptions): Promise<{ port: number; close(): Promise<void> }> {
  const { host, port } = options
  if (!LOOPBACK.has(host) && !options.token) throw new HeavensError('token-needed', { host })
  const server = createServer((request, response) => {
    void answer(options, request, response)
  })
  // A sender that stops in the middle of a block is not waited for.
  server.requestTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new HeavensError('port-busy', { port, host }, { cause: error }) : error))
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeIdleConnections()
    }),
  }
}

async function answer(options: HttpBlocksOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify(body) + '\n')
  }
  try {
    reply(200, await take(options, request))
  } catch (error) {
    if (response.destroyed) return
    const known = error instanceof HeavensError ? error : new HeavensError('internal', { reason: error instanceof Error ? error.message : String(error) })
    if (known.status >= 500) options.say(`POST ${request.url ?? ''}: ${known.message}`)
    if (!request.complete) response.setHeader('connection', 'close')
    reply(known.status, known)
  }
}

async function take(options: HttpBlocksOptions, request: IncomingMessage): Promise<BlockAnswer> {
  const { log, index } = options
  if (options.token && !tokenFits(request.headers.authorization, options.token)) throw new HeavensError('unauthorised')
  const url = new URL(request.url ?? '/', 'http://heavens')
  const instrumentId = /^\/ingest\/([^/]+)$/.exec(url.pathname)?.[1]
  if (instrumentId === undefined || request.method !== 'POST') throw new HeavensError('not-found', { what: 'page', id: `${request.method} ${url.pathname}; blocks go to POST /ingest/<instrument>` })
  const bytes = await readBody(request, options.limit ?? 16 << 20)
  const received = Date.now()
  const stream: StreamId = { instrument: instrumentId, run: url.searchParams.get('run') ?? 'main' }
  let item
  try {
    const { descriptor } = findInstrument(instrumentId)
    if (!RUN_NAME.test(stream.run)) throw new HeavensError('bad-request', { reason: 'run must be letters, digits, dots and hyphens' }, { path: 'run' })
    item = readSentItem(bytes, descriptor, index.limits(stream))
  } catch (error) {
    if (error instanceof HeavensError) {
      await keepDeadLetter(log, { via: 'block', file: `http ${request.socket.remoteAddress ?? ''}`, ...refusalOf(error), size: bytes.length, received: new Date().toISOString(), stream }, bytes)
    }
    throw error
  }
  const offset = await appendBlock(log, { ...stream, source: item.source, sequence: item.sequence, kind: item.kind }, bytes, received)
  const duplicate = await index.repeats(offset)
  return { accepted: !duplicate, duplicate, source: item.source, sequence: item.sequence, rows: 'count' in item ? item.count : 0 }
}

async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  const tooLarge = (size: number): HeavensError => new HeavensError('too-large', { what: 'The block', size, limit })
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) throw tooLarge(announced)
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > limit) throw tooLarge(size)
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

/** Compared by hashes, so that the time it takes says nothing about the token. */
function tokenFits(header: string | undefined, token: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(header ?? ''), hash(`Bearer ${token}`))
}
