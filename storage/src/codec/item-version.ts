import { HeavensError } from '@heavens/schemas'

/** Version of the layout of items; one that says nothing is of version 1. */
export const ITEM_VERSION = 1

/** Throws message-too-new for an item of a later version: it must not be taken for damage and left out. */
export function checkVersion(fields: Readonly<Record<string, unknown>>): void {
  const { version } = fields
  if (typeof version === 'number' && version > ITEM_VERSION) throw new HeavensError('message-too-new', { version, known: ITEM_VERSION })
}
