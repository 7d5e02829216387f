import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { decodeJsonItem, encodeJsonItem } from '../codec/json-items.js'
import { writeWhole } from '../files/durable-files.js'
import { asStoreError } from '../lmdb/store-errors.js'
import type { Preamble } from './item-summary.js'
import type { SliceIndex } from './slice-file.js'
import { emptySpan, joinSpan, type TimeSpan } from './time-span.js'

/** A slice of a stream: the items with offsets [first, next) are in `file`; without a file there was nothing to keep. */
export interface Slice {
  first: number
  next: number
  file: string | null
  bytes: number
  sha256: string
  /** undefined in slices that were written before there was one: they are read whole */
  index?: SliceIndex
  span: TimeSpan
  preambles: { offset: number; item: Preamble }[]
}

/**
 * Which slices a stream has. On disk a line of JSON per slice, in `slices.jsonl`; a line replaces all earlier slices
 * from its `first` on. A last line without an end was cut by a crash and does not count.
 */
export interface Manifest {
  /** ascending, without overlap */
  slices: readonly Slice[]
  /** one past the last archived offset; 0 when there is nothing */
  archived: number
  /** read what has been added since */
  reload(): Promise<void>
  /**
   * Durable when it resolves. `end`: where the manifest ended when the writer began on this slice; throws claim-lost, and adds nothing, where it ends
   * elsewhere by now, as another process writes the stream then.
   */
  add(slice: Slice, end: number): Promise<void>
  /** totals of all slices */
  span(): TimeSpan
}

/** Rewrite the file when this many lines and more than half of it have been replaced. */
const STALE_LINES = 500

export const MANIFEST_FILE = 'slices.jsonl'

const decoder = new TextDecoder()

/** A slice as a line of a manifest. */
export function lineOf(slice: Slice): string {
  const { start, stop, dataStart, dataStop, events } = slice.span
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
  const preambles = slice.preambles.map(({ offset, item }) => ({ offset, item: decoder.decode(encodeJsonItem(item)).trimEnd() }))
  const span = { start: finite(start), stop: finite(stop), dataStart: finite(dataStart), dataStop: finite(dataStop), events }
  return `${JSON.stringify({ first: slice.first, next: slice.next, file: slice.file, bytes: slice.bytes, sha256: slice.sha256, ...(slice.index ? { index: slice.index } : {}), span, preambles })}\n`
}

/** The slice that a line says. Throws on what is none. */
export function sliceOf(line: string): Slice {
  const encoder = new TextEncoder()
  const { span, preambles, ...rest } = JSON.parse(line) as Omit<Slice, 'preambles' | 'span'> & { span: Record<keyof TimeSpan, number | null>; preambles: { offset: number; item: string }[] }
  return {
    ...rest,
    span: { start: span.start ?? Infinity, stop: span.stop ?? -Infinity, dataStart: span.dataStart ?? Infinity, dataStop: span.dataStop ?? -Infinity, events: span.events ?? 0 },
    preambles: preambles.map(({ offset, item }) => ({ offset, item: decodeJsonItem(encoder.encode(item)) as Preamble })),
  }
}

/** The manifest in a folder, which need not exist yet. Call `reload` before looking. */
export function openManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST_FILE)
  let slices: Slice[] = []
  let lines = 0
  let parsed = 0
  let identity = ''

  const take = (slice: Slice): void => {
    while (slices.length > 0 && slices.at(-1)!.first >= slice.first) slices.pop()
    slices.push(slice)
    lines++
  }

  async function reload(): Promise<void> {
    const found = await stat(path).catch(missing)
    const now = found ? `${found.ino} ${found.birthtimeMs}` : ''
    if (now === identity && (found?.size ?? 0) === parsed) return
    if (now !== identity || (found?.size ?? 0) < parsed) {
      slices = []
      lines = 0
      parsed = 0
      identity = now
    }
    if (!found) return
    const whole = await readFile(path)
    const end = whole.lastIndexOf(0x0a) + 1
    const added = whole.subarray(parsed, end).toString('utf8')
    for (const line of added.split('\n')) {
      if (line === '') continue
      try {
        take(sliceOf(line))
      } catch (error) {
        throw new HeavensError('store-damaged', { store: path, reason: `a line cannot be read: ${String(error)}` }, { cause: error })
      }
    }
    parsed = Math.max(parsed, end)
  }

  async function add(slice: Slice, end: number): Promise<void> {
    await reload()
    checkEnd(path, slices, end)
    const live = [...slices.filter((held) => held.first < slice.first), slice]
    if (identity === '' || (lines > STALE_LINES && live.length * 2 < lines)) {
      await writeWhole(path, Buffer.from(live.map(lineOf).join('')), 'the archive')
    } else {
      try {
        const file = await open(path, 'r+')
        try {
          // What a crash has left of a line goes first.
          await file.truncate(parsed)
          await file.write(Buffer.from(lineOf(slice)), 0, null, parsed)
          await file.sync()
        } finally {
          await file.close()
        }
      } catch (error) {
        throw asStoreError('the archive', error)
      }
    }
    await reload()
  }

  return {
    get slices(): readonly Slice[] {
      return slices
    },
    get archived(): number {
      return slices.at(-1)?.next ?? 0
    },
    reload,
    add,
    span(): TimeSpan {
      const span = emptySpan()
      for (const slice of slices) joinSpan(span, slice.span)
      return span
    },
  }
}

/** Throws claim-lost where a manifest does not end where its writer believes. */
export function checkEnd(name: string, slices: readonly Slice[], end: number): void {
  const archived = slices.at(-1)?.next ?? 0
  if (archived !== end) throw new HeavensError('claim-lost', { unit: name, reason: `another process has archived it up to offset ${archived}, not ${end}` })
}

function missing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
