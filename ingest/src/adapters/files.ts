import { HeavensError, telemetryTopic, type DataItem, type StreamId } from '@heavens/schemas'
import { recogniseFile, type DecodedItem, type FileKind, type Instrument } from '@heavens/instruments'
import type { Stores } from '@heavens/storage'
import { closeSource, countDuplicates, countUndecodable, createAssembler, frontierOf, offer, openSource, release, type Assembler } from '../assemble.js'
import { isTimed } from '../lane.js'
import { publishItems } from '../publish.js'
import { lastWatermark, noteSource, resumePoint } from '../sources-ledger.js'
import { claimStream, type TakeStream } from './claim-stream.js'
import { openFile, reasonOf, type OpenedFile } from './open-file.js'

export interface RefusedFile {
  file: string
  code: string
  sentence: string
}

export interface AcceptedFile {
  file: string
  instrument: string
  run: string
  kind: FileKind
  /** rows read */
  rows: number
}

export interface FileProgress {
  file: string
  rows: number
}

export interface FileIngestOptions {
  stores: Stores
  /** data seconds per wall second; Infinity: as fast as it goes */
  speed: number
  /** name of the run that is opened where the data lie behind what `main` has already seen */
  runPrefix: string
  signal?: AbortSignal
  /** Have a stream for oneself; undefined while another has it. Absent: nobody else brings files in. */
  take?: TakeStream
  /** do not wait where another brings files into `main`: open a run for these */
  beside?: boolean
  onProgress?(progress: FileProgress): void
  onLog?(sentence: string): void
}

interface Feed {
  opened: OpenedFile
  kind: FileKind
  id: string
  items: AsyncIterator<DecodedItem>
  /** first item with times, and the preamble before it */
  ahead: DecodedItem[]
  rows: number
  repeated: boolean
}

/** Rows of one block at full speed; live and paced streams cut every second instead. */
const ROWS_PER_BLOCK = 8192
const ROWS_PER_READ = 1 << 20

/**
 * Bring files of any known instrument onto the log: recognise, decode, order, publish, ending each stream with a final
 * watermark. A file that cannot be used is answered with its reason; the others are still brought in.
 */
export async function ingestFiles(paths: readonly string[], options: FileIngestOptions): Promise<{ accepted: AcceptedFile[]; refused: RefusedFile[]; streams: StreamId[] }> {
  const refused: RefusedFile[] = []
  const byInstrument = new Map<Instrument, Feed[]>()
  for (const path of paths) {
    const opened = await openFile(path).catch((error: unknown) => void refused.push(refusal(path, error)))
    if (!opened) continue
    try {
      const { instrument, kind } = recogniseFile(opened.fits)
      const id = `file:${opened.sha256.slice(0, 16)}`
      const feeds = byInstrument.get(instrument) ?? []
      byInstrument.set(instrument, feeds)
      feeds.push({ opened, kind, id, items: undefined as never, ahead: [], rows: 0, repeated: feeds.some((f) => f.id === id) })
    } catch (error) {
      refused.push(refusal(path, error))
      await opened.close()
    }
  }
  const accepted: AcceptedFile[] = []
  const streams: StreamId[] = []
  await Promise.all(
    [...byInstrument].map(async ([instrument, feeds]) => {
      const outcome = await ingestFeeds(instrument, feeds.sort((a, b) => a.id.localeCompare(b.id)), options)
      accepted.push(...outcome.accepted)
      refused.push(...outcome.refused)
      if (outcome.stream) streams.push(outcome.stream)
    }),
  )
  return { accepted, refused, streams }
}

