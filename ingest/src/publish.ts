import { telemetryTopic, type Item, type StreamId } from '@heavens/schemas'
import { encodeItem, type Log } from '@heavens/storage'

/**
 * Append items to their stream's topic in their order; durable when it resolves. All of them or none: what is released
 * together ends with a watermark, and an interrupted source is taken up there.
 * `receivedAt`: wall clock [ms] at which what an item tells of came in; it goes beside the items.
 */
export async function publishItems(log: Log, stream: StreamId, items: readonly Item[], receivedAt: (item: Item) => number | undefined = () => undefined): Promise<void> {
  if (items.length === 0) return
  await log.append(telemetryTopic(stream), items.map((item) => {
    const received = receivedAt(item)
    return { key: null, value: encodeItem(item), ...(received === undefined ? {} : { received }) }
  }))
}
