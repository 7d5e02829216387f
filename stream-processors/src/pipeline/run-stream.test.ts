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

describe('a snapshot that is being written', () => {
  type Append = Awaited<ReturnType<typeof openEmbeddedStores>>['log']['append']

  /** Run the stream one item at a time with a snapshot due at each; `append` takes the place of the log's for snapshots. */
  async function run(append: (next: () => ReturnType<Append>) => ReturnType<Append>, more: { guard?(): void; onBatch?(offset: number): void } = {}): Promise<void> {
    const stores = await openEmbeddedStores(path.join(folder, `${names++}`))
    try {
      await stores.log.append(telemetryTopic(stream), quiet.map((item) => ({ key: null, value: encodeItem(item) })))
      const log = {
        ...stores.log,
        append: (...args: Parameters<Append>): ReturnType<Append> => (args[0] === TOPICS.snapshots ? append(() => stores.log.append(...args)) : stores.log.append(...args)),
        read: (topic: string, partition: number, from: number, read?: object) => stores.log.read(topic, partition, from, { ...read, maxBytes: 1 }),
      }
      let clock = 0
      await runStream({ stores: { ...stores, log }, instrument: { descriptor: counter } as Instrument, stream, follow: false, clock: () => (clock += 3000), log: () => {}, ...more })
    } finally {
      await stores.close()
    }
  }

  it('stops the stream as little as it is slow, and is there at the end', async () => {
    let letGo = (): void => undefined
    let begun = 0
    const held = new Promise<void>((resolve) => (letGo = resolve))
    const seen: number[] = []
    await run(async (next) => {
      if (begun++ === 0) await held
      return next()
    }, {
      onBatch(offset) {
        seen.push(offset)
        // All has been processed while the first snapshot waited for the log.
        if (offset === quiet.length) letGo()
      },
    })
    expect(seen.at(-1)).toBe(quiet.length)
    expect(begun).toBe(2)
  })

  it('ends the stream where it cannot be written', async () => {
    await expect(run(async () => { throw new Error('no room for it') })).rejects.toThrow('no room for it')
  })

  it('is not written where the stream has passed to another process meanwhile', async () => {
    let lost = false
    let written = 0
    const other = (): void => {
      if (lost) throw new Error('it is another’s')
    }
    await expect(run(async (next) => {
      written++
      return next()
    }, { guard: other, onBatch: (offset) => void (lost ||= offset > 0) })).rejects.toThrow('it is another’s')
    expect(written).toBe(0)
  })
})
