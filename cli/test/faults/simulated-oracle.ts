import { createHash, type Hash } from 'node:crypto'
import path from 'node:path'
import { telemetryTopic, type StreamId } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { flySimulatedMission, lastWatermark, missionPlan, publishItems } from '@heavens/ingest'
import { decodeItem, openEmbeddedStores, type Log, type Stores } from '@heavens/storage'
import { runStream } from '@heavens/stream-processors'
import { streamDigests, type StreamDigest } from '../../src/commands/digest.js'

/** Every event of a stream, source by source and column by column, however it is cut into blocks; and how many there are. */
export async function eventsDigest(log: Log, stream: StreamId): Promise<{ events: number; sha256: Record<string, string> }> {
  const hashes = new Map<string, Hash>()
  let events = 0
  for await (const batch of log.read(telemetryTopic(stream), 0, 0, { follow: false })) {
    for (const { value } of batch.records) {
      const item = decodeItem(value)
      if (item.kind !== 'events') continue
      events += item.count
      for (const [name, column] of Object.entries(item.columns)) {
        const key = `${item.source}/${name}`
        if (!hashes.has(key)) hashes.set(key, createHash('sha256'))
        hashes.get(key)!.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
      }
    }
  }
  return { events, sha256: Object.fromEntries([...hashes].map(([key, hash]) => [key, hash.digest('hex')]).sort()) }
}

/** Let a simulated stream that has stopped end as files do, so that no bin of it stays open. */
export async function endStream(stores: Stores, stream: StreamId): Promise<number> {
  const { time } = (await lastWatermark(stores.log, stream))!
  await publishItems(stores.log, stream, [{ kind: 'watermark', time, final: true }])
  return time
}

/** What a flight leaves: its events, and the digests of the curves, images and candidates that come of them. */
export interface Flight {
  events: Awaited<ReturnType<typeof eventsDigest>>
  results: StreamDigest[]
}

/**
 * What the same mission leaves that nothing disturbs, flown in one go up to `stop` (TT s) with the plan that stands on `log` and processed in one clean
 * pass. Nothing of the disturbed one's telemetry goes into it but the plan and the second in which it began.
 */
export async function undisturbedFlight(folder: string, log: Log, scenario: string, seed: number, stream: StreamId, stop: number): Promise<Flight> {
  const stores = await openEmbeddedStores(path.join(folder, `undisturbed-${stream.instrument}`))
  try {
    const plan = (await log.latest('heavens.sources')).find((r) => r.key === 'simulated mission')!
    await stores.log.append('heavens.sources', [{ key: plan.key, value: plan.value }])
    const { sky } = await missionPlan(stores.log, { scenario, seed, speed: 1, now: stop })
    const began = await firstGood(log, telemetryTopic(stream))
    const end = new AbortController()
    const flying = flySimulatedMission({ stores, instruments: [findInstrument(stream.instrument)], sky, now: () => stop, liveStart: stop, history: () => stop - began, speed: 1, signal: end.signal, mayFinish: () => true, log: () => undefined })
    while (((await lastWatermark(stores.log, stream))?.time ?? -Infinity) < stop) await new Promise((resolve) => setTimeout(resolve, 50))
    end.abort()
    await flying
    await endStream(stores, stream)
    await runStream({ stores, instrument: findInstrument(stream.instrument), stream, follow: false, clock: () => performance.now(), log: () => {} })
    return { events: await eventsDigest(stores.log, stream), results: await streamDigests(stores, stream.instrument) }
  } finally {
    await stores.close()
  }
}

/** Where the good time of a stream begins, TT s: with the history. Its first event may come later. */
async function firstGood(log: Log, topic: string): Promise<number> {
  for await (const batch of log.read(topic, 0, 0, { follow: false })) {
    for (const { value } of batch.records) {
      const item = decodeItem(value)
      if (item.kind === 'gti') return item.start[0]!
    }
  }
  throw new Error(`no good time in ${topic}`)
}
