import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bytesSource, openFits, readTable } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { analyse } from '../src/index.js'
import { counter, counterItems, T0 } from './counter.js'
import { storesInMemory } from './stores-in-memory.js'
import type { EventBlock } from '@heavens/schemas'

let out: string
beforeEach(async () => void (out = await mkdtemp(path.join(tmpdir(), 'heavens-analyse-'))))
afterEach(() => rm(out, { recursive: true }))

const instruments = [counter]
const items = counterItems(100, 50)
const stores = storesInMemory([{ stream: { instrument: 'counter', run: 'main' }, items }])
const request = (from: number, to: number, more: object = {}): object => ({
  time: { format: 'seconds', reference: '2019-05-30T10:00:00Z', intervals: [[from, to]] },
  ...more,
})
async function opened(name: string): Promise<FitsFile> {
  return openFits(bytesSource(await readFile(path.join(out, name))), name)
}

async function sums(name: string, extension: string): Promise<number[]> {
  const file = await opened(name)
  const all: number[] = []
  for (const hdu of file.hdus.filter((h) => h.name === extension)) {
    const { columns } = await readTable(file, hdu)
    all.push((columns['COUNTS']!.values as Int32Array).reduce((a, b) => a + b, 0))
  }
  return all
}

function counted(group: number, from: number, to: number, channels: readonly number[]): number {
  let n = 0
  for (const item of items) {
    if (item.kind !== 'events') continue
    const { time, channel, detector } = (item as EventBlock).columns
    time.forEach((t, i) => (n += detector![i] === group && t >= from && t < to && channels.includes(channel![i]!) ? 1 : 0))
  }
  return n
}

test('counts of light curve and spectrum are those of the events', async () => {
  const { products, used } = await analyse(request(3.3, 47.7, { energy: { bands: [{ min: 50, max: 300 }, { min: 300, max: 3000 }] }, products: { lightCurve: { bin: 0.7 }, spectrum: {} } }), { stores, instruments, out })
  const { start, stop } = used.intervals[0]!
  expect(start).toBeCloseTo(T0 + 3.3, 6)
  expect(products.filter((p) => p.kind === 'light-curve').map((p) => p.path)).toEqual(['counter/a/light-curve.fits', 'counter/b/light-curve.fits'])
  // √(lo·hi) is 14.1 · 2^k keV: 56.6, 113 and 226 lie in the first band, 453 and up in the second.
  for (const [g, id] of ['a', 'b'].entries()) {
    expect(await sums(`counter/${id}/light-curve.fits`, 'RATE')).toEqual([counted(g, start, stop!, [2, 3, 4]), counted(g, start, stop!, [5, 6, 7])])
    expect(await sums(`counter/${id}/spectrum.pha`, 'SPECTRUM')).toEqual([counted(g, start, stop!, [0, 1, 2, 3, 4, 5, 6, 7])])
  }
  const files = (await readdir(out, { recursive: true })).filter((f) => /\.\w+$/.test(f)).sort()
  expect(files).toEqual([...products.map((p) => p.path), 'products.json', 'provenance.json', 'request.json'].sort())
})
