import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type LiveHandlers, backoff, connectLive } from './live-client.js'

/** A socket that is opened, spoken to and closed by hand. */
class HandSocket {
  static readonly OPEN = 1
  static all: HandSocket[] = []
  readyState = 0
  binaryType = ''
  sent: unknown[] = []
  onopen: () => void = () => {}
  onmessage: (e: { data: unknown }) => void = () => {}
  onclose: () => void = () => {}
  constructor(readonly url: string) { HandSocket.all.push(this) }
  send(text: string): void { this.sent.push(JSON.parse(text)) }
  close(): void { this.readyState = 3; this.onclose() }
  open(): void { this.readyState = 1; this.onopen() }
  say(message: unknown): void { this.onmessage({ data: JSON.stringify(message) }) }
}

beforeEach(() => {
  vi.useFakeTimers()
  HandSocket.all = []
  vi.stubGlobal('WebSocket', HandSocket)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const handlers = (): LiveHandlers => ({ text: vi.fn<LiveHandlers['text']>(), frame: vi.fn<LiveHandlers['frame']>(), phase: vi.fn<LiveHandlers['phase']>(), fault: vi.fn<LiveHandlers['fault']>() })
const subscriptions = (socket: HandSocket): unknown[] => socket.sent.filter((m) => (m as { type: string }).type !== 'ping')

it('subscribes when open, and resumes after the last seq when the connection was lost', () => {
  const h = handlers()
  const client = connectLive('ws://here/live', 'heavens.v1', h)
  client.subscribe('candidates', { channel: 'candidates' })
  client.subscribe('map', { channel: 'images', filter: { instrument: 'a' } })
  const first = HandSocket.all[0]!
  first.open()
  expect(subscriptions(first)).toEqual([{ type: 'subscribe', channel: 'candidates' }, { type: 'subscribe', channel: 'images', filter: { instrument: 'a' } }])
  first.say({ type: 'record', channel: 'candidates', seq: 41, item: {} })
  first.close()
  expect(h.phase).toHaveBeenLastCalledWith('closed', expect.any(Number))
  vi.advanceTimersByTime(600)
  const second = HandSocket.all[1]!
  second.open()
  expect(subscriptions(second)[0]).toEqual({ type: 'subscribe', channel: 'candidates', since: 41 })
  expect(subscriptions(second)[1]).toEqual({ type: 'subscribe', channel: 'images', filter: { instrument: 'a' } })
  client.close()
})

it('changes a subscription by ending the old one, and does not repeat the same one', () => {
  const client = connectLive('ws://here/live', 'heavens.v1', handlers())
  const socket = HandSocket.all[0]!
  socket.open()
  client.subscribe('row', { channel: 'curves', filter: { width: 1 } })
  client.subscribe('row', { channel: 'curves', filter: { width: 1 } })
  client.subscribe('row', { channel: 'curves', filter: { width: 2 } })
  client.subscribe('row', null)
  expect(subscriptions(socket).map((m) => (m as { type: string }).type)).toEqual(['subscribe', 'unsubscribe', 'subscribe', 'unsubscribe'])
  client.close()
})

it('tells of a message that cannot be read, and goes on', () => {
  const h = handlers()
  const client = connectLive('ws://here/live', 'heavens.v1', h)
  const socket = HandSocket.all[0]!
  socket.open()
  socket.onmessage({ data: '{' })
  socket.onmessage({ data: new ArrayBuffer(3) })
  expect(h.fault).toHaveBeenCalledTimes(2)
  socket.say({ type: 'pong', at: 1, time: 2 })
  expect(h.text).toHaveBeenCalledTimes(1)
  client.close()
})

it('gives up a server that has been silent for long', () => {
  const h = handlers()
  const client = connectLive('ws://here/live', 'heavens.v1', h)
  HandSocket.all[0]!.open()
  vi.advanceTimersByTime(21_000)
  expect(h.phase).toHaveBeenCalledWith('closed', expect.any(Number))
  client.close()
  vi.advanceTimersByTime(60_000)
})

it('waits longer after each failure, up to a quarter of a minute', () => {
  expect([0, 1, 2, 9].map((n) => backoff(n, 0))).toEqual([500, 1000, 2000, 15_000])
  expect(backoff(9, 1)).toBeCloseTo(10_000)
})
