import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TOPICS, type ErrorBody } from '@heavens/schemas'
import { openEmbeddedStores, type Stores } from '@heavens/storage'
import { openBlockIndex } from '../intake/block-index.js'
import { readDeadLetters } from '../read-dead-letters.js'
import { serveHttpBlocks, type BlockAnswer } from './http-blocks.js'

let folder: string
let stores: Stores
let stop: AbortController
let close: () => Promise<void>

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heavens-http-'))
  stores = await openEmbeddedStores(folder)
  stop = new AbortController()
})
afterEach(async () => {
  await close()
  stop.abort()
  await stores.close()
  await rm(folder, { recursive: true, force: true })
})

async function serve(options: { token?: string; limit?: number } = {}): Promise<number> {
  const index = await openBlockIndex(stores.log, stop.signal)
  const server = await serveHttpBlocks({ log: stores.log, index, host: '127.0.0.1', port: 0, token: undefined, say: () => {}, ...options })
  close = () => server.close()
  return server.port
}

const good = { kind: 'events', source: 'n0', sequence: 0, start: 1, stop: 3, count: 2, late: false, columns: { time: [1, 2], channel: [1, 2], detector: [0, 0] } }
const bounds = { kind: 'ebounds', source: 'n0', sequence: 1, group: 0, from: 0, first: 0, eMin: [4, 5, 6], eMax: [5, 6, 7] }

function post(port: number, body: unknown, where = 'fermi-gbm', headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/ingest/${where}`, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
}

describe('POST /ingest/<instrument>', () => {
  it('accepts a block once, also after a restart, and the same number again in another run', async () => {
    let port = await serve()
    const answer = async (where?: string): Promise<BlockAnswer> => (await (await post(port, good, where)).json()) as BlockAnswer
    expect(await answer()).toEqual({ accepted: true, duplicate: false, source: 'n0', sequence: 0, rows: 2 })
    expect(await answer()).toMatchObject({ accepted: false, duplicate: true })
    await close()
    port = await serve()
    expect(await answer()).toMatchObject({ accepted: false, duplicate: true })
    expect(await answer('fermi-gbm?run=night-2')).toMatchObject({ accepted: true })
  })

  it.each<[string, unknown, number, string, string | undefined]>([
    ['no JSON', '{', 422, 'undecodable', undefined],
    ['a time that is no number', { ...good, columns: { ...good.columns, time: [1, null] } }, 422, 'undecodable', 'columns.time'],
    ['a time that says NaN', { ...good, columns: { ...good.columns, time: [1, 'NaN'] } }, 422, 'undecodable', 'columns.time'],
    ['times that do not ascend', { ...good, columns: { ...good.columns, time: [2, 1] } }, 422, 'undecodable', 'columns.time'],
    ['columns of other lengths', { ...good, columns: { ...good.columns, channel: [1] } }, 422, 'undecodable', 'columns.channel'],
    ['a missing column', { ...good, columns: { time: [1, 2], detector: [0, 0] } }, 422, 'undecodable', 'columns.channel'],
    ['a detector that is not there', { ...good, columns: { ...good.columns, detector: [0, 200] } }, 422, 'undecodable', 'columns.detector'],
    ['a channel that does not fit', { ...good, columns: { ...good.columns, channel: [1, 70_000] } }, 422, 'undecodable', 'columns.channel'],
    ['a channel without bounds', { ...good, columns: { ...good.columns, channel: [1, 3] } }, 422, 'undecodable', 'columns.channel'],
    ['no source', { ...good, source: '' }, 422, 'undecodable', 'source'],
    ['half a sequence', { ...good, sequence: 0.5 }, 422, 'undecodable', 'sequence'],
    ['a kind that nobody knows', { ...good, kind: 'letters' }, 422, 'undecodable', 'kind'],
    ['an Arrow stream that is cut short', '\u00ff\u00ff', 422, 'undecodable', undefined],
  ])('refuses %s with code and path, and keeps its bytes', async (_, body, status, code, where) => {
    const port = await serve()
    expect((await post(port, bounds)).status).toBe(200)
    const response = await post(port, body)
    const { error } = (await response.json()) as ErrorBody
    expect([response.status, error.code, error.path]).toEqual([status, code, where])
    const letters = []
    for await (const kept of readDeadLetters(stores.log)) letters.push(kept)
    expect(letters).toHaveLength(1)
    expect(new TextDecoder().decode(letters[0]!.bytes)).toBe(typeof body === 'string' ? body : JSON.stringify(body))
    expect(letters[0]!.letter).toMatchObject({ via: 'block', code, stream: { instrument: 'fermi-gbm', run: 'main' } })
    expect((await stores.log.bounds(TOPICS.raw)).next).toBe(1)
  })

  it('says what else is wrong: instrument, run, page, size, token', async () => {
    const port = await serve({ limit: 1000, token: 'secret' })
    const auth = { authorization: 'Bearer secret' }
    const status = async (...[body, where, headers]: [unknown, string?, Record<string, string>?]): Promise<number> => (await post(port, body, where, headers ?? auth)).status
    expect(await status(good, 'nothing')).toBe(404)
    expect(await status(good, 'fermi-gbm?run=..%2F')).toBe(400)
    expect(await status(good, 'fermi-gbm/more')).toBe(404)
    expect(await status(' '.repeat(1001))).toBe(413)
    expect(await status(good, 'fermi-gbm', {})).toBe(401)
    expect(await status(good, 'fermi-gbm', { authorization: 'Bearer other' })).toBe(401)
    expect(await status(good)).toBe(200)
    await expect(serveHttpBlocks({ log: stores.log, index: undefined as never, host: '0.0.0.0', port: 0, token: undefined, say: () => {} })).rejects.toMatchObject({ code: 'token-needed' })
  })
})
