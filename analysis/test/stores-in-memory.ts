import { createHash } from 'node:crypto'
import { telemetryTopic, type DataItem, type StreamId } from '@heavens/schemas'
import type { ArchivedItem, LogRecord, StreamCoverage, Stores } from '@heavens/storage'

/** Stores that hold what a test gives them: enough of each interface for analyses to run on. */
export function storesInMemory(streams: readonly { stream: StreamId; items: readonly DataItem[] }[]): Stores & { records: LogRecord[] } {
  const products = new Map<string, Uint8Array>()
  const records: LogRecord[] = []
  const span = (item: DataItem): [number, number] => {
    if (item.kind === 'gti') return [item.start[0] ?? NaN, item.stop.at(-1) ?? NaN]
    return 'start' in item ? [item.start, item.stop] : [NaN, NaN]
  }
  return {
    records,
    log: {
      async append(_topic, inputs) {
        for (const input of inputs) records.push({ ...input, offset: records.length, appended: 0 })
        return { first: records.length - inputs.length, last: records.length - 1 }
      },
      async *read() {},
      async latest() {
        return records.filter((record, i) => record.key !== null && records.findLastIndex((r) => r.key === record.key) === i)
      },
      bounds: async (topic) => ({ first: 0, next: streams.find(({ stream }) => telemetryTopic(stream) === topic)?.items.length ?? records.length }),
      topics: async () => [],
      trim: async () => undefined,
      close: async () => undefined,
    },
    archive: {
      store: async () => undefined,
      flush: async () => undefined,
      forget: async () => undefined,
      verify: () => Promise.reject(new Error('not in this test')),
      async *blocks(stream, start, stop, { from: least = 0 } = {}): AsyncIterable<ArchivedItem> {
        const found = streams.find((s) => s.stream.instrument === stream.instrument && s.stream.run === stream.run)
        for (const [offset, item] of (found?.items ?? []).entries()) {
          if (offset < least) continue
          const [from, to] = span(item)
          if (item.kind === 'events' || item.kind === 'rates' || item.kind === 'pointing' ? from < stop && to >= start : true) yield { offset, item }
        }
      },
      async coverage(): Promise<StreamCoverage[]> {
        return streams.map(({ stream, items }) => {
          const spans = items.filter((i) => i.kind === 'events' || i.kind === 'rates').map(span)
          return { stream, start: Math.min(...spans.map((s) => s[0])), stop: Math.max(...spans.map((s) => s[1])), events: 0, archived: items.length }
        })
      },
      close: async () => undefined,
    },
    curves: { put: async () => undefined, read: () => Promise.reject(new Error('not in this test')), overview: () => Promise.reject(new Error('not in this test')), keys: async () => [], bounds: async () => undefined, close: async () => undefined },
    products: {
      async put(bytes) {
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        products.set(sha256, bytes)
        return sha256
      },
      async get(sha256) {
        const bytes = products.get(sha256)
        if (bytes === undefined) throw new Error(`no ${sha256}`)
        return bytes
      },
      has: async (sha256) => products.has(sha256),
      close: async () => undefined,
    },
    close: async () => undefined,
  }
}
