import { setTimeout as sleep } from 'node:timers/promises'
import { encodeFrame, streamOfTopic } from '@heavens/schemas'
import type { BinaryHeader, EventBlock, StreamId } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import { readLogged } from '@heavens/storage'
import type { Log } from '@heavens/storage'

/** Most photons in one message; of more, evenly spaced ones are kept. */
const LARGEST = 2000
/** Least time between two messages of one stream [ms]. */
const PACE = 200
/** How often new streams are looked for [ms]. */
const LOOK = 2000

/** New photons of one stream, ready for the wire. */
export interface PhotonBatch {
  stream: StreamId
  frame: Uint8Array
  /** photons in the frame, and those left out of it */
  sent: number
  skipped: number
}

/** The ends of all telemetry topics whose photons have directions; read only while someone listens. */
export interface PhotonTail {
  subscribe(listener: (batch: PhotonBatch) => void): () => void
}

export interface PhotonTailOptions {
  log: Log
  instruments: readonly Instrument[]
  simulated(stream: StreamId): boolean
  signal: AbortSignal
  failed(error: unknown): void
}

/** One tail for all clients: each block is decoded, thinned and encoded once. */
export function createPhotonTail(options: PhotonTailOptions): PhotonTail {
  const { log } = options
  const directed = new Set(options.instruments.filter(({ descriptor: d }) => d.columns.includes('ra') && d.columns.includes('dec')).map((i) => i.descriptor.id))
  const listeners = new Set<(batch: PhotonBatch) => void>()
  let reading: AbortController | undefined
  let seq = 0

  async function follow(topic: string, stream: StreamId, from: number, signal: AbortSignal): Promise<void> {
    let waiting: EventBlock[] = []
    let timer: NodeJS.Timeout | undefined
    const flush = (): void => {
      timer = undefined
      const blocks = waiting
      waiting = []
      if (signal.aborted) return
      const batch = photonBatch(stream, blocks, options.simulated(stream), ++seq)
      if (batch !== undefined) for (const listener of listeners) listener(batch)
    }
    for await (const { records } of log.read(topic, 0, from, { signal })) {
      for (const record of records) {
        const item = readLogged(record.value)
        if (item.kind === 'events') waiting.push(item)
      }
      if (waiting.length) timer ??= setTimeout(flush, PACE)
    }
    clearTimeout(timer)
  }

  async function look(signal: AbortSignal): Promise<void> {
    const followed = new Set<string>()
    for (let first = true; !signal.aborted; first = false) {
      for (const topic of await log.topics()) {
        const stream = streamOfTopic(topic)
        if (stream === undefined || followed.has(topic) || !directed.has(stream.instrument)) continue
        followed.add(topic)
        // A topic that was there before holds old photons; of one that appears meanwhile all are new.
        const bounds = await log.bounds(topic)
        follow(topic, stream, first ? bounds.next : bounds.first, signal).catch((error: unknown) => {
          followed.delete(topic)
          if (!signal.aborted) options.failed(error)
        })
      }
      await sleep(LOOK, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      if (reading === undefined) {
        reading = new AbortController()
        const signal = AbortSignal.any([reading.signal, options.signal])
        look(signal).catch((error: unknown) => { if (!signal.aborted) options.failed(error) })
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) { reading?.abort(); reading = undefined }
      }
    },
  }
}

/** One frame of at most LARGEST photons out of several blocks; undefined when no block has directions. */
export function photonBatch(stream: StreamId, blocks: readonly EventBlock[], simulated: boolean, seq: number): PhotonBatch | undefined {
  const usable = blocks.filter(({ columns, count }) => count > 0 && columns.ra !== undefined && columns.dec !== undefined)
  const total = usable.reduce((n, { count }) => n + count, 0)
  if (total === 0) return undefined
  const sent = Math.min(total, LARGEST)
  const time = new Float64Array(sent)
  const [ra, dec, energy] = [new Float32Array(sent), new Float32Array(sent), new Float32Array(sent)]
  let block = 0
  let before = 0
  for (let i = 0; i < sent; i++) {
    const wanted = Math.floor((i * total) / sent)
    while (wanted >= before + usable[block]!.count) before += usable[block++]!.count
    const { columns } = usable[block]!
    const row = wanted - before
    time[i] = columns.time[row]!
    ra[i] = columns.ra![row]!
    dec[i] = columns.dec![row]!
    energy[i] = columns.energy?.[row] ?? NaN
  }
  const header: BinaryHeader = { channel: 'photons', seq, ...stream, simulated }
  return { stream, frame: encodeFrame(header, { time, ra, dec, energy }), sent, skipped: total - sent }
}
