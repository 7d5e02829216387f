import type { EventBlock, Item, PointingBlock, RateBlock } from '@heavens/schemas'

/** What of a late item still revises results, and how many rows came too late for that. */
export interface WithinHorizon {
  item: Item | undefined
  dropped: number
}

/** The rows of a late block from `oldest` on [TT s]; other items as they are. Times ascend. */
export function withinHorizon(item: Item, oldest: number): WithinHorizon {
  if ((item.kind !== 'events' && item.kind !== 'rates' && item.kind !== 'pointing') || !item.late) return { item, dropped: 0 }
  const time = item.kind === 'events' ? item.columns.time : item.time
  let from = 0
  while (from < item.count && time[from]! < oldest) from++
  if (from === 0) return { item, dropped: 0 }
  return { item: from === item.count ? undefined : rowsFrom(item, from), dropped: from }
}

/** The rows of a block from `from` on; the arrays are views. */
export function rowsFrom<B extends EventBlock | RateBlock | PointingBlock>(block: B, from: number): B {
  const rows = (value: unknown, key: string): unknown => (ArrayBuffer.isView(value) ? (value as Float64Array).subarray(key === 'counts' ? from * (block as RateBlock).channels : from) : value)
  const viewed = (fields: object): object => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, rows(value, key)]))
  const start = block.kind === 'events' ? block.columns.time[from]! : block.time[from]!
  return { ...block, ...viewed(block), ...(block.kind === 'events' ? { columns: viewed(block.columns) } : {}), start, count: block.count - from } as B
}
