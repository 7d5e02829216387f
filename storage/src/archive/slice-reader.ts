import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { HeavensError } from '@heavens/schemas'
import type { PartReader, SliceFiles } from './archive-place.js'
import type { Slice } from './manifest.js'
import { decodeIndex, decodeSlice, type PlacedEntry, type SliceEntry, type SliceRow } from './slice-file.js'

/** One read takes at most this many bytes, and at most this many that nobody wants between two items. */
const PART_BYTES = 1 << 20
const GAP_BYTES = 32 << 10
/** Parts that are asked for at once: a store of objects answers each after milliseconds. */
const AHEAD = 4
/** Arrow fills up what a batch holds. */
const PADDING = 64
/** Entries of indexes that are kept. */
const MOST_ENTRIES = 200_000

export interface SliceReader {
  /** All rows, the file's sha256 checked. Throws store-damaged. */
  whole(slice: Slice): Promise<SliceRow[]>
  /**
   * The rows that `wanted` chooses by their entries, with empty `bytes` for 'outline', in order. Of a slice with an index only the index and these rows are
   * read, each checked by its own sum. Throws store-damaged. With `scratch` the bytes of a row are good only until the next row is asked for: they lie in buffers that are used again.
   */
  rows(slice: Slice, wanted: (entry: SliceEntry) => boolean | 'outline', scratch?: Scratch): AsyncIterable<SliceRow>
}

/** Buffers of one read, used in turn. */
export interface Scratch {
  buffers: Uint8Array<ArrayBuffer>[]
  next: number
}

export function createScratch(): Scratch {
  // One more than are on their way: it holds the part that is looked at.
  return { buffers: Array.from({ length: AHEAD + 1 }, () => new Uint8Array(PART_BYTES)), next: 0 }
}

/** Bytes [from, to) of a file. */
interface Part {
  from: number
  to: number
}

/** Reads slices of a stream; `name` names it in errors. */
export function createSliceReader(files: SliceFiles, name: string): SliceReader {
  const indexes = new Map<string, PlacedEntry[]>()
  const damaged = (slice: Slice, reason: string, cause?: unknown): HeavensError => new HeavensError('store-damaged', { store: name, reason: `${slice.file}: ${reason}` }, { cause })

  function decoded<T>(slice: Slice, decode: () => T): T {
    try {
      return decode()
    } catch (error) {
      throw damaged(slice, error instanceof Error ? error.message : String(error), error)
    }
  }

  async function whole(slice: Slice): Promise<SliceRow[]> {
    const contents = await files.read(slice.file!)
    if (createHash('sha256').update(contents).digest('hex') !== slice.sha256) throw damaged(slice, 'it has other bytes than were written')
    return decoded(slice, () => decodeSlice(contents))
  }

  async function indexOf(slice: Slice, read: PartReader['read']): Promise<PlacedEntry[]> {
    const file = slice.file!
    const held = indexes.get(file)
    if (held) return held
    const beginning = await read(0, slice.index!.bytes)
    const entries = decoded(slice, () => decodeIndex(beginning, slice.index!, slice.index!.bytes + slice.bytes + PADDING))
    indexes.set(file, entries)
    let total = 0
    for (const one of indexes.values()) total += one.length
    for (const [oldest, { length }] of indexes) {
      if (total <= MOST_ENTRIES || oldest === file) break
      indexes.delete(oldest)
      total -= length
    }
    return entries
  }

  async function* rows(slice: Slice, wanted: (entry: SliceEntry) => boolean | 'outline', scratch?: Scratch): AsyncGenerator<SliceRow, void, void> {
    if (!slice.index) {
      for (const row of await whole(slice)) {
        const choice = wanted(row)
        if (choice !== false) yield choice === true ? row : { ...row, bytes: new Uint8Array() }
      }
      return
    }
    // Opened when the first part is asked for: often the index is held, and nothing of the slice is wanted.
    let opened: Promise<PartReader> | undefined
    const readPart: PartReader['read'] = async (...part) => (await (opened ??= files.openParts(slice.file!))).read(...part)
    const waiting: Promise<Uint8Array>[] = []
    try {
      yield* chosenRows(slice, wanted, scratch, readPart, waiting)
    } finally {
      // Whoever leaves early must not have buffers filled that are used again.
      await Promise.allSettled(waiting)
      await opened?.then((file) => file.close(), () => undefined)
    }
  }

  async function* chosenRows(slice: Slice, wanted: (entry: SliceEntry) => boolean | 'outline', scratch: Scratch | undefined, readPart: PartReader['read'], waiting: Promise<Uint8Array>[]): AsyncGenerator<SliceRow, void, void> {
    const chosen = (await indexOf(slice, readPart)).flatMap((entry) => {
      const choice = wanted(entry)
      return choice === false ? [] : [{ entry, read: choice === true }]
    })
    const parts = partsOf(chosen.flatMap(({ entry, read }) => (read ? [entry] : [])))
    let asked = 0
    const ask = (): void => {
      while (asked < parts.length && waiting.length < AHEAD) {
        const part = parts[asked++]!
        const answer = readPart(part.from, part.to, scratch && scratch.buffers[scratch.next++ % scratch.buffers.length])
        // It is looked at when its turn comes, or not at all when the reader leaves.
        answer.catch(() => undefined)
        waiting.push(answer)
      }
    }
    let at = -1
    let contents = new Uint8Array()
    for (const { entry, read } of chosen) {
      const { at: place, length, sum, ...rest } = entry
      if (!read) {
        yield { ...rest, bytes: contents.subarray(0, 0) }
        continue
      }
      if (at < 0 || place >= parts[at]!.to) {
        ask()
        contents = (await waiting.shift()!) as Uint8Array<ArrayBuffer>
        ask()
        at++
        if (contents.length !== parts[at]!.to - parts[at]!.from) throw damaged(slice, 'it is shorter than what was written')
      }
      const bytes = contents.subarray(place - parts[at]!.from, place - parts[at]!.from + length)
      if (crc32(bytes) !== sum) throw damaged(slice, `the item at offset ${rest.offset} has other bytes than were written`)
      yield { ...rest, bytes }
    }
  }

  return { whole, rows }
}

/** Ranges of a file that hold these entries, ascending; neighbours are read together. */
function partsOf(entries: readonly PlacedEntry[]): Part[] {
  const parts: Part[] = []
  for (const entry of entries) {
    const last = parts.at(-1)
    const to = entry.at + entry.length
    if (last && entry.at - last.to <= GAP_BYTES && to - last.from <= PART_BYTES) last.to = to
    else parts.push({ from: entry.at, to })
  }
  return parts
}
