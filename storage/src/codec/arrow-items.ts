import { Field, FixedSizeList, Float32, Float64, Int16, makeData, RecordBatch, RecordBatchReader, RecordBatchStreamWriter, Schema, Struct, Uint16, Uint8, type Data, type DataType } from 'apache-arrow'
import { EVENT_COLUMN_TYPES, HeavensError, type EventBlock, type EventColumns, type PointingBlock, type RateBlock } from '@heavens/schemas'
import { booleanOf, fieldsOf, jsonNumber, numberOf, stringOf } from './json-numbers.js'
import { checkVersion } from './item-version.js'

export type ArrowItem = EventBlock | RateBlock | PointingBlock

type Column = Float64Array | Float32Array | Uint16Array | Int16Array | Uint8Array

const EVENT_COLUMNS = Object.keys(EVENT_COLUMN_TYPES) as (keyof EventColumns)[]
const POINTING_COLUMNS = { time: Float64Array, duration: Float32Array, ra: Float32Array, dec: Float32Array, raX: Float32Array, decX: Float32Array, raZenith: Float32Array, decZenith: Float32Array, livetime: Float32Array, inSaa: Uint8Array }
const EVENT_ARRAYS = { float64: Float64Array, uint16: Uint16Array, float32: Float32Array, uint8: Uint8Array, int16: Int16Array }

function arrowType(column: Column): DataType {
  if (column instanceof Float64Array) return new Float64()
  if (column instanceof Float32Array) return new Float32()
  if (column instanceof Uint16Array) return new Uint16()
  if (column instanceof Int16Array) return new Int16()
  return new Uint8()
}

/** An Arrow IPC stream of one record batch with a column per typed array; `counts` of rates is a list of fixed size per bin. */
export function encodeArrowItem(item: ArrowItem): Uint8Array {
  const { kind, source, sequence, start, stop, count, late } = item
  const scalars: Record<string, unknown> = { kind, source, sequence, start: jsonNumber(start), stop: jsonNumber(stop), count, late }
  const columns: [string, Column][] = []
  if (kind === 'events') {
    for (const name of EVENT_COLUMNS) if (item.columns[name]) columns.push([name, item.columns[name]])
  } else if (kind === 'rates') {
    Object.assign(scalars, { width: item.width, group: item.group, channels: item.channels })
    columns.push(['time', item.time], ['counts', item.counts])
    if (item.live) columns.push(['live', item.live])
  } else {
    for (const name of Object.keys(POINTING_COLUMNS) as (keyof typeof POINTING_COLUMNS)[]) columns.push([name, item[name]])
  }
  const fields: Field[] = []
  const children: Data[] = []
  for (const [name, values] of columns) {
    const width = name === 'counts' && kind === 'rates' ? item.channels : 1
    if (values.length !== count * width) throw new HeavensError('internal', { reason: `column ${name} of ${source} has ${values.length} values for ${count} rows` })
    const plain = makeData({ type: arrowType(values), length: values.length, nullCount: 0, data: values } as never) as Data
    const listed = name === 'counts' && kind === 'rates'
    const type = listed ? new FixedSizeList(width, new Field('channel', plain.type, false)) : plain.type
    fields.push(new Field(name, type, false))
    children.push(listed ? makeData({ type: type as FixedSizeList, length: count, nullCount: 0, child: plain as never }) : plain)
  }
  const schema = new Schema(fields, new Map([['heavens', JSON.stringify(scalars)]]))
  const data = makeData({ type: new Struct(fields), length: count, nullCount: 0, children })
  const writer = new RecordBatchStreamWriter()
  writer.write(new RecordBatch(schema, data as never))
  writer.finish()
  return writer.toUint8Array(true)
}

/** `bytes` must begin on an 8-byte boundary. Columns are views into it. Throws undecodable. */
export function decodeArrowItem(bytes: Uint8Array): ArrowItem {
  let instrument = 'an unknown instrument'
  try {
    const reader = RecordBatchReader.from(bytes)
    reader.open()
    const text = reader.schema?.metadata.get('heavens')
    if (text === undefined) throw new TypeError('the Arrow stream says nothing under "heavens"')
    const scalars = fieldsOf(JSON.parse(text), 'heavens')
    checkVersion(scalars)
    instrument = `the source ${String(scalars['source'])}`
    const batch = reader.next().value as RecordBatch | undefined
    const columns = new Map<string, Column>()
    reader.schema.fields.forEach((field, i) => columns.set(field.name, valuesOf(field, batch?.data.children[i])))
    return readItem(scalars, columns, batch?.numRows ?? 0)
  } catch (error) {
    if (error instanceof HeavensError && error.code === 'message-too-new') throw error
    throw new HeavensError('undecodable', { instrument, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}

function valuesOf(field: Field, data: Data | undefined): Column {
  const flat = field.type instanceof FixedSizeList ? data?.children[0] : data
  if (data && data.nullCount > 0) throw new TypeError(`column ${field.name} has empty places`)
  const length = flat?.length ?? 0
  const type = field.type instanceof FixedSizeList ? field.type.children[0]!.type : field.type
  if (length === 0) return new (type as DataType & { ArrayType: new (length: number) => Column }).ArrayType(0)
  const values: unknown = flat!.values
  if (!ArrayBuffer.isView(values)) throw new TypeError(`column ${field.name} does not hold numbers`)
  const column = values as Column
  if (column.length < length) throw new TypeError(`column ${field.name} is cut short`)
  return column.length === length ? column : column.subarray(0, length)
}

function readItem(scalars: Record<string, unknown>, columns: Map<string, Column>, rows: number): ArrowItem {
  const number = (name: string): number => numberOf(scalars[name], name)
  const kind = scalars['kind']
  const shared = {
    source: stringOf(scalars['source'], 'source'), sequence: number('sequence'), start: number('start'), stop: number('stop'),
    count: number('count'), late: booleanOf(scalars['late'], 'late'),
  }
  if (shared.count !== rows) throw new TypeError(`${rows} rows came instead of ${shared.count}`)
  function column<T extends Column>(name: string, type: abstract new (...parameters: never[]) => T, length = rows): T {
    const values = columns.get(name)
    if (!(values instanceof type)) throw new TypeError(values ? `column ${name} has another type` : `column ${name} is missing`)
    if (values.length !== length) throw new TypeError(`column ${name} has ${values.length} values for ${length}`)
    return values
  }
  if (kind === 'events') {
    const events: Record<string, Column> = {}
    for (const name of EVENT_COLUMNS) if (name === 'time' || columns.has(name)) events[name] = column<Column>(name, EVENT_ARRAYS[EVENT_COLUMN_TYPES[name]])
    return { kind, ...shared, columns: events as unknown as EventColumns }
  }
  if (kind === 'rates') {
    const channels = number('channels')
    return {
      kind, ...shared, width: number('width'), group: number('group'), channels,
      time: column('time', Float64Array), counts: column('counts', Float64Array, rows * channels),
      ...(columns.has('live') ? { live: column('live', Float32Array) } : {}),
    }
  }
  if (kind === 'pointing') {
    const table: Record<string, Column> = {}
    for (const [name, type] of Object.entries(POINTING_COLUMNS)) table[name] = column<Column>(name, type)
    return { kind, ...shared, ...(table as unknown as Pick<PointingBlock, keyof typeof POINTING_COLUMNS>) }
  }
  throw new TypeError(`there is no kind of block ${String(kind)}`)
}
