import { Subject } from 'rxjs'
import { telemetryTopic, TOPICS, type StreamHealth, type StreamId } from '@heavens/schemas'
import { createHistogram, observe } from '@heavens/science/statistics'
import { unixFromTt } from '@heavens/science/time'
import type { Instrument } from '@heavens/instruments'
import { readLogged, type LogBatch, type Stores } from '@heavens/storage'
import { bandTotals } from '../processors/bin-light-curves.js'
import { forgetLate } from '../processors/forget-late.js'
import { healthRecord } from '../processors/measure-health.js'
import { collect, createOutbox, curveEntries, openEntries, type Outbox } from './outbox.js'
import { createLatencyLedger, noteBlock, stagesOf } from './latency-ledger.js'
import { processItems } from './process-items.js'
import { ALL_BANDS, createRenderer, renderImage, type ImageRenderer } from './render-images.js'
import { rerunTrigger } from './rerun-trigger.js'
import { reviseBins } from './revise-bins.js'
import { keepUnreadable } from './keep-unreadable.js'
import { loadSnapshot, storeSnapshot } from './snapshot-slots.js'
import { captureState, createStreamState, type StreamState } from './stream-state.js'

export interface RunStreamOptions {
  stores: Stores
  instrument: Instrument
  stream: StreamId
  signal?: AbortSignal
  /** false: stop at the end of the log as it is */
  follow: boolean
  /** wall milliseconds, for how often images, health and snapshots are written; never seen by the processors */
  clock(): number
  log(sentence: string): void
  /** called before each write; throws claim-lost when the stream is another process's by now */
  guard?(): void
  /** called at the beginning and after each batch: the next offset to be read, and the end of the log as it was */
  onBatch?(offset: number, end: number): void
  /** called after each snapshot with the time for which the stream stood still [s] */
  onPause?(seconds: number): void
}

/** Wall milliseconds between two publications. */
const EVERY = { health: 1000, images: 2000, bands: 20_000, snapshot: 60_000, archive: 10_000 }
/**
 * A snapshot is also made after so much work, whichever comes first: rows of data, and milliseconds spent on them. What has been done since the last
 * snapshot is done again after a crash; that must not take longer than some seconds, also where a fast replay went on before it.
 */
const WORK = { rows: 2_000_000, busy: 2000 }
/** Images are not drawn while catching up unless this much wall time has passed [ms]. */
const IMAGES_BEHIND = 5000

const text = new TextEncoder()

/**
 * Process one run of one instrument from where its last snapshot stands: pull a batch from the log, push it through the
 * processors, wait for the sinks, pull the next. Outputs have deterministic keys, so a repeated batch overwrites itself.
 */
