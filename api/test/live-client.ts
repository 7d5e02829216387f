import { LIVE_PROTOCOL, decodeFrame } from '@heavens/schemas'
import type { BinaryHeader, ClientMessage, Frame, ServerMessage } from '@heavens/schemas'
import WebSocket from 'ws'
import type { ClientOptions } from 'ws'

type Text<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

/** A client as a test wants it: everything that came, and waiting for what should come. */
export interface LiveClient {
  socket: WebSocket
  texts: ServerMessage[]
  frames: Frame<BinaryHeader>[]
  closed: Promise<{ code: number; reason: string }>
  send(message: ClientMessage | string | Uint8Array): void
  /** The first message from `texts` on that fits and was not taken yet. */
  take<T extends ServerMessage['type']>(type: T, fits?: (message: Text<T>) => boolean): Promise<Text<T>>
  takeFrame(fits?: (header: BinaryHeader) => boolean): Promise<Frame<BinaryHeader>>
  close(): void
}

/** Connect to /live; rejects with the HTTP status where the upgrade is refused. */
export async function connect(url: string, options: ClientOptions & { query?: string; protocol?: string | string[] } = {}): Promise<LiveClient> {
  const { query = '', protocol = LIVE_PROTOCOL, ...rest } = options
  const socket = new WebSocket(url.replace(/^http/, 'ws') + '/live' + query, protocol, rest)
  const texts: ServerMessage[] = []
  const frames: Frame<BinaryHeader>[] = []
  const looking = new Set<() => void>()
  socket.on('message', (data: Buffer, binary) => {
    if (binary) frames.push(decodeFrame<BinaryHeader>(new Uint8Array(data)))
    else texts.push(JSON.parse(data.toString()) as ServerMessage)
    for (const look of looking) look()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })))
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('unexpected-response', (_request, response) => { reject(new Error(`refused with ${response.statusCode}`)); socket.terminate() })
    socket.once('error', reject)
  })

  /** Wait until `find` has something. */
  function until<R>(find: () => R | undefined, what: () => string): Promise<R> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => { looking.delete(look); reject(new Error(`nothing came: ${what()}`)) }, 5000)
      const look = (): void => {
        const found = find()
        if (found === undefined) return
        clearTimeout(timer)
        looking.delete(look)
        resolve(found)
      }
      looking.add(look)
      look()
    })
  }
  const taken = new Set<unknown>()
  const takeFrom = <R>(list: readonly R[], fits: (r: R) => boolean): R | undefined => {
    const found = list.find((r) => !taken.has(r) && fits(r))
    if (found !== undefined) taken.add(found)
    return found
  }
  return {
    socket, texts, frames, closed,
    send(message) { socket.send(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message)) },
    take: <T extends ServerMessage['type']>(type: T, fits: (message: Text<T>) => boolean = () => true) =>
      until(() => takeFrom(texts, (m) => m.type === type && fits(m as Text<T>)) as Text<T> | undefined, () => `${type} among ${texts.length}: ${JSON.stringify(texts.at(-1))}`),
    takeFrame: (fits = () => true) => until(() => takeFrom(frames, ({ header }) => fits(header)), () => `frame among ${frames.length}`),
    close() { socket.close() },
  }
}
