import { createServer, type AddressInfo, type Socket } from 'node:net'
import { HeavensError } from '@heavens/schemas'
import type { Log } from '@heavens/storage'
import { keepDeadLetter } from '../dead-letters.js'
import type { PacketTable } from '../intake/follow-raw.js'
import { appendPackets } from '../intake/raw-record.js'
import { createPacketReader, readPackets } from './space-packets.js'

export interface PacketServerOptions {
  log: Log
  packets: PacketTable
  host: string
  port: number
  say(sentence: string): void
  failed(error: unknown): void
}

export interface PacketCounters {
  packets: number
  bytes: number
  /** bytes that belonged to no packet */
  garbage: number
}

/** Garbage that is kept of one connection [bytes]; of more only the number is told. */
const MOST_GARBAGE = 1 << 20

/**
 * Take space packets from TCP connections and put them on `heavens.raw` as they came. Nothing is read from a socket while what it sent
 * before is on its way to the log, so that memory stays bounded and the sender feels how fast the log is. Throws port-busy.
 */
export async function servePackets(options: PacketServerOptions): Promise<{ port: number; counters: PacketCounters; close(): Promise<void> }> {
  const { host, port } = options
  const counters: PacketCounters = { packets: 0, bytes: 0, garbage: 0 }
  const open = new Map<Socket, Promise<void>>()
  const server = createServer((socket) => {
    const task = receive(socket, options, counters).catch((error: unknown) => {
      socket.destroy()
      options.failed(error)
    }).finally(() => open.delete(socket))
    open.set(socket, task)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new HeavensError('port-busy', { port, host }, { cause: error }) : error))
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    counters,
    async close() {
      server.close()
      for (const socket of open.keys()) socket.destroy()
      await Promise.all(open.values())
    },
  }
}

async function receive(socket: Socket, options: PacketServerOptions, counters: PacketCounters): Promise<void> {
  const { log, packets: { apids, secondary } } = options
  const from = `tcp ${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`
  const reader = createPacketReader(apids.keys(), secondary)
  let dropped = 0
  const take = async (chunk: Uint8Array, end: boolean): Promise<void> => {
    const received = Date.now()
    const { packets, garbage, resynchronised } = readPackets(reader, chunk, end)
    // Awaited before the next chunk is read: the stream is paused meanwhile.
    await appendPackets(log, packets, resynchronised, received)
    counters.packets += packets.length
    counters.bytes += chunk.length
    for (const bytes of garbage) {
      dropped += bytes.length
      counters.garbage += bytes.length
      if (dropped > MOST_GARBAGE) continue
      const error = new HeavensError('undecodable', { instrument: from, reason: `${bytes.length} bytes are no space packet of a known APID` })
      await keepDeadLetter(log, { via: 'packets', file: from, code: error.code, sentence: error.message, size: bytes.length, received: new Date().toISOString() }, bytes)
    }
  }
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) await take(chunk, false)
  } catch (error) {
    if (error instanceof HeavensError) throw error
    options.say(`${from}: the connection broke (${error instanceof Error ? error.message : String(error)})`)
  }
  await take(new Uint8Array(0), true)
  if (dropped > 0) options.say(`${from}: ${dropped} bytes belonged to no packet`)
}
