import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ingestFiles } from '@heavens/ingest'
import { findInstrument } from '@heavens/instruments'
import { telemetryTopic, TOPICS } from '@heavens/schemas'
import { openEmbeddedStores, type ArchivedItem, type LogBatch, type ReadOptions, type Stores } from '@heavens/storage'
import { runStream } from '@heavens/stream-processors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trimLog } from '../src/trim-log.js'
import { trimRegularly } from '../src/trim-regularly.js'
import { answers, type Answers } from './answers.js'
import { temporaryFolder } from './heavens.js'
import { partFile, photons, seeded, type Photons } from './tte-file.js'

const LENGTH = 420
const CUT = 371.2345
const stream = { instrument: 'fermi-gbm', run: 'main' }
const topic = telemetryTopic(stream)
const telemetry: Photons[] = [0, 1].map((detector) => photons(30 + detector, LENGTH, 60, { at: 370, rate: 1500 }))

let folder: string
let remove: () => Promise<void>
let halves: string[][]
let names = 0
let clean: Answers
beforeAll(async () => {
  ;({ folder, remove } = await temporaryFolder())
  const at = telemetry.map(({ time }) => time.findIndex((t) => t >= CUT))
  const file = async (bytes: Uint8Array): Promise<string> => {
    const name = path.join(folder, `${names++}.fit`)
    await writeFile(name, bytes)
    return name
  }
  halves = [
    await Promise.all(telemetry.map((rows, d) => file(partFile(d, rows, 0, at[d]!, { start: 0, stop: CUT })))),
    await Promise.all(telemetry.map((rows, d) => file(partFile(d, rows, at[d]!, rows.time.length, { start: CUT, stop: LENGTH })))),
  ]
  clean = await inStores(async (stores) => {
    for (const half of halves) {
      await ingest(stores, half)
      await run(stores)
    }
    return answers(stores)
  })
})
afterAll(() => remove())

async function inStores<T>(work: (stores: Stores, data: string) => Promise<T>, data = path.join(folder, `data-${names++}`)): Promise<T> {
  const stores = await openEmbeddedStores(data, { sliceBytes: 40_000 })
  try {
    return await work(stores, data)
  } finally {
    await stores.close()
  }
}

/** As slow telemetry would, in blocks of a second: so there is much to trim. */
async function ingest(stores: Stores, files: readonly string[]): Promise<void> {
  expect((await ingestFiles(files, { stores, speed: 1e9, runPrefix: 'replay' })).refused).toEqual([])
}

/** Process to the end; `tick`: a clock that goes on so much at each look, so that snapshots are made on the way. */
async function run(stores: Stores, tick = 1): Promise<void> {
  let clock = 0
  const log = { ...stores.log, read: (of: string, partition: number, from: number, read?: ReadOptions): AsyncIterable<LogBatch> => stores.log.read(of, partition, from, { ...read, maxBytes: 40_000 }) }
  await runStream({ stores: { ...stores, log }, instrument: findInstrument('fermi-gbm'), stream, follow: false, clock: () => (clock += tick), log: () => {} })
}

async function all(stores: Stores): Promise<ArchivedItem[]> {
  const found = []
  for await (const entry of stores.archive.blocks(stream, -Infinity, Infinity)) found.push(entry)
  return found
}

