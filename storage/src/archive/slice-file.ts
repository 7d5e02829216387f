import { Binary, Field, Float64, makeData, RecordBatch, RecordBatchFileWriter, RecordBatchReader, Schema, Struct, Utf8, type Data } from 'apache-arrow'
import type { DataItem } from '@heavens/schemas'

/** A row of a slice: an encoded item with what is needed to choose it. */
export interface SliceRow {
  offset: number
  kind: DataItem['kind']
  /** TT s */
  start: number
  stop: number
  /** as on the log; its length is a multiple of 8 */
  bytes: Uint8Array
}

const FIELDS = [new Field('offset', new Float64(), false), new Field('kind', new Utf8(), false), new Field('start', new Float64(), false), new Field('stop', new Float64(), false), new Field('item', new Binary(), false)]

function joined(parts: readonly Uint8Array[]): { data: Uint8Array; valueOffsets: Int32Array } {
  const valueOffsets = new Int32Array(parts.length + 1)
  parts.forEach((part, i) => {
    valueOffsets[i + 1] = valueOffsets[i]! + part.length
  })
  const data = new Uint8Array(valueOffsets[parts.length]!)
  parts.forEach((part, i) => data.set(part, valueOffsets[i]!))
  return { data, valueOffsets }
}

/** An Arrow IPC file of one record batch: offset, kind, start, stop, and the item as it was on the log. */
export function encodeSlice(rows: readonly SliceRow[]): Uint8Array {
  const encoder = new TextEncoder()
  const length = rows.length
  const column = (pick: (row: SliceRow) => number): Data => makeData({ type: new Float64(), length, nullCount: 0, data: Float64Array.from(rows, pick) })
  const children: Data[] = [
    column((row) => row.offset),
    makeData({ type: new Utf8(), length, nullCount: 0, ...joined(rows.map((row) => encoder.encode(row.kind))) }),
    column((row) => row.start),
    column((row) => row.stop),
    makeData({ type: new Binary(), length, nullCount: 0, ...joined(rows.map((row) => row.bytes)) }),
  ]
  const schema = new Schema(FIELDS, new Map([['heavens', JSON.stringify({ kind: 'slice', version: 1 })]]))
  const writer = new RecordBatchFileWriter()
  writer.write(new RecordBatch(schema, makeData({ type: new Struct(FIELDS), length, nullCount: 0, children }) as never))
  writer.finish()
  return writer.toUint8Array(true)
}

/** The rows of a slice file, as views into it. Throws on bytes that are not a slice. */
export function decodeSlice(bytes: Uint8Array): SliceRow[] {
  const reader = RecordBatchReader.from(bytes)
  reader.open()
  const batch = reader.next().value as RecordBatch | undefined
  const [offsets, kinds, starts, stops, items] = FIELDS.map((field) => batch?.getChild(field.name))
  if (!batch || !offsets || !kinds || !starts || !stops || !items) throw new TypeError('the file is not a slice of an archive')
  const cells = items.data[0]!
  const ends = cells.valueOffsets as Int32Array
  const rows: SliceRow[] = []
  for (let i = 0; i < batch.numRows; i++) {
    rows.push({
      offset: offsets.get(i) as number, kind: kinds.get(i) as DataItem['kind'], start: starts.get(i) as number, stop: stops.get(i) as number,
      bytes: (cells.values as Uint8Array).subarray(ends[i]!, ends[i + 1]!),
    })
  }
  return rows
}
