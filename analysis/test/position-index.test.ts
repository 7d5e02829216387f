import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { InstrumentDescriptor, telemetryTopic, type EventBlock } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import { encodeItem, openEmbeddedStores, type Stores } from '@heavens/storage'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { analyse } from '../src/index.js'
import { counter, seeded, T0 } from './counter.js'

const camera: Instrument = {
  ...counter,
  descriptor: InstrumentDescriptor.parse({
    ...counter.descriptor, id: 'camera', kind: 'imager', columns: ['energy', 'detector', 'ra', 'dec'], deadTime: 0,
    images: { nside: 64, windows: [], psfRadius: 0.5 }, products: ['light-curve', 'spectrum', 'image', 'events'], defaults: { bin: 10, radius: 3, pixel: 0.5, size: 8 },
  }),
}
const stream = { instrument: 'camera', run: 'main' }
const BLOCKS = 120

/** Ten seconds that look at a place, which goes round the sky in 36 blocks; each fifth block has photons of detector a only. */
function look(k: number): EventBlock {
  const random = seeded(k + 1)
  const count = 200
  const rows = new Float64Array(count)
  const dec0 = 60 * Math.sin(k / 9)
  return {
    kind: 'events', source: k % 7 === 0 ? 'stray.fit' : 'scan.fit', sequence: k, start: T0 + 10 * k, stop: T0 + 10 * (k + 1), count, late: false,
    columns: {
      time: rows.map((_, i) => T0 + 10 * k + i / 20), energy: Float32Array.from(rows, () => 10 + 200 * random()), detector: Uint8Array.from(rows, () => (k % 5 === 0 ? 0 : random() * 2)),
      ra: Float32Array.from(rows, () => (k * 10 + 8 * (random() - 0.5) + 360) % 360), dec: Float32Array.from(rows, () => dec0 + 8 * (random() - 0.5)),
    },
  }
}

let root: string
let stores: Stores
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'heavens-positions-'))
  stores = await openEmbeddedStores(path.join(root, 'data'), { sliceBytes: 100_000 })
  const items = Array.from({ length: BLOCKS }, (_, k) => look(k))
  await stores.log.append(telemetryTopic(stream), items.map((item) => ({ key: null, value: encodeItem(item) })))
  await stores.archive.store(stream, items.slice(0, 100).map((item, offset) => ({ offset, item })))
  await stores.archive.flush()
})
afterAll(async () => {
  await stores.close()
  await rm(root, { recursive: true })
})

/** sha256 of files of products by name; what differs by design is taken out: how many events were looked at (in the history), and the sum over that text. */
async function products(request: object, from: Stores, name: string): Promise<Map<string, string>> {
  const out = path.join(root, name)
  await analyse(request, { stores: from, instruments: [camera], out })
  const found = new Map<string, string>()
  for (const file of (await readdir(out, { recursive: true })).sort()) {
    if (!/\.(fits|pha|png)$/.test(file)) continue
    const text = (await readFile(path.join(out, file))).toString('latin1')
    const compared = file.endsWith('.png') ? text : text.replace(/(CHECKSUM|HISTORY ).{72}| {80}/g, '')
    found.set(file, createHash('sha256').update(compared, 'latin1').digest('hex'))
  }
  await rm(out, { recursive: true })
  return found
}

test('a request for a position gives the same files from the index and from a full scan', async () => {
  const { blocks } = stores.archive
  let read = 0
  let scanned = 0
  const counting: Stores = { ...stores, archive: { ...stores.archive, async *blocks(...args) { for await (const entry of blocks(...args)) { if (entry.item.kind === 'events') read += entry.item.count; yield entry } } } }
  const scanning: Stores = { ...stores, archive: { ...stores.archive, async *blocks(of, start, stop, options) { for await (const entry of blocks(of, start, stop, { groups: options?.groups ?? [0, 1] })) { if (entry.item.kind === 'events') scanned += entry.item.count; yield entry } } } }
  let runs = 0
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 0, max: BLOCKS - 1 }), fc.constantFrom(0.5, 3, 12), fc.constantFrom('TAN', 'CAR', 'AIT', 'SIN'), fc.constantFrom(4, 15, 40), fc.integer({ min: 0, max: 900 }), fc.integer({ min: 50, max: 1200 }),
    async (k, radius, projection, size, start, length) => {
      const { ra, dec } = look(k).columns
      const request = {
        target: { ra: ra![0]!, dec: dec![0]!, radius }, time: { format: 'seconds', reference: '2019-05-30T10:00:00Z', intervals: [[start, start + length], [start + length + 30, start + length + 40]] },
        products: { image: { projection, size, pixel: 1 }, spectrum: {}, lightCurve: { bin: 10 } },
      }
      runs++
      expect(await products(request, counting, `index-${runs}`)).toEqual(await products(request, scanning, `scan-${runs}`))
    },
  ), { numRuns: 25 })
  expect(read).toBeGreaterThan(1000)
  expect(read).toBeLessThan(scanned / 3)
}, 120_000)
