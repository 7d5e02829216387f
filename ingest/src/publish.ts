import { telemetryTopic, type Item, type StreamId } from '@heavens/schemas'
import { encodeItem, type Log } from '@heavens/storage'

/**
 * Append items to their stream's topic in their order; durable when it resolves. All of them or none: what is released
 * together ends with a watermark, and an interrupted source is taken up there.
 */
export async function publishItems(log: Log, stream: StreamId, items: readonly Item[]): Promise<void> {
  if (items.length === 0) return
  await log.append(telemetryTopic(stream), items.map((item) => ({ key: null, value: encodeItem(item) })))
}
