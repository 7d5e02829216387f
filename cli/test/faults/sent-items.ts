import { decodeItem, encodeItem, type Log } from '@heavens/storage'

/** An item as a sender of telemetry sends it. */
export interface SentItem {
  bytes: Uint8Array
  source: string
  sequence: number
}

/** The data of each source of a stream, in the order of the log, and that it was all. */
export async function sentItems(log: Log, topic: string): Promise<SentItem[]> {
  const out: SentItem[] = []
  const next = new Map<string, number>()
  for await (const batch of log.read(topic, 0, 0, { follow: false })) {
    for (const { value } of batch.records) {
      const item = decodeItem(value)
      if (item.kind === 'ledger' || item.kind === 'watermark') continue
      next.set(item.source, item.sequence + 1)
      out.push({ bytes: encodeItem(item), source: item.source, sequence: item.sequence })
    }
  }
  for (const [source, sequence] of next) out.push({ source, sequence, bytes: new TextEncoder().encode(JSON.stringify({ kind: 'watermark', time: 0, final: true, source, sequence })) })
  return out
}