async function ingestFeeds(instrument: Instrument, feeds: Feed[], options: FileIngestOptions): Promise<{ accepted: AcceptedFile[]; refused: RefusedFile[]; stream?: StreamId }> {
  const { log } = options.stores
  const refused: RefusedFile[] = []
  const undecodable: { feed: Feed; rows: number }[] = []
  const started: Feed[] = []
  for (const feed of feeds) {
    const context = {
      rows: ROWS_PER_READ,
      undecodable: (rows: number, reason: string) => {
        undecodable.push({ feed, rows })
        options.onLog?.(`${feed.opened.name}: ${rows} rows cannot be used: ${reason}`)
      },
      keep: (_name: string, bytes: Uint8Array) => options.stores.products.put(bytes),
    }
    feed.items = instrument.decode(feed.opened.fits, feed.kind, context)[Symbol.asyncIterator]()
    try {
      for (;;) {
        const { value, done } = await feed.items.next()
        if (done) break
        feed.ahead.push(value)
        if (isTimed(value) && value.count > 0) break
      }
      started.push(feed)
    } catch (error) {
      if (isPassing(error)) throw error
      refused.push(refusal(feed.opened.path, error))
      await feed.opened.close()
    }
  }
  if (started.length === 0) return { accepted: [], refused }
  const { stream, known, claim } = await claimStream(instrument.descriptor.id, started, options)
  const topic = telemetryTopic(stream)
  const signal = AbortSignal.any([...(options.signal ? [options.signal] : []), ...(claim ? [claim.lost] : [])])
  try {
    const assembler = createAssembler(instrument.descriptor, {
      rowsPerBlock: options.speed === Infinity ? ROWS_PER_BLOCK : 1,
      released: (await lastWatermark(log, stream))?.time,
    })
    const { next } = await log.bounds(topic)
    for (const feed of started) {
      const before = known.find((k) => k.topic === topic && k.source === feed.id)
      if (before?.complete) feed.repeated = true
      const resumed = before && !before.complete ? await resumePoint(log, stream, feed.id, before.from) : undefined
      // What an interrupted source has told before its first row it does not tell again.
      if (resumed && resumed.sequence > 0) for (const entry of undecodable) if (entry.feed === feed) entry.rows = 0
      if (!feed.repeated) {
        openSource(assembler, feed.id, resumed)
        if (!before) await noteSource(log, { topic, source: feed.id, name: feed.opened.name, from: next, rows: 0, complete: false })
      }
    }
    const pace = createPace(options.speed, signal)
    const flush = async (): Promise<void> => {
      for (const { rows } of undecodable.splice(0)) countUndecodable(assembler, rows)
      for (;;) {
        const items = release(assembler)
        if (items.length === 0) return
        await pace(items)
        // What is not published yet is read again by whoever goes on: the end must not wait for the pace of all that was decoded.
        if (signal.aborted) return
        // A paced file plays the part of telemetry: what it has not let go yet has not come.
        const letGo = Date.now()
        await publishItems(log, stream, items, (item) => (options.speed === Infinity ? assembler.received.get(item) : letGo))
      }
    }
    const open = new Set(started)
    for (const feed of started) for (const item of feed.ahead.splice(0)) take(assembler, feed, item, options)
    while (open.size > 0 && !signal.aborted) {
      // The source that is furthest behind holds the watermark: read from it next.
      const feed = [...open].reduce((a, b) => (reach(assembler, b) < reach(assembler, a) ? b : a))
      try {
        const { value, done } = await feed.items.next()
        if (done) open.delete(feed)
        else take(assembler, feed, value, options)
      } catch (error) {
        if (isPassing(error)) throw error
        // What was read before the damage stays: it is on its way already.
        refused.push(refusal(feed.opened.path, error))
        open.delete(feed)
      }
      if (!open.has(feed)) {
        if (!feed.repeated) closeSource(assembler, feed.id)
        await feed.opened.close()
      }
      await flush()
      // Appending may not leave the thread: let messages in, such as the one that asks to stop.
      await new Promise((resolve) => setImmediate(resolve))
    }
    await flush()
    if (options.signal?.aborted) throw new HeavensError('cancelled')
    if (signal.aborted) throw new HeavensError('claim-lost', { unit: topic, reason: 'it was not renewed in time' })
    if (Number.isFinite(assembler.released)) await publishItems(log, stream, [{ kind: 'watermark', time: assembler.released, final: true }])
    for (const feed of started) if (!feed.repeated) await noteSource(log, { topic, source: feed.id, name: feed.opened.name, from: next, rows: feed.rows, complete: true })
    const damaged = new Set(refused.map((r) => r.file))
    const accepted = started.filter((f) => !damaged.has(f.opened.path)).map((f) => ({ file: f.opened.path, instrument: stream.instrument, run: stream.run, kind: f.kind, rows: f.rows }))
    return { accepted, refused, stream }
  } finally {
    await claim?.release()
  }
}

function take(assembler: Assembler, feed: Feed, item: DecodedItem, options: FileIngestOptions): void {
  if (isTimed(item)) {
    feed.rows += item.count
    options.onProgress?.({ file: feed.opened.name, rows: feed.rows })
  }
  if (!feed.repeated) offer(assembler, feed.id, item, Date.now())
  else if (isTimed(item) && item.kind !== 'pointing') countDuplicates(assembler, item.count)
}

function reach(assembler: Assembler, feed: Feed): number {
  return feed.repeated ? -Infinity : frontierOf(assembler, feed.id)
}

/** Waits until `speed` data seconds a wall second allow the items to be published. */
function createPace(speed: number, signal: AbortSignal | undefined): (items: readonly { kind: string }[]) => Promise<void> {
  let dataStart: number | undefined
  let wallStart = 0
  return async (items) => {
    if (speed === Infinity) return
    const last = items.at(-1) as DataItem | { kind: 'watermark'; time: number }
    if (last.kind !== 'watermark') return
    if (dataStart === undefined) {
      dataStart = last.time
      wallStart = performance.now()
      return
    }
    if (signal?.aborted) return
    const wait = ((last.time - dataStart) / speed) * 1000 - (performance.now() - wallStart)
    if (wait > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, wait)
        function done(): void {
          clearTimeout(timer)
          signal?.removeEventListener('abort', done)
          resolve()
        }
        signal?.addEventListener('abort', done)
      })
    }
  }
}

/** A full disk or a server that is away is no fault of the file: it must not be taken for read. */
function isPassing(error: unknown): boolean {
  return error instanceof HeavensError && error.status > 500
}

function refusal(file: string, error: unknown): RefusedFile {
  if (error instanceof HeavensError) return { file, code: error.code, sentence: error.message }
  return { file, code: 'internal', sentence: reasonOf(error) }
}
