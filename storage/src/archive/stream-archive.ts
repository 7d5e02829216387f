import { createHash } from 'node:crypto'
import { HeavensError, telemetryTopic, type DataItem, type Item, type StreamId } from '@heavens/schemas'
import { decodeItem, encodeItem } from '../codec/item-frames.js'
import { readLogged } from '../codec/logged-item.js'
import type { Log } from '../log/log.js'
import type { ArchivedItem, ArchiveReport } from './archive.js'
import { isArchived, isPreamble, overlaps, summarise } from './item-summary.js'
import type { StreamPlace } from './archive-place.js'
import type { Manifest, Slice } from './manifest.js'
import { outlineOf, emptyBlock, type BlockOutline } from './block-outline.js'
import { cellTest, type SkyRegion } from './sky-cells.js'
import { encodeSlice, type SliceEntry, type SliceRow } from './slice-file.js'
import { createScratch, createSliceReader, type Scratch } from './slice-reader.js'
import { createTailIndex, type TailIndex } from './tail-index.js'
import { addToSpan, emptySpan } from './time-span.js'

/** One stream of the archive: what its slices hold, and what waits to be written. */
export interface StreamArchive {
  manifest: Manifest
  tail: TailIndex
  store(items: readonly { offset: number; item: Item }[]): Promise<void>
  flush(): Promise<void>
  verify(from: number): Promise<Omit<ArchiveReport, 'stream'>>
  /** Items with offsets [from, to) that overlap [start, stop), except preambles. With a region, photons are good only until the next item is asked for, and blocks of a slice that cannot have an event in it come empty, with `before`. */
  between(from: number, to: number, start: number, stop: number, options: BetweenOptions): AsyncIterable<ArchivedItem>
}

interface BetweenOptions {
  signal: AbortSignal | undefined
  region: SkyRegion | undefined
  kinds: readonly DataItem['kind'][] | undefined
}

/** Times and kinds, and whether a block with events in these cells is wanted. */
interface Choice {
  start: number
  stop: number
  kinds: BetweenOptions['kinds']
  touches: ((cells: Uint8Array) => boolean) | undefined
  scratch: Scratch | undefined
}

function rowOf(offset: number, item: DataItem, bytes: Uint8Array, outline?: BlockOutline): SliceRow {
  const { kind, start, stop } = summarise(item)
  return { offset, kind, start, stop, bytes, outline: outline ?? (item.kind === 'events' ? outlineOf(item) : undefined) }
}

/** A record is skipped rather than the read begun anew, up to this many at once. */
const SKIP = 64

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** The first slice that ends behind `offset`, by bisection. */
function sliceAfter(slices: readonly Slice[], offset: number): Slice | undefined {
  let low = 0
  for (let high = slices.length; low < high; ) {
    const middle = (low + high) >> 1
    if (slices[middle]!.next > offset) high = middle
    else low = middle + 1
  }
  return slices[low]
}

