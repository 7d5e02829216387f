import { telemetryTopic, type EventBlock, type Item, type StreamId } from '@heavens/schemas'
import { publishItems } from '@heavens/ingest'
import { decodeItem, type Log } from '@heavens/storage'

/** All items of a stream, in order. */
export async function itemsOf(log: Log, stream: StreamId): Promise<Item[]> {
  const items: Item[] = []
  for await (const batch of log.read(telemetryTopic(stream), 0, 0, { follow: false })) for (const { value } of batch.records) items.push(decodeItem(value))
  return items
}

/** Put items on a log, a few at an append. */
export async function putItems(log: Log, stream: StreamId, items: readonly Item[]): Promise<void> {
  for (let i = 0; i < items.length; i += 50) await publishItems(log, stream, items.slice(i, i + 50))
}

/** A block as it is delivered: so many seconds of data after its own end; in time where that is undefined. */
export type Delay = (block: EventBlock, nth: number) => number | undefined

/**
 * The items of an ordered stream as they come when some of its blocks are late. A late block comes behind the first watermark
 * that is `delay` behind its end; what would come after the end comes around it, half before and half behind the final watermark.
 */
export function delayed(items: readonly Item[], delay: Delay, again: (nth: number) => number | undefined = () => undefined): Item[] {
  const out: Item[] = []
  const waiting: { due: number; block: EventBlock }[] = []
  const deliver = (until: number): void => {
    waiting.sort((a, b) => a.due - b.due)
    while (waiting.length > 0 && waiting[0]!.due <= until) out.push(waiting.shift()!.block)
  }
  let nth = 0
  for (const item of items) {
    if (item.kind === 'events') {
      const late = { ...item, late: true }
      const wait = delay(item, nth)
      const repeat = again(nth++)
      if (wait === undefined) out.push(item)
      else waiting.push({ due: item.stop + wait, block: late })
      if (repeat !== undefined) waiting.push({ due: item.stop + (wait ?? 0) + repeat, block: late })
      continue
    }
    if (item.kind === 'watermark' && item.final) {
      waiting.sort((a, b) => a.due - b.due)
      out.push(...waiting.splice(0, Math.ceil(waiting.length / 2)).map((w) => w.block), item)
      deliver(Infinity)
    }
    out.push(item)
    if (item.kind === 'watermark') deliver(item.time)
  }
  deliver(Infinity)
  return out
}

/** Every second row of a block now, the others as a block of their own. */
export function halves(block: EventBlock): [EventBlock, EventBlock] {
  const half = (odd: number): EventBlock => {
    const rows = (column: Float64Array): Float64Array => column.filter((_, i) => i % 2 === odd)
    const columns = Object.fromEntries(Object.entries(block.columns).map(([name, column]) => [name, rows(column as Float64Array)])) as unknown as EventBlock['columns']
    return { ...block, sequence: odd ? block.sequence + 1_000_000 : block.sequence, columns, count: columns.time.length }
  }
  return [half(0), half(1)]
}

/** The event blocks of an ordered stream cut into blocks of so many rows, a watermark behind each; other items as they are. */
export function cut(items: readonly Item[], rows: number): Item[] {
  const out: Item[] = items.filter((i) => i.kind !== 'events' && i.kind !== 'watermark' && i.kind !== 'ledger')
  let sequence = 1_000_000
  for (const item of items) {
    if (item.kind !== 'events') continue
    for (let from = 0; from < item.count; from += rows) {
      const to = Math.min(item.count, from + rows)
      const columns = Object.fromEntries(Object.entries(item.columns).map(([name, column]) => [name, (column as Float64Array).slice(from, to)])) as unknown as EventBlock['columns']
      const stop = to < item.count ? item.columns.time[to]! : item.stop
      out.push({ ...item, sequence: sequence++, columns, count: to - from, start: columns.time[0]!, stop }, { kind: 'watermark', time: stop, final: false })
    }
  }
  return out
}
