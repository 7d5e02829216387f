import { EVENT_COLUMN_TYPES, HeavensError, Item, type DataItem, type InstrumentDescriptor, type Watermark } from '@heavens/schemas'
import { decodeItem } from '@heavens/storage'

/** What a sender may send: data, or how far it has come. Every one carries who sends it and a number that rises by one. */
export type SentItem = DataItem | (Watermark & { source: string; sequence: number })

/** First and last channel of a group, where its bounds are known. */
export type ChannelLimits = ReadonlyMap<number, { first: number; last: number }>

const RANGES = { uint8: [0, 255, Uint8Array], uint16: [0, 65_535, Uint16Array], int16: [-32_768, 32_767, Int16Array], float32: [-Infinity, Infinity, Float32Array], float64: [-Infinity, Infinity, Float64Array] } as const
type ColumnType = keyof typeof RANGES

const POINTING = { time: 'float64', duration: 'float32', ra: 'float32', dec: 'float32', raX: 'float32', decX: 'float32', raZenith: 'float32', decZenith: 'float32', livetime: 'float32', inSaa: 'uint8' } as const
const COLUMNS: Record<string, Record<string, ColumnType>> = {
  rates: { time: 'float64', counts: 'float64', live: 'float32' }, pointing: POINTING, gti: { start: 'float64', stop: 'float64' }, ebounds: { eMin: 'float32', eMax: 'float32' },
}

/**
 * The item of bytes from outside: an Arrow IPC stream as on our log, or JSON as in schemas/json/item.json with columns as arrays.
 * All is checked here, so that nothing behind has to: kinds, types, lengths, ascending times, groups, channels.
 * Throws undecodable, with the path of the field.
 */
export function readSentItem(bytes: Uint8Array, descriptor: InstrumentDescriptor, limits: ChannelLimits): SentItem {
  const refuse = (reason: string, path?: string): never => {
    throw new HeavensError('undecodable', { instrument: descriptor.id, reason: path ? `${path}: ${reason}` : reason }, path ? { path } : {})
  }
  let item: SentItem
  if (bytes[0] === 0xff) item = decodeItem(bytes) as SentItem
  else item = withColumns(parsed(bytes, refuse), refuse) as unknown as SentItem
  if (typeof item.source !== 'string' || item.source === '' || item.source.length > 200) refuse('must be a name of 1 to 200 characters', 'source')
  if (!Number.isSafeInteger(item.sequence) || item.sequence < 0) refuse('must be a whole number, 0 or more', 'sequence')
  if ((item.kind as string) === 'ledger') refuse('what was lost is counted here, not told by senders', 'kind')
  const { source: _, sequence: __, ...watermark } = item
  const checked = Item.safeParse(item.kind === 'watermark' ? watermark : item)
  if (!checked.success) refuse(checked.error.issues[0]!.message, checked.error.issues[0]!.path.join('.'))
  if (item.kind === 'watermark' && !Number.isFinite(item.time)) refuse('must be finite', 'time')
  checkGroups(item, descriptor, limits, refuse)
  return item
}

function parsed(bytes: Uint8Array, refuse: (reason: string, path?: string) => never): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    return refuse(`it is neither an Arrow stream nor JSON (${error instanceof Error ? error.message : String(error)})`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('it is not a JSON object')
  return value as Record<string, unknown>
}

/** The same fields with typed arrays for columns. */
function withColumns(fields: Record<string, unknown>, refuse: (reason: string, path?: string) => never): Record<string, unknown> {
  const kind = String(fields['kind'])
  const typed = (object: Record<string, unknown>, types: Record<string, ColumnType>, inside: string): Record<string, unknown> => {
    const out = { ...object }
    for (const [name, type] of Object.entries(types)) if (object[name] !== undefined) out[name] = column(object[name], type, inside + name, refuse)
    return out
  }
  if (kind === 'events') {
    const columns = fields['columns']
    if (typeof columns !== 'object' || columns === null) return refuse('must be an object of arrays', 'columns')
    return { ...fields, columns: typed(columns as Record<string, unknown>, EVENT_COLUMN_TYPES, 'columns.') }
  }
  return typed(fields, COLUMNS[kind] ?? {}, '')
}

function column(value: unknown, type: ColumnType, path: string, refuse: (reason: string, path?: string) => never): ArrayBufferView {
  if (!Array.isArray(value)) return refuse('must be an array of numbers', path)
  const [low, high, Type] = RANGES[type]
  const whole = type !== 'float32' && type !== 'float64'
  value.forEach((x: unknown, i) => {
    // A zenith that is unknown is NaN, which JSON cannot say but as a word.
    if (x === 'NaN' && type === 'float32') return
    if (typeof x !== 'number' || !(x >= low && x <= high) || (whole && !Number.isInteger(x))) refuse(`row ${i} is no ${type}: ${JSON.stringify(x)}`, path)
  })
  return Type.from((value as unknown[]).map(Number))
}

function checkGroups(item: SentItem, descriptor: InstrumentDescriptor, limits: ChannelLimits, refuse: (reason: string, path?: string) => never): void {
  const groups = descriptor.groups.length
  if ('group' in item && item.group >= groups) refuse(`there is no group ${item.group}, there are ${groups}`, 'group')
  if (item.kind === 'rates' && item.channels !== descriptor.bands.length) refuse(`must be ${descriptor.bands.length}, one for each band`, 'channels')
  if (item.kind !== 'events') return
  const { channel, detector } = item.columns
  for (const name of descriptor.columns) if (!item.columns[name]) refuse('the column is missing', `columns.${name}`)
  for (let i = 0; i < item.count; i++) {
    const group = detector?.[i] ?? 0
    if (group >= groups) refuse(`row ${i}: there is no group ${group}, there are ${groups}`, 'columns.detector')
    const limit = channel && limits.get(group)
    if (limit && !(channel[i]! >= limit.first && channel[i]! <= limit.last)) refuse(`row ${i}: channel ${channel[i]} lies outside ${limit.first} to ${limit.last}`, 'columns.channel')
  }
}
