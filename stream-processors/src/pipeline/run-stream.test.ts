import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { telemetryTopic, TOPICS, type EventBlock, type Item } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import { encodeItem, openEmbeddedStores } from '@heavens/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, bounds, counter } from '../testing/streams.js'
import { runStream } from './run-stream.js'

const stream = { instrument: 'counter', run: 'main' }
let folder: string
let names = 0
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'heavens-run-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** How many snapshots are made of a stream read one item at a time, on a clock that goes on by `tick` ms at each look. */
async function snapshots(items: readonly Item[], tick: number): Promise<number> {
  const stores = await openEmbeddedStores(path.join(folder, `${names++}`))
  await stores.log.append(telemetryTopic(stream), items.map((item) => ({ key: null, value: encodeItem(item) })))
  let made = 0
  let clock = 0
  const log = {
    ...stores.log,
    append: (...args: Parameters<typeof stores.log.append>): ReturnType<typeof stores.log.append> => {
      if (args[0] === TOPICS.snapshots) made++
      return stores.log.append(...args)
    },
    read: (topic: string, partition: number, from: number, read?: object) => stores.log.read(topic, partition, from, { ...read, maxBytes: 1 }),
  }
  await runStream({ stores: { ...stores, log }, instrument: { descriptor: counter } as Instrument, stream, follow: false, clock: () => (clock += tick), log: () => {} })
  await stores.close()
  return made
}

const quiet = [bounds(0), ...blocksOf(Array.from({ length: 40 }, (_, i) => ({ time: 100.5 + i, detector: 0, channel: 3 })), Array.from({ length: 40 }, (_, i) => 101 + i))]

describe('a stream’s snapshots', () => {
  it('come at its end, where there was little to do', async () => expect(await snapshots(quiet, 0)).toBe(1))

  it('come after two seconds of work, long before the minute is over', async () => {
    const made = await snapshots(quiet, 50)
    expect(made).toBeGreaterThan(2)
    expect(made).toBeLessThan(30)
  })

  it('come after two million rows, however fast they went', async () => {
    const rows = 700_000
    const block = (k: number): Item => ({
      kind: 'events', source: 's', sequence: k, start: 100 + k, stop: 101 + k, count: rows, late: false,
      columns: { time: new Float64Array(rows).fill(100.5 + k), channel: new Uint16Array(rows).fill(5), detector: new Uint8Array(rows) },
    } satisfies EventBlock)
    const items = Array.from({ length: 7 }, (_, k): Item[] => [block(k), { kind: 'watermark', time: 101 + k, final: false }]).flat()
    expect(await snapshots([bounds(0), ...items], 0)).toBe(3)
  })
})