export async function runStream(options: RunStreamOptions): Promise<StreamState> {
  const { stores, instrument, stream, signal, log } = options
  const { descriptor } = instrument
  const topic = telemetryTopic(stream)
  const key = `${stream.instrument}/${stream.run}`
  const { slots, found } = await loadSnapshot(stores.log, descriptor, stream, log)
  let { state, offset } = found ?? { state: createStreamState(descriptor, stream), offset: (await stores.log.bounds(topic)).first }
  let outbox = createOutbox()
  const items = new Subject<Parameters<typeof collectItem>[0]>()
  function collectItem(item: ReturnType<typeof readLogged>): void {
    items.next(item)
  }
  const subscription = items.pipe(processItems(state)).subscribe((output) => collect(outbox, output))
  const renderer = descriptor.images ? createRenderer(descriptor.images.nside) : undefined
  const told = { health: 0, images: 0, bands: 0, snapshot: options.clock(), archive: options.clock() }
  let archived = (await stores.archive.coverage()).find((c) => c.stream.instrument === stream.instrument && c.stream.run === stream.run)?.archived ?? 0
  let imageRevision = -1
  let snapshotOffset = offset
  /** the snapshot that is being packed and written beside the stream; a failure of it ends the reading */
  const writing = { now: false, done: Promise.resolve(0), failed: new AbortController() }
  const pauses = createHistogram()
  const work = { rows: 0, busy: 0 }
  const ledger = createLatencyLedger(options.clock())

  const reading = AbortSignal.any([writing.failed.signal, ...(signal ? [signal] : [])])

  const take = async (batch: LogBatch): Promise<void> => {
    const began = options.clock()
    outbox = createOutbox()
    const decoded = batch.records.map((record) => ({ offset: record.offset, item: readLogged(record.value) }))
    const tooLate = new Map<number, number>()
    const known = new Set(state.transients.published.map((p) => p.candidate.id))
    for (const { offset: at, item } of decoded) {
      outbox.oldest = NaN
      collectItem(item)
      if (!Number.isNaN(outbox.oldest)) tooLate.set(at, outbox.oldest)
      if ('count' in item) work.rows += item.count
    }
    options.guard?.()
    await keepUnreadable(stores.log, batch, decoded)
    const phase = Number.isNaN(state.curves.phase) ? 0 : state.curves.phase
    const entries = curveEntries(outbox, descriptor, stream, phase)
    if (entries.length > 0) await stores.curves.put(entries)
    const fresh = decoded.filter((d) => d.offset >= archived)
    if (fresh.length > 0) {
      await stores.archive.store(stream, fresh)
      archived = batch.next
    }
    if (outbox.late.length > 0) await takeUpLate(batch.next, tooLate, known)
    options.guard?.()
    if (outbox.candidates.size > 0) {
      await stores.log.append(TOPICS.candidates, [...outbox.candidates.values()].map((c) => ({ key: c.id, value: text.encode(JSON.stringify(c)) })))
    }
    if (outbox.to > outbox.from) {
      const notice = { instrument: stream.instrument, run: stream.run, from: outbox.from, to: outbox.to, watermark: state.curves.watermark }
      await stores.log.append(TOPICS.curves, [{ key, value: text.encode(JSON.stringify(notice)) }])
    }
    const processed = options.clock()
    for (const [i, record] of batch.records.entries()) noteBlock(ledger, record, decoded[i]!.item, processed)
    forgetLate(state.curves, state.transients, state.curves.watermark - descriptor.lateHorizon)
    offset = batch.next
    await publish(offset >= batch.end || outbox.final)
    const now = options.clock()
    work.busy += now - began
    // One that still waits for the log is not waited for: the next batch asks again.
    if (!writing.now && (now - told.snapshot > EVERY.snapshot || work.busy > WORK.busy || work.rows > WORK.rows)) snapshot()
    options.onBatch?.(offset, batch.end)
  }

  /** Late data fell into closed bins: count these anew, and search them again. */
  const takeUpLate = async (before: number, tooLate: ReadonlyMap<number, number>, known: ReadonlySet<string>): Promise<void> => {
    const revised = await reviseBins({ stores, stream, state: state.curves, late: outbox.late, before, tooLate })
    if (!revised) return
    outbox.from = Math.min(outbox.from, revised.from)
    outbox.to = Math.max(outbox.to, revised.to)
    // What was told of open bins because the stream had ended does not hold any more.
    if (state.health.ended) await stores.curves.put(openEntries(state.curves, stream))
    for (const candidate of await rerunTrigger({ stores, stream, state, from: revised.from })) {
      // What was found and lost within this batch was never told.
      if (candidate.state === 'retracted' && !known.has(candidate.id)) withdraw(outbox, state, candidate.id)
      else outbox.candidates.set(candidate.id, candidate)
    }
  }

  /** Everything that is a view of the state: written often enough to be fresh, seldom enough to be cheap. */
  const publish = async (caughtUp: boolean): Promise<void> => {
    const now = options.clock()
    if (caughtUp || now - told.health > EVERY.health) {
      told.health = now
      const record = healthRecord(state.health, bandTotals(state.curves), latencyOf(state, now), stagesOf(ledger, now), pauses)
      await stores.log.append(TOPICS.health, [{ key, value: text.encode(JSON.stringify(record satisfies StreamHealth)) }])
    }
    const wait = caughtUp ? EVERY.images : IMAGES_BEHIND
    if (renderer && state.images && (outbox.final || (state.images.revision !== imageRevision && now - told.images > wait))) {
      told.images = now
      imageRevision = state.images.revision
      const bandsToo = outbox.final || now - told.bands > EVERY.bands
      if (bandsToo) told.bands = now
      await publishImages(options, renderer, state, bandsToo)
    }
    if (now - told.archive > EVERY.archive) {
      told.archive = now
      await stores.archive.flush()
    }
  }

  /** The stream stands still while its state is copied in memory, and goes on while the copy is packed and written. */
  const snapshot = (): void => {
    options.guard?.()
    // Whoever goes on from it, here or on another machine, puts only what comes behind it: all before must be on the server.
    if (stores.curves.backlog?.()) return
    told.snapshot = options.clock()
    Object.assign(work, { rows: 0, busy: 0 })
    if (snapshotOffset === offset) return
    snapshotOffset = offset
    const began = performance.now()
    const captured = captureState(descriptor, state, offset)
    const pause = (performance.now() - began) / 1000
    observe(pauses, pause)
    options.onPause?.(pause)
    writing.now = true
    writing.done = storeSnapshot(stores.log, slots, captured, options.guard).finally(() => (writing.now = false))
    writing.done.catch(() => writing.failed.abort())
  }

  try {
    // A stream that was taken over at its end has no further batch: it is ours all the same.
    options.onBatch?.(offset, (await stores.log.bounds(topic)).next)
    for await (const batch of stores.log.read(topic, 0, offset, { signal: reading, follow: options.follow })) {
      await take(batch)
      // The stores may answer without leaving the thread: let messages in, such as the one that asks to stop.
      await new Promise((resolve) => setImmediate(resolve))
    }
    options.guard?.()
    await stores.archive.flush()
    await writing.done
    snapshot()
    await writing.done
  } finally {
    // Nothing may be written once the claim is given back. What it fails of is thrown above, unless something else has failed first.
    await Promise.allSettled([writing.done])
    subscription.unsubscribe()
  }
  if (state.health.watermark > 0) log(`${key}: processed to offset ${offset}`)
  return state
}

function withdraw(outbox: Outbox, state: StreamState, id: string): void {
  outbox.candidates.delete(id)
  state.transients.published = state.transients.published.filter((p) => p.candidate.id !== id)
}

async function publishImages(options: RunStreamOptions, renderer: ImageRenderer, state: StreamState, bandsToo: boolean): Promise<void> {
  const { stores, stream } = options
  const { descriptor } = options.instrument
  const bands = [ALL_BANDS, ...(bandsToo ? descriptor.bands.map((b) => b.id) : [])]
  for (let w = 0; w < descriptor.images!.windows.length; w++) {
    for (const band of bands) {
      const rendered = renderImage(renderer, state.images!, stream, w, band)
      if (!rendered) continue
      const { image, frame } = rendered
      await stores.log.append(TOPICS.images, [{ key: `${image.instrument}/${image.run}/${image.band}/${image.window}`, value: frame }])
    }
  }
}

/** Seconds from the end of the newest data to now; null for data of the past. */
function latencyOf(state: StreamState, now: number): number | null {
  const behind = (now - unixFromTt(state.health.watermark)) / 1000
  return behind >= 0 && behind < 3600 ? behind : null
}
