import { decodeFrame } from '@heavens/schemas'
import type { BinaryHeader, ClientMessage, Frame, ServerMessage } from '@heavens/schemas'

export interface Subscription {
  channel: string
  filter?: Record<string, string | number>
}

export interface LiveHandlers {
  text(message: ServerMessage): void
  frame(frame: Frame<BinaryHeader>): void
  /** The connection came up, went down, or will be tried again after `retryIn` ms. */
  phase(phase: 'connecting' | 'open' | 'closed', retryIn: number | null): void
  fault(error: unknown): void
}

export interface LiveClient {
  /** Replace what is subscribed under a name of the caller's (`map`, `row 1`…); null ends it. Kept over reconnects. */
  subscribe(name: string, subscription: Subscription | null): void
  /** Try now instead of waiting. */
  retry(): void
  close(): void
}

const PING_EVERY = 5000
/** A server that has said nothing for this long is gone, even if the socket does not know [ms]. */
const SILENCE = 15_000

/** Delay before attempt n (0, 1, …): 0.5 s doubling to 15 s, less up to a third so that clients do not come all at once [ms]. */
export function backoff(attempt: number, random: number): number {
  return Math.min(15_000, 500 * 2 ** attempt) * (1 - random / 3)
}

/** Keeps one WebSocket to /live open, asks again for what was subscribed, and resumes each channel after the last `seq` it saw. */
export function connectLive(url: string, protocol: string, handlers: LiveHandlers): LiveClient {
  const wanted = new Map<string, Subscription>()
  const seqs = new Map<string, number>()
  let socket: WebSocket | null = null
  let attempt = 0
  let heardAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const open = (): boolean => socket?.readyState === WebSocket.OPEN
  const send = (message: ClientMessage): void => { if (open()) socket!.send(JSON.stringify(message)) }

  function ask(subscription: Subscription): void {
    const since = RESUMABLE.has(subscription.channel) ? seqs.get(subscription.channel) : undefined
    send({ type: 'subscribe', channel: subscription.channel, ...(since === undefined ? {} : { since }), ...(subscription.filter ? { filter: subscription.filter } : {}) })
  }

  function connect(): void {
    if (closed) return
    clearTimeout(timer)
    handlers.phase('connecting', null)
    const mine = new WebSocket(url, protocol)
    socket = mine
    mine.binaryType = 'arraybuffer'
    heardAt = performance.now()
    mine.onopen = () => {
      attempt = 0
      handlers.phase('open', null)
      for (const subscription of wanted.values()) ask(subscription)
      send({ type: 'ping', at: performance.now() })
    }
    mine.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== mine) return
      heardAt = performance.now()
      try {
        receive(event.data)
      } catch (error) {
        handlers.fault(error)
      }
    }
    mine.onclose = () => {
      if (socket !== mine || closed) return
      socket = null
      const wait = backoff(attempt++, Math.random())
      handlers.phase('closed', wait)
      timer = setTimeout(connect, wait)
    }
  }

  function receive(data: string | ArrayBuffer): void {
    if (typeof data !== 'string') {
      const frame = decodeFrame<BinaryHeader>(new Uint8Array(data))
      return handlers.frame(frame)
    }
    const message = JSON.parse(data) as ServerMessage
    if ('channel' in message && 'seq' in message) seqs.set(message.channel, message.seq)
    handlers.text(message)
  }

  const pulse = setInterval(() => {
    if (!open()) return
    if (performance.now() - heardAt > SILENCE) socket!.close()
    else send({ type: 'ping', at: performance.now() })
  }, PING_EVERY)
  connect()

  return {
    subscribe(name, subscription) {
      const before = wanted.get(name)
      if (JSON.stringify(before) === JSON.stringify(subscription ?? undefined)) return
      if (before) send({ type: 'unsubscribe', channel: before.channel, ...(before.filter ? { filter: before.filter } : {}) })
      wanted.delete(name)
      if (!subscription) return
      wanted.set(name, subscription)
      ask(subscription)
    },
    retry() {
      if (socket === null) connect()
    },
    close() {
      closed = true
      clearTimeout(timer)
      clearInterval(pulse)
      socket?.close()
    },
  }
}

/** Channels whose state the page keeps over a reconnect, so that what changed meanwhile is enough. */
const RESUMABLE: ReadonlySet<string> = new Set(['candidates', 'jobs'])
