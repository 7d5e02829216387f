import { openBlockIndex, serveHttpBlocks, servePackets, type PacketTable } from '@heavens/ingest'
import type { Log } from '@heavens/storage'
import type { RoleStart } from './messages.js'

export interface OutsideOptions {
  log: Log
  start: RoleStart['ingest']
  packets: PacketTable
  token: string | undefined
  signal: AbortSignal
  say(sentence: string): void
}

/** The servers that take telemetry from senders, until `signal` aborts or the log fails. Throws token-needed, port-busy, log-unreachable. */
export async function serveOutside(options: OutsideOptions): Promise<void> {
  const { log, start, packets, token, signal, say } = options
  const closing: (() => Promise<void>)[] = []
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  let fail: (error: unknown) => void = () => {}
  const failure = new Promise<never>((_, reject) => (fail = reject))
  failure.catch(() => undefined)
  try {
    if (start.http) {
      const index = await openBlockIndex(log, either)
      index.done.catch(fail)
      const server = await serveHttpBlocks({ log, index, ...start.http, token, say })
      closing.push(() => server.close())
      say(`blocks are taken at http://${start.http.host}:${server.port}/ingest/<instrument>`)
    }
    if (start.tcp) {
      const server = await servePackets({ log, packets, ...start.tcp, say, failed: fail })
      closing.push(() => server.close())
      say(`space packets are taken at ${start.tcp.host}:${server.port}: ${[...packets.apids].map(([apid, id]) => `APID ${apid} is ${id}`).join(', ')}`)
    }
    await Promise.race([failure, new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })])
  } finally {
    for (const close of closing) await close()
    stop.abort()
  }
}
