import { HeavensError, type Item } from '@heavens/schemas'
import { decodeArrowItem, encodeArrowItem } from './arrow-items.js'
import { decodeJsonItem, encodeJsonItem } from './json-items.js'

/** First byte of an Arrow stream (the continuation marker 0xFFFFFFFF); a JSON object begins with a brace. */
const ARROW = 0xff
const JSON_OBJECT = 0x7b

/**
 * An item as bytes: blocks of events, rates and pointing are Apache Arrow IPC streams of one record batch, whose scalars
 * stand as JSON in the schema's metadata under `heavens`; all others are JSON padded with spaces. Always a multiple of 8 bytes.
 */
export function encodeItem(item: Item): Uint8Array {
  return item.kind === 'events' || item.kind === 'rates' || item.kind === 'pointing' ? encodeArrowItem(item) : encodeJsonItem(item)
}

/**
 * The item of `bytes`. Columns are views into `bytes` where these lie on an 8-byte boundary, else into one copy of them.
 * Throws undecodable.
 */
export function decodeItem(bytes: Uint8Array): Item {
  if (bytes[0] === ARROW) return decodeArrowItem(bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes))
  if (bytes[0] === JSON_OBJECT) return decodeJsonItem(bytes)
  throw new HeavensError('undecodable', { instrument: 'an unknown instrument', reason: bytes.length === 0 ? 'the record is empty' : `a record begins with byte ${bytes[0]}` })
}