/** `sliceBytes`: a slice is written when this much has come; smaller ones that `flush` wrote are joined with what follows. */
export function openStreamArchive({ manifest, files }: StreamPlace, stream: StreamId, log: Log, sliceBytes: number): StreamArchive {
  const topic = telemetryTopic(stream)
  const tail = createTailIndex(log, stream)
  const reader = createSliceReader(files, `archive of ${topic}`)
  let rows: SliceRow[] = []
  let preambles: Slice['preambles'] = []
  let span = emptySpan()
  let bytes = 0
  /** offsets [from, next) are in `rows`; undefined before the first store */
  let from: number | undefined
  let next = 0
  /** where the manifest ends as far as this writer has brought it */
  let end = 0

  function take(offset: number, item: Item): void {
    next = offset + 1
    if (!isArchived(item)) return
    const encoded = encodeItem(item)
    const summary = summarise(item)
    rows.push(rowOf(offset, item, encoded))
    addToSpan(span, summary)
    if (isPreamble(item)) preambles.push({ offset, item })
    bytes += encoded.length
  }

  /** Begin where the manifest ends, taking up its last slice again while that is small. */
  async function begin(): Promise<void> {
    await manifest.reload()
    const last = manifest.slices.at(-1)
    const joinLast = last !== undefined && last.bytes < sliceBytes / 2
    rows = joinLast && last.file ? (await reader.whole(last)).map(({ outline, ...row }) => rowOf(row.offset, decodeItem(row.bytes) as DataItem, row.bytes.slice(), outline)) : []
    preambles = joinLast ? [...last.preambles] : []
    span = joinLast ? { ...last.span } : emptySpan()
    bytes = rows.reduce((sum, row) => sum + row.bytes.length, 0)
    next = end = manifest.archived
    from = joinLast ? last.first : next
  }

  /** Offsets that were never given (a crash lost what waited) are taken from the log. */
  async function fill(to: number): Promise<void> {
    const { first } = await log.bounds(topic)
    if (first > next) {
      // The log has forgotten what lies between: a slice must not pretend to have it.
      if (next > manifest.archived) await write()
      rows = []
      preambles = []
      span = emptySpan()
      bytes = 0
      from = next = Math.min(first, to)
    }
    if (next >= to) return
    for await (const batch of log.read(topic, 0, next, { follow: false })) {
      for (const { offset, value } of batch.records) {
        if (offset >= to) return
        take(offset, readLogged(value))
        if (bytes >= sliceBytes) await write()
      }
    }
  }

  async function store(items: readonly { offset: number; item: Item }[]): Promise<void> {
    if (from === undefined) {
      await begin()
      await sweep()
    }
    for (const { offset, item } of items) {
      if (offset < next) continue
      if (offset > next) await fill(offset)
      take(offset, item)
      if (bytes >= sliceBytes) await write()
    }
  }

  async function write(): Promise<void> {
    if (from === undefined || next === manifest.archived || next === from) return
    const replaced = manifest.slices.filter((slice) => slice.first >= from!)
    let file: string | null = null
    let sha256 = ''
    let index: Slice['index']
    if (rows.length > 0) {
      const encoded = encodeSlice(rows)
      sha256 = encoded.sha256
      index = encoded.index
      file = `${String(from).padStart(12, '0')}-${String(next).padStart(12, '0')}-${sha256.slice(0, 12)}.arrow`
      await files.write(file, encoded.bytes)
    }
    await manifest.add({ first: from, next, file, bytes, sha256, ...(index ? { index } : {}), span, preambles }, end)
    end = next
    for (const slice of replaced) if (slice.file && slice.file !== file) await files.remove(slice.file)
    if (bytes < sliceBytes / 2) {
      preambles = [...preambles]
      span = { ...span }
      return
    }
    rows = []
    preambles = []
    span = emptySpan()
    bytes = 0
    from = next
  }

  /** Remove what a crash has left: files that the manifest does not name. */
  async function sweep(): Promise<void> {
    const named = new Set(manifest.slices.map((slice) => slice.file))
    for (const name of await files.leftovers()) if (!named.has(name)) await files.remove(name)
  }

  const wanted = (kind: DataItem['kind'], a: number, b: number, { start, stop, kinds }: Choice): boolean =>
    kind !== 'ebounds' && kind !== 'gti' && kind !== 'calibration' && (kinds === undefined || kinds.includes(kind)) && overlaps(a, b, start, stop)

  async function* fromSlice(slice: Slice, low: number, to: number, choice: Choice): AsyncGenerator<ArchivedItem, void, void> {
    const { span } = slice
    const { start, stop, touches, scratch } = choice
    if (!slice.file || !overlaps(span.start, span.stop, start, stop)) return
    const choose = (entry: SliceEntry): boolean | 'outline' => {
      if (entry.offset < low || entry.offset >= to || !wanted(entry.kind, entry.start, entry.stop, choice)) return false
      return !touches || !entry.outline || entry.outline.cells.length === 0 || touches(entry.outline.cells) || 'outline'
    }
    for await (const { offset, outline, bytes: encoded, ...row } of reader.rows(slice, choose, scratch)) {
      // The events of a region are copied out of a block before the next is asked for; all other items stay with who gets them.
      if (encoded.length > 0) yield { offset, item: decodeItem(scratch && !outline ? encoded.slice() : encoded) as DataItem }
      else yield { offset, item: emptyBlock(outline!, row.start, row.stop), before: { detectors: outline!.detectors } }
    }
  }

  async function* fromLog(low: number, to: number, choice: Choice): AsyncGenerator<ArchivedItem, void, void> {
    const chosen = tail.items.filter((entry) => entry.offset >= low && entry.offset < to && wanted(entry.kind, entry.start, entry.stop, choice)).map((entry) => entry.offset)
    for (let i = 0; i < chosen.length; ) {
      for await (const batch of log.read(topic, 0, chosen[i]!, { follow: false })) {
        for (const { offset, value } of batch.records) {
          if (offset !== chosen[i]) continue
          yield { offset, item: decodeItem(value) as DataItem }
          i++
        }
        if (i >= chosen.length || chosen[i]! > batch.next + SKIP) break
      }
    }
  }

  async function* between(first: number, to: number, start: number, stop: number, { signal, region, kinds }: BetweenOptions): AsyncGenerator<ArchivedItem, void, void> {
    const choice: Choice = { start, stop, kinds, touches: region && cellTest(region), scratch: region && createScratch() }
    let cursor = first
    for (;;) {
      if (signal?.aborted) return
      const slice = sliceAfter(manifest.slices, cursor)
      if (cursor >= to) return
      try {
        if (slice) {
          for await (const entry of fromSlice(slice, cursor, to, choice)) {
            if (signal?.aborted) return
            cursor = entry.offset + 1
            yield entry
          }
          cursor = Math.max(cursor, slice.next)
        } else {
          for await (const entry of fromLog(cursor, to, choice)) {
            if (signal?.aborted) return
            cursor = entry.offset + 1
            yield entry
          }
          cursor = to
        }
      } catch (error) {
        // Meanwhile the slice was joined with a later one, or the log was trimmed: look again.
        if (!isMissing(error) && !(error instanceof HeavensError && error.code === 'log-offset')) throw error
        await manifest.reload()
        if (slice && sliceAfter(manifest.slices, cursor) === slice) throw new HeavensError('store-damaged', { store: `archive of ${topic}`, reason: `${slice.file} is gone` }, { cause: error })
        // What was trimmed without having been archived is lost: go on with what is held.
        if (!slice && cursor >= manifest.archived) cursor = Math.max(cursor, (await log.bounds(topic)).first)
      }
    }
  }

  async function verify(begin: number): Promise<Omit<ArchiveReport, 'stream'>> {
    await manifest.reload()
    const report: Omit<ArchiveReport, 'stream'> = { slices: 0, bytes: 0, verified: begin, damaged: [] }
    // What the log had forgotten before anything was archived is no gap.
    let reached = Math.max(begin, manifest.slices[0]?.first ?? 0)
    for (const slice of manifest.slices) {
      if (slice.next <= begin) continue
      if (slice.file) {
        report.slices++
        report.bytes += slice.bytes
        const reason = await files.read(slice.file).then(
          (contents) => (createHash('sha256').update(contents).digest('hex') === slice.sha256 ? undefined : 'it has other bytes than were written'),
          (error: unknown) => {
            if (isMissing(error)) return 'it is gone'
            throw error
          },
        )
        if (reason) report.damaged.push({ file: slice.file, reason })
      }
      if (report.damaged.length === 0 && slice.first <= reached) report.verified = reached = slice.next
    }
    return report
  }

  let turn: Promise<unknown> = Promise.resolve()
  /** One after the other, also after one has failed; a failed one begins anew from the manifest. */
  const inTurn = (action: () => Promise<void>): Promise<void> => {
    const result = turn.then(action)
    turn = result.catch(() => {
      from = undefined
    })
    return result
  }
  return { manifest, tail, store: (items) => inTurn(() => store(items)), flush: () => inTurn(write), verify, between }
}
