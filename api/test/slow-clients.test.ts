import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { candidateExample } from '@heavens/schemas'
import type { ServerMessage } from '@heavens/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket as Socket, WebSocketServer } from 'ws'
import { createOutbox } from '../src/live/outbox.js'
import type { Outbox } from '../src/live/outbox.js'
import { createMetrics } from '../src/metrics.js'
import type { Metrics } from '../src/metrics.js'

/** A real socket pair; the client can stop reading, so that the server's side fills up. */
async function openPair(): Promise<{ served: Socket; client: Socket; texts: ServerMessage[]; binary: Uint8Array[]; close(): Promise<void> }> {
  const http = createServer()
  const wss = new WebSocketServer({ server: http })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const arrived = new Promise<Socket>((resolve) => wss.once('connection', resolve))
  const client = new Socket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
  const texts: ServerMessage[] = []
  const binary: Uint8Array[] = []
  client.on('message', (data: Buffer, isBinary) => { if (isBinary) binary.push(new Uint8Array(data)); else texts.push(JSON.parse(data.toString()) as ServerMessage) })
  const opened = new Promise((resolve) => client.once('open', resolve))
  const served = await arrived
  await opened
  return { served, client, texts, binary, close: () => new Promise((resolve) => { client.terminate(); served.terminate(); wss.close(); http.close(() => resolve()) }) }
}

let pair: Awaited<ReturnType<typeof openPair>>
let metrics: Metrics
let outbox: Outbox
beforeEach(async () => {
  pair = await openPair()
  metrics = createMetrics()
  outbox = createOutbox(pair.served, { lossless: 100, buffered: 1 << 16 }, metrics)
})
afterEach(() => pair.close())

const record = (seq: number): ServerMessage => ({ type: 'record', channel: 'candidates', seq, item: { ...candidateExample, reasons: ['x'.repeat(10_000)] } })
/** Stop the client from reading and fill the socket until the outbox has no room. */
async function fill(): Promise<void> {
  pair.client.pause()
  const big = new Uint8Array(1 << 20)
  // The buffers of the system take some megabytes first.
  for (let refused = 0; refused < 5;) {
    refused = outbox.offer('curves', big) ? 0 : refused + 1
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('a slow client', () => {
  it('gets every lossless record, in order, when it reads again', async () => {
    await fill()
    for (let seq = 1; seq <= 100; seq++) outbox.send(record(seq))
    pair.client.resume()
    await expect.poll(() => pair.texts.filter((m) => m.type === 'record').length, { timeout: 10_000 }).toBe(100)
    expect(pair.texts.flatMap((m) => (m.type === 'record' ? [m.seq] : []))).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  })
  it('is disconnected with 4008 rather than robbed of a record', async () => {
    await fill()
    for (let seq = 1; seq <= 101; seq++) outbox.send(record(seq))
    const closed = new Promise<number>((resolve) => pair.client.on('close', resolve))
    pair.client.resume()
    expect(await closed).toBe(4008)
    expect(metrics.text({ health: { entries: () => [] }, candidates: { entries: () => [] } } as never)).toContain('heavens_live_disconnected_slow_total 1\n')
  })
  it('gets only the newest of each key of the latest class, and is told how many it missed', async () => {
    await fill()
    const before = pair.binary.length
    for (let i = 1; i <= 50; i++) for (const key of ['a', 'b']) outbox.latest('images', key, () => Uint8Array.of(key.charCodeAt(0), i))
    pair.client.resume()
    await expect.poll(() => pair.binary.filter(({ length }) => length === 2).map((b) => [...b]), { timeout: 10_000 }).toEqual([[97, 50], [98, 50]])
    expect(pair.binary.length).toBeGreaterThan(before)
    expect(pair.texts.filter((m) => m.type === 'lost' && m.channel === 'images')).toEqual([{ type: 'lost', channel: 'images', count: 98 }])
  })
  it('misses decimated messages, and is told how many', async () => {
    await fill()
    for (let i = 0; i < 9; i++) expect(outbox.offer('photons', Uint8Array.of(1), 10)).toBe(false)
    let room = false
    void outbox.whenRoom().then(() => { room = true })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(room).toBe(false)
    pair.client.resume()
    await expect.poll(() => room, { timeout: 10_000 }).toBe(true)
    await expect.poll(() => pair.texts.filter((m) => m.type === 'lost' && m.channel === 'photons')).toEqual([{ type: 'lost', channel: 'photons', count: 90 }])
    expect(outbox.offer('photons', Uint8Array.of(2))).toBe(true)
  })
  it('never loses what must not be lost', () => {
    expect(() => outbox.lose('candidates', 1)).toThrow('must not lose')
  })
})
