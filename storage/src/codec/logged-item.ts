import { HeavensError, type Item } from '@heavens/schemas'
import { decodeItem } from './item-frames.js'

/** Source of the ledger item that stands for a record that is no item. */
const UNREADABLE = 'unreadable record'

/**
 * The item of a record of a telemetry topic. A record that is no item must not stop everybody for ever: it becomes a ledger item
 * that counts it; whoever processes the stream keeps its bytes as a dead letter. Throws message-too-new.
 */
export function readLogged(bytes: Uint8Array): Item {
  try {
    return decodeItem(bytes)
  } catch (error) {
    if (!(error instanceof HeavensError && error.code === 'undecodable')) throw error
    return { kind: 'ledger', source: UNREADABLE, duplicates: 0, late: 0, undecodable: 1, gaps: [] }
  }
}

/** Whether an item stands for a record that could not be read. */
export function isUnreadable(item: Item): boolean {
  return item.kind === 'ledger' && item.source === UNREADABLE
}
