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

/** One clean pass over the telemetry of a stream, copied record by record from `log`. */
export async function cleanPass(folder: string, log: Log, stream: StreamId): Promise<StreamDigest[]> {
  const stores = await openEmbeddedStores(path.join(folder, `clean-${stream.instrument}`))
  try {
    const topic = telemetryTopic(stream)
    for await (const batch of log.read(topic, 0, 0, { follow: false })) await stores.log.append(topic, batch.records.map(({ key, value }) => ({ key, value })))
    await runStream({ stores, instrument: findInstrument(stream.instrument), stream, follow: false, clock: () => performance.now(), log: () => {} })
    return await streamDigests(stores, stream.instrument)
  } finally {
    await stores.close()
  }
}

/** The events that the same mission sends up to `stop` (TT s) when nothing disturbs it, with the plan that stands on `log`. */
export async function undisturbedEvents(folder: string, log: Log, scenario: string, seed: number, stream: StreamId, stop: number): Promise<Awaited<ReturnType<typeof eventsDigest>>> {
  const stores = await openEmbeddedStores(path.join(folder, `undisturbed-${stream.instrument}`))
  try {
    const plan = (await log.latest('heavens.sources')).find((r) => r.key === 'simulated mission')!
    await stores.log.append('heavens.sources', [{ key: plan.key, value: plan.value }])
    const { sky } = await missionPlan(stores.log, { scenario, seed, speed: 1, now: stop })
    // The history begins on a whole second, with the first thing sent.
    const began = Math.floor(await firstTime(log, telemetryTopic(stream)))
    const end = new AbortController()
    const flying = flySimulatedMission({ stores, instruments: [findInstrument(stream.instrument)], sky, now: () => stop, liveStart: stop, history: () => stop - began, speed: 1, signal: end.signal, log: () => undefined })
    while (((await lastWatermark(stores.log, stream))?.time ?? -Infinity) < stop) await new Promise((resolve) => setTimeout(resolve, 50))
    end.abort()
    await flying
    return await eventsDigest(stores.log, stream)
  } finally {
    await stores.close()
  }
}

async function firstTime(log: Log, topic: string): Promise<number> {
  for await (const batch of log.read(topic, 0, 0, { follow: false })) {
    for (const { value } of batch.records) {
      const item = decodeItem(value)
      if (item.kind === 'events') return item.start
    }
  }
  throw new Error(`no events in ${topic}`)
}
