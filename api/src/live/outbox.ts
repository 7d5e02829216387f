import { CHANNELS, HeavensError } from '@heavens/schemas'
import type { Channel, ServerMessage } from '@heavens/schemas'
import type { WebSocket } from 'ws'
import type { Metrics } from '../metrics.js'

/** Close code for a client too slow for a lossless channel: it may come back with `since`. */
export const TOO_SLOW = 4008

export interface OutboxLimits {
  /** messages of lossless channels that may wait */
  lossless: number
  /** bytes in the socket's buffer above which nothing more is given to it */
  buffered: number
}

/**
 * What waits for one client. There is one bounded queue: control and lossless messages in their order; for `latest` channels
 * one message a key, the newest; for `decimated` channels nothing waits, who finds the socket full skips and counts.
 */
export interface Outbox {
  /** Never dropped: answers to the client and records of lossless channels. When too many wait, the client is disconnected. `written` is called when the message goes to the socket. */
  send(message: ServerMessage, written?: () => void): void
  /** Replaces what waits under the same key. `make` is called when the socket has room. */
  latest(channel: Channel, key: string, make: () => Uint8Array | ServerMessage): void
  /** Resolves when a decimated message may be sent; never when the client is gone. */
  whenRoom(): Promise<void>
  /** Send a decimated message if there is room, else count it (as `count`, 1 when absent) as lost; answers whether it was sent. */
  offer(channel: Channel, bytes: Uint8Array, count?: number): boolean
  /** Messages that were dropped or merged before they came here. */
  lose(channel: Channel, count: number): void
  close(): void
}

/** A queue in front of one socket. */
export function createOutbox(socket: WebSocket, limits: OutboxLimits, metrics: Metrics): Outbox {
  const queue: { message: ServerMessage; written: (() => void) | undefined }[] = []
  const newest = new Map<string, { channel: Channel; make: () => Uint8Array | ServerMessage }>()
  const lost = new Map<Channel, number>()
  let head = 0
  let closed = false
  let waiting: (() => void)[] = []

  const room = (): boolean => !closed && socket.readyState === socket.OPEN && socket.bufferedAmount < limits.buffered
  const idle = (): boolean => room() && head === queue.length && newest.size === 0

  function write(data: Uint8Array | ServerMessage, channel: string): void {
    metrics.count('heavens_live_messages_total', { channel })
    // The callback comes when the system has taken the bytes: only then is there news about the room.
    socket.send(data instanceof Uint8Array ? data : JSON.stringify(data), () => drain())
  }

  function tellLost(channel: Channel): void {
    const count = lost.get(channel)
    if (count === undefined) return
    lost.delete(channel)
    write({ type: 'lost', channel, count }, channel)
  }

  function drain(): void {
    if (closed) return
    while (head < queue.length && room()) {
      const { message, written } = queue[head++]!
      write(message, 'channel' in message ? message.channel : 'control')
      written?.()
    }
    if (head > 1000 || head === queue.length) { queue.splice(0, head); head = 0 }
    while (head === queue.length && newest.size && room()) {
      const [key, { channel, make }] = newest.entries().next().value!
      newest.delete(key)
      tellLost(channel)
      write(make(), channel)
    }
    if (!idle()) return
    for (const channel of lost.keys()) tellLost(channel)
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  function lose(channel: Channel, count: number): void {
    if (CHANNELS[channel] === 'lossless') throw new HeavensError('internal', { reason: `${channel} must not lose anything` })
    lost.set(channel, (lost.get(channel) ?? 0) + count)
    metrics.count('heavens_live_lost_messages_total', { channel }, count)
  }

  function empty(): void {
    closed = true
    queue.length = 0
    newest.clear()
    waiting = []
  }

  return {
    send(message, written) {
      if (closed) return
      queue.push({ message, written })
      if (queue.length - head > limits.lossless) {
        empty()
        metrics.count('heavens_live_disconnected_slow_total')
        return socket.close(TOO_SLOW, 'too slow: subscribe again with since')
      }
      drain()
    },
    latest(channel, key, make) {
      if (closed) return
      const place = `${channel} ${key}`
      if (newest.has(place)) lose(channel, 1)
      newest.set(place, { channel, make })
      drain()
    },
    whenRoom: () => (idle() ? Promise.resolve() : new Promise((resolve) => { waiting.push(resolve) })),
    offer(channel, bytes, count = 1) {
      if (!idle()) { lose(channel, count); return false }
      tellLost(channel)
      write(bytes, channel)
      return true
    },
    lose,
    close: empty,
  }
}
