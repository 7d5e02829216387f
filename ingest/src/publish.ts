import { telemetryTopic, type Item, type StreamId } from '@heavens/schemas'
import { encodeItem, type Log, type LogInput } from '@heavens/storage'

/** Records of one append: enough to spread the cost of making it durable, small enough for any log. */
const BATCH_BYTES = 1 << 20

/** Append items to their stream's topic in their order; durable when it resolves. */
export async function publishItems(log: Log, stream: StreamId, items: readonly Item[]): Promise<void> {
  let batch: LogInput[] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await log.append(telemetryTopic(stream), batch)
    batch = []
    bytes = 0
  }
  for (const item of items) {
    const value = encodeItem(item)
    if (bytes + value.length > BATCH_BYTES) await flush()
    batch.push({ key: null, value })
    bytes += value.length
  }
  await flush()
}
