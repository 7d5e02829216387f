import { streamOfTopic, telemetryTopic, type Item, type StreamId } from '@heavens/schemas'
import type { Log } from '../log/log.js'
import type { ArchivedItem, BlocksOptions, EventArchive, StreamCoverage } from './archive.js'
import type { ArchivePlace } from './archive-place.js'
import { regionCut } from './region-cut.js'
import { filterGroups } from './filter-groups.js'
import { createFolderPlace } from './folder-place.js'
import { preamblesInForce } from './item-summary.js'
import { openStreamArchive, type StreamArchive } from './stream-archive.js'
import { addToSpan, hullOf } from './time-span.js'

const SLICE_BYTES = 8 << 20

export interface EmbeddedArchiveOptions {
  /** a slice is written when this many bytes of items have come; default 8 MiB */
  sliceBytes?: number
}

/** The archive in a folder, `<instrument>/<run>/`: slices and their manifest. One writer a stream; any number of readers. */
export function createEmbeddedArchive(folder: string, log: Log, options: EmbeddedArchiveOptions = {}): EventArchive {
  return createArchive(createFolderPlace(folder), log, options)
}

/** The archive in a place: slices and their manifest for each stream. One writer a stream; any number of readers. */
export function createArchive(place: ArchivePlace, log: Log, options: EmbeddedArchiveOptions = {}): EventArchive {
  const streams = new Map<string, StreamArchive>()

  function streamArchive(stream: StreamId): StreamArchive {
    const topic = telemetryTopic(stream)
    let held = streams.get(topic)
    if (!held) {
      held = openStreamArchive(place.open(stream), stream, log, options.sliceBytes ?? SLICE_BYTES)
      streams.set(topic, held)
    }
    return held
  }

  async function knownStreams(): Promise<StreamId[]> {
    const found = new Map<string, StreamId>()
    for (const topic of await log.topics()) {
      const stream = streamOfTopic(topic)
      if (stream) found.set(topic, stream)
    }
    for (const stream of await place.streams()) found.set(telemetryTopic(stream), stream)
    return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stream]) => stream)
  }

  async function* blocks(stream: StreamId, start: number, stop: number, { signal, groups, from = 0, region, kinds }: BlocksOptions = {}): AsyncGenerator<ArchivedItem, void, void> {
    const held = streamArchive(stream)
    await held.manifest.reload()
    const archived = held.manifest.archived
    const end = await held.tail.update(archived)
    const preambles = [...held.manifest.slices.flatMap((slice) => slice.preambles), ...held.tail.preambles].filter(({ offset }) => offset < end)
    for (const entry of preamblesInForce(preambles, start, stop)) {
      if (signal?.aborted) return
      if (entry.offset >= from && (!kinds || kinds.includes(entry.item.kind))) yield entry
    }
    const cut = region && regionCut(region)
    for await (const entry of held.between(Math.min(from, end), end, start, stop, { signal, region, kinds })) {
      if (entry.before) {
        // Cut already, as nothing of it lies in the region.
        const { detectors } = entry.before
        const own = groups && detectors ? detectors.filter((group) => groups.includes(group)) : detectors
        if (own ? own.length > 0 : !groups || groups.includes(0)) yield { ...entry, before: { detectors: own } }
        continue
      }
      const kept = groups ? filterGroups(entry.item, groups) : entry.item
      if (kept) yield cut ? cut(entry.offset, kept) : { offset: entry.offset, item: kept }
    }
  }

  return {
    async store(stream: StreamId, items: readonly { offset: number; item: Item }[]): Promise<void> {
      await streamArchive(stream).store(items)
    },
    async flush(): Promise<void> {
      await Promise.all([...streams.values()].map((held) => held.flush()))
    },
    async forget(stream: StreamId): Promise<void> {
      streams.delete(telemetryTopic(stream))
    },
    blocks,
    async coverage(): Promise<StreamCoverage[]> {
      const found: StreamCoverage[] = []
      for (const stream of await knownStreams()) {
        const { manifest, tail } = streamArchive(stream)
        await manifest.reload()
        const { archived } = manifest
        await tail.update(archived)
        const span = manifest.span()
        for (const item of tail.items) if (item.offset >= archived) addToSpan(span, item)
        found.push({ stream, ...hullOf(span), events: span.events, archived })
      }
      return found
    },
    verify: async (stream: StreamId, from = 0) => ({ stream, ...(await streamArchive(stream).verify(from)) }),
    async close(): Promise<void> {
      await Promise.all([...streams.values()].map((held) => held.flush()))
    },
  }
}