describe('what is archived, verified and needed by nobody leaves the log', () => {
  it('and everything goes on as if it had stayed', async () => {
    await inStores(async (stores) => {
      await ingest(stores, halves[0]!)
      await run(stores, 5000)
      const before = await all(stores)
      const { next } = await stores.log.bounds(topic)
      const said = await trimLog(stores, stream, true)
      expect((await stores.log.bounds(topic)).first).toBe(0)
      const done = await trimLog(stores, stream)
      expect(done).toEqual(said)
      expect(done.trimmed).toBeGreaterThan(next / 2)
      expect(await stores.log.bounds(topic)).toEqual({ first: done.trimmed, next })
      expect(await all(stores)).toEqual(before)
      // The newest snapshot is lost: the one before it still has what follows on it.
      const snapshots = (await stores.log.latest(TOPICS.snapshots)).sort((a, b) => b.offset - a.offset)
      expect(snapshots).toHaveLength(2)
      await stores.log.append(TOPICS.snapshots, [{ key: snapshots[0]!.key, value: new Uint8Array(40) }])
      await ingest(stores, halves[1]!)
      await run(stores, 5000)
      expect(await answers(stores)).toEqual(clean)
      expect((await trimLog(stores, stream)).trimmed).toBeGreaterThan(next)
    })
  })

  it('at any moment of processing', async () => {
    const random = seeded(9)
    await inStores(async (stores) => {
      await ingest(stores, halves[0]!)
      let trims = 0
      const trimming: Stores = {
        ...stores,
        curves: {
          ...stores.curves,
          async put(entries) {
            await stores.curves.put(entries)
            if (random() < 0.5 && (await trimLog(stores, stream)).reason !== 'the processors have made no snapshot of it yet') trims++
          },
        },
      }
      await run(trimming, 5000)
      expect(trims).toBeGreaterThan(3)
      await ingest(stores, halves[1]!)
      await run(trimming, 5000)
      expect(await answers(stores)).toEqual(clean)
    })
  })
})

describe('what stays', () => {
  it('is everything without a snapshot, and without an archive', async () => {
    await inStores(async (stores) => {
      await ingest(stores, halves[0]!)
      expect(await trimLog(stores, stream)).toMatchObject({ trimmed: 0, reason: 'the processors have made no snapshot of it yet' })
      const deaf: Stores = { ...stores, archive: { ...stores.archive, store: async () => undefined, flush: async () => undefined } }
      await run(deaf)
      expect(await trimLog(stores, stream)).toMatchObject({ trimmed: 0, reason: 'the end of what is archived' })
      expect(await trimLog(stores, { instrument: 'fermi-gbm', run: 'nothing' })).toMatchObject({ trimmed: 0 })
    })
  })

  it('is all since a source began that has not come in wholly', async () => {
    await inStores(async (stores) => {
      await ingest(stores, halves[0]!)
      await run(stores)
      await stores.log.append('heavens.sources', [{ key: `${topic} half`, value: Buffer.from(JSON.stringify({ topic, source: 'half', name: 'half.fit', from: 7, rows: 0, complete: false })) }])
      expect(await trimLog(stores, stream)).toMatchObject({ trimmed: 7, reason: 'half.fit has not come in wholly' })
    })
  })

  it('is all from the slice on that does not read back as it was written', async () => {
    await inStores(async (stores, data) => {
      await ingest(stores, halves[0]!)
      await run(stores)
      const slices = path.join(data, 'archive', 'fermi-gbm', 'main')
      const second = (await readdir(slices)).filter((name) => name.endsWith('.arrow')).sort()[1]!
      const bytes = await readFile(path.join(slices, second))
      bytes[bytes.length >> 1]! ^= 1
      await writeFile(path.join(slices, second), bytes)
      const { trimmed, damaged } = await trimLog(stores, stream)
      expect(trimmed).toBe(Number(second.slice(0, 12)))
      expect(damaged.map(({ file }) => file)).toEqual([second])
      expect((await stores.log.bounds(topic)).first).toBe(trimmed)
    })
  })
})

it('is done again and again where that is asked for, until it is told to end', async () => {
  await inStores(async (stores) => {
    await ingest(stores, halves[0]!)
    await run(stores)
    const stop = new AbortController()
    const said: string[] = []
    await trimRegularly({
      stores, minutes: 1e-4, streams: async () => [stream], signal: stop.signal,
      log(sentence) {
        said.push(sentence)
        stop.abort()
      },
    })
    expect(said[0]).toMatch(/^fermi-gbm\/main: \d+ records are archived and verified, and leave the log/)
    expect((await stores.log.bounds(topic)).first).toBeGreaterThan(0)
  })
})
