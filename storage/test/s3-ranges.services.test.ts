import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { telemetryTopic, type EventBlock } from '@heavens/schemas'
import { separation } from '@heavens/science/sky'
import { createArchive } from '../src/archive/embedded-archive.js'
import type { BlocksOptions } from '../src/archive/archive.js'
import { createS3Place } from '../src/archive/s3-place.js'
import { encodeItem } from '../src/codec/item-frames.js'
import { openTemporaryStores } from '../src/conformance/temporary-stores.js'
import { openObjectStore, type ObjectStore, type S3Settings } from '../src/s3/object-store.js'

const SCRIPT = fileURLToPath(new URL('../../../shared/services/s3', import.meta.url))
const env = { ...process.env, HEAVENS_S3_PORT: '9396', HEAVENS_S3_DATA: join(tmpdir(), 'heavens-s3-ranges-test') }
const missing = existsSync(SCRIPT) ? undefined : 'no script to start an S3-compatible store'
if (missing) console.warn(`SKIPPED: ranged reads of the archive on S3: ${missing}`)

const SECONDS = 2000
const stream = { instrument: 'ranges', run: 'main' }

/** A scan of the sky: each second 500 photons within a degree of a place that moves on by 1.8° a second. */
function scan(second: number): EventBlock {
  const count = 500
  const part = (i: number, step: number): number => ((i * step) % count) / count - 0.5
  const rows = new Float64Array(count)
  return {
    kind: 'events', source: 's', sequence: second, start: second, stop: second + 1, count, late: false,
    columns: {
      time: rows.map((_, i) => second + i / count), energy: Float32Array.from(rows, (_, i) => 2 + (i % 18)),
      ra: Float32Array.from(rows, (_, i) => (second * 1.8 + part(i, 7) + 360) % 360), dec: Float32Array.from(rows, (_, i) => 20 * Math.sin(second / 300) + part(i, 13)),
    },
  }
}

/** The same store; what comes over the wire in bodies is counted. */
function counted(store: ObjectStore): { store: ObjectStore; bytes(): number } {
  let bytes = 0
  return {
    bytes: () => bytes,
    store: {
      ...store,
      async get(key, unless) {
        const found = await store.get(key, unless)
        if (found !== undefined && found !== 'unchanged') bytes += found.bytes.length
        return found
      },
      async getPart(key, from, to) {
        const found = await store.getPart(key, from, to)
        bytes += found?.length ?? 0
        return found
      },
    },
  }
}

describe.skipIf(missing !== undefined)('with a real S3-compatible store', () => {
  let settings: S3Settings
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(SCRIPT, ['start', '--fresh'], { env })
    const said = new Map([...stdout.matchAll(/([A-Z0-9_]+)=(\S+)/g)].map(([, name, value]) => [name!, value!]))
    settings = { endpoint: said.get('S3_ENDPOINT')!, region: 'us-east-1', bucket: `ranges-${randomUUID()}`, accessKey: said.get('S3_ACCESS_KEY')!, secretKey: said.get('S3_SECRET_KEY')! }
  })
  afterAll(async () => void (await promisify(execFile)(SCRIPT, ['kill'], { env })))

  it('fetches a small share of the bytes for a short time or one position, and the same events', async () => {
    const temporary = await openTemporaryStores()
    const { log } = temporary.stores
    const writing = await openObjectStore(settings)
    const archive = createArchive(createS3Place(writing), log)
    const items = Array.from({ length: SECONDS }, (_, second) => scan(second))
    await log.append(telemetryTopic(stream), items.map((item) => ({ key: null, value: encodeItem(item) })))
    await archive.store(stream, items.map((item, offset) => ({ offset, item })))
    await archive.flush()
    const { bytes: whole, slices, damaged } = await archive.verify(stream)
    expect(slices).toBeGreaterThan(2)
    expect(damaged).toEqual([])
    // What is not archived must not be there to help.
    await log.trim(telemetryTopic(stream), SECONDS)

    async function read(start: number, stop: number, options: BlocksOptions = {}): Promise<{ share: number; events: EventBlock[] }> {
      const { store, bytes } = counted(await openObjectStore(settings))
      const fresh = createArchive(createS3Place(store), log)
      const events: EventBlock[] = []
      for await (const { item } of fresh.blocks(stream, start, stop, options)) if (item.kind === 'events') events.push(item)
      await fresh.close()
      store.close()
      return { share: bytes() / whole, events }
    }
    const all = await read(-Infinity, Infinity)
    expect(all.events.length).toBe(SECONDS)
    expect(all.events.every((block, i) => Buffer.compare(encodeItem(block), encodeItem(items[i]!)) === 0)).toBe(true)
    expect(all.share).toBeGreaterThan(1)
    const percent = await read(1000, 1000 + SECONDS / 100)
    expect(percent.events).toEqual(items.slice(1000, 1020))
    const region = { ra: 83.6, dec: 14.6, radius: 3 }
    const place = await read(-Infinity, Infinity, { region })
    const rows = (blocks: readonly EventBlock[]): number[] => blocks.flatMap(({ columns }) => [...columns.time])
    expect(rows(place.events)).toEqual(items.flatMap(({ columns: { time, ra, dec } }) => [...time].filter((_, i) => separation(region.ra, region.dec, ra![i]!, dec![i]!) <= region.radius)))
    expect(rows(place.events).length).toBeGreaterThan(100)
    const both = await read(0, SECONDS / 2, { region })
    console.log(`share of the ${(whole / 1e6).toFixed(1)} MB fetched: all ${all.share.toFixed(3)}, 1 % of the time ${percent.share.toFixed(4)}, one position ${place.share.toFixed(4)}, one position in half the time ${both.share.toFixed(4)}`)
    expect(percent.share).toBeLessThan(0.05)
    expect(place.share).toBeLessThan(0.15)
    expect(both.share).toBeLessThan(0.08)
    await archive.close()
    writing.close()
    await temporary.destroy()
  }, 120_000)
})
