import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Binary, Field, Float64, makeData, RecordBatch, RecordBatchFileWriter, RecordBatchReader, RecordBatchStreamWriter, Schema, Struct, Uint32, Utf8, type Data, type Vector } from 'apache-arrow'
import type { DataItem } from '@heavens/schemas'
import { outlineText, readOutline, type BlockOutline } from './block-outline.js'

/** What the index of a slice says of an item. */
export interface SliceEntry {
  offset: number
  kind: DataItem['kind']
  /** TT s */
  start: number
  stop: number
  /** undefined for all but blocks of events with directions */
  outline: BlockOutline | undefined
}

/** A row of a slice: an encoded item with what is needed to choose it. */
export interface SliceRow extends SliceEntry {
  /** as on the log; its length is a multiple of 8 */
  bytes: Uint8Array
}

/** Where in a slice file an item lies, so that it can be read alone. */
export interface PlacedEntry extends SliceEntry {
  /** bytes [at, at + length) of the file */
  at: number
  length: number
  /** CRC-32 of these */
  sum: number
}

/** The beginning of a slice file that tells where each item lies: its first `bytes` bytes, with their sha256. */
export interface SliceIndex {
  bytes: number
  sha256: string
}

const number = new Float64()
const FIELDS = [
  new Field('offset', number, false), new Field('kind', new Utf8(), false), new Field('start', number, false), new Field('stop', number, false),
  new Field('sum', new Uint32(), false), new Field('outline', new Utf8(), false), new Field('cells', new Binary(), false), new Field('item', new Binary(), false),
]

function joined(parts: readonly Uint8Array[]): { data: Uint8Array; valueOffsets: Int32Array } {
  const valueOffsets = new Int32Array(parts.length + 1)
  parts.forEach((part, i) => {
    valueOffsets[i + 1] = valueOffsets[i]! + part.length
  })
  const data = new Uint8Array(valueOffsets[parts.length]!)
  parts.forEach((part, i) => data.set(part, valueOffsets[i]!))
  return { data, valueOffsets }
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * An Arrow IPC file of one record batch: offset, kind, start, stop, CRC-32, outline and cells of each item, and last the items as they were
 * on the log. All that stands before the first item is the index.
 */
export function encodeSlice(rows: readonly SliceRow[]): { bytes: Uint8Array; sha256: string; index: SliceIndex } {
  const encoder = new TextEncoder()
  const length = rows.length
  const column = (pick: (row: SliceRow) => number): Data => makeData({ type: number, length, nullCount: 0, data: Float64Array.from(rows, pick) })
  const texts = (pick: (row: SliceRow) => string): Data => makeData({ type: new Utf8(), length, nullCount: 0, ...joined(rows.map((row) => encoder.encode(pick(row)))) })
  const binary = (pick: (row: SliceRow) => Uint8Array): Data => makeData({ type: new Binary(), length, nullCount: 0, ...joined(rows.map(pick)) })
  const children: Data[] = [
    column((row) => row.offset), texts((row) => row.kind), column((row) => row.start), column((row) => row.stop),
    makeData({ type: new Uint32(), length, nullCount: 0, data: Uint32Array.from(rows, (row) => crc32(row.bytes)) }),
    texts((row) => (row.outline ? outlineText(row.outline) : '')), binary((row) => row.outline?.cells ?? new Uint8Array()), binary((row) => row.bytes),
  ]
  const writer = new RecordBatchFileWriter()
  writer.write(new RecordBatch(sliceSchema(), makeData({ type: new Struct(FIELDS), length, nullCount: 0, children }) as never))
  writer.finish()
  const bytes = writer.toUint8Array(true)
  const index = readRows(bytes).itemsAt
  return { bytes, sha256: sha256Of(bytes), index: { bytes: index, sha256: sha256Of(bytes.subarray(0, index)) } }
}

/** The rows of a slice file, as views into it; also of one of version 1, which has no index. Throws on bytes that are not a slice. */
export function decodeSlice(bytes: Uint8Array): SliceRow[] {
  const { entries } = readRows(bytes)
  return entries.map(({ at, length, offset, kind, start, stop, outline }) => ({ offset, kind, start, stop, outline, bytes: bytes.subarray(at, at + length) }))
}

/**
 * Where each item lies, from the beginning of a slice file of `size` bytes.
 *
 * @throws TypeError on bytes that are no index, or not the one that `index` means
 */
export function decodeIndex(beginning: Uint8Array, index: SliceIndex, size: number): PlacedEntry[] {
  if (beginning.length !== index.bytes || sha256Of(beginning) !== index.sha256) throw new TypeError('its index has other bytes than were written')
  // Arrow's writer of files leaves the schema to the end, and its reader wants to see the whole batch: the items are left zero, and nothing of them is looked at.
  const schema = schemaMessage()
  const sparse = new Uint8Array(schema.length - MAGIC + size)
  sparse.set(schema)
  sparse.set(beginning.subarray(MAGIC), schema.length)
  const moved = schema.length - MAGIC
  const { entries, itemsAt } = readRows(sparse)
  if (itemsAt - moved !== index.bytes) throw new TypeError('its index does not end where its items begin')
  // Copies, so that the sparse bytes go.
  return entries.map((entry) => ({ ...entry, at: entry.at - moved, outline: entry.outline && { ...entry.outline, cells: entry.outline.cells.slice() } }))
}

/** Bytes of an Arrow file before its first message. */
const MAGIC = 8
/** Bytes that end an Arrow stream. */
const END = 8

const sliceSchema = (): Schema => new Schema(FIELDS, new Map([['heavens', JSON.stringify({ kind: 'slice', version: 2 })]]))

function schemaMessage(): Uint8Array {
  const writer = new RecordBatchStreamWriter()
  writer.reset(undefined, sliceSchema())
  writer.finish()
  return writer.toUint8Array(true).subarray(0, -END)
}

function readRows(bytes: Uint8Array): { entries: PlacedEntry[]; itemsAt: number } {
  const reader = RecordBatchReader.from(bytes)
  reader.open()
  const batch = reader.next().value as RecordBatch | undefined
  const [offsets, kinds, starts, stops, sums, outlines, cells, items] = FIELDS.map((field) => batch?.getChild(field.name))
  if (!batch || !offsets || !kinds || !starts || !stops || !items) throw new TypeError('the file is not a slice of an archive')
  const held = items.data[0]!
  const values = held.values as Uint8Array
  const ends = held.valueOffsets as Int32Array
  const itemsAt = values.byteOffset - bytes.byteOffset
  const entries: PlacedEntry[] = []
  for (let i = 0; i < batch.numRows; i++) {
    const text = (outlines as Vector<Utf8> | null | undefined)?.get(i) ?? ''
    entries.push({
      offset: offsets.get(i) as number, kind: kinds.get(i) as DataItem['kind'], start: starts.get(i) as number, stop: stops.get(i) as number,
      outline: text === '' ? undefined : readOutline(text, cells!.get(i) as Uint8Array),
      at: itemsAt + ends[i]!, length: ends[i + 1]! - ends[i]!, sum: (sums?.get(i) as number | undefined) ?? 0,
    })
  }
  return { entries, itemsAt }
}
