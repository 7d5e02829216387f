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

test('the sum of bands that overlap counts no event twice', async () => {
  const bands = [{ min: 10, max: 300 }, { min: 50, max: 3000 }]
  await analyse(request(0, 50, { energy: { bands }, products: { lightCurve: { bands: 'sum' } } }), { stores, instruments, out })
  expect(await sums('counter/a/light-curve.fits', 'RATE')).toEqual([counted(0, T0, T0 + 50, [0, 1, 2, 3, 4, 5, 6, 7])])
})

test('dead time is taken off exposures, and rates follow', async () => {
  await analyse(request(10, 20, { products: { lightCurve: { bin: 10 }, spectrum: {} } }), { stores, instruments, out })
  const n = counted(0, T0 + 10, T0 + 20, [0, 1, 2, 3, 4, 5, 6, 7])
  const live = 10 - 1e-5 * n
  const file = await opened('counter/a/light-curve.fits')
  const { columns } = await readTable(file, file.hdu('RATE')!)
  expect((columns['FRACEXP']!.values as Float32Array)[0]).toBeCloseTo(live / 10, 6)
  expect((columns['RATE']!.values as Float32Array)[0]).toBeCloseTo((columns['COUNTS']!.values as Int32Array)[0]! / live, 3)
  expect((await opened('counter/a/spectrum.pha')).hdu('SPECTRUM')!.header.number('EXPOSURE')).toBeCloseTo(live, 6)
})

test('background intervals without good time cost the spectrum, which says so, and no other product', async () => {
  const { products, refused } = await analyse(request(10, 20, { products: { lightCurve: {}, spectrum: { background: [[5000, 5010]] } } }), { stores, instruments, out })
  expect(refused).toMatchObject([{ code: 'no-product', sentence: expect.stringMatching(/has no good time in the background intervals/) as string }])
  expect(products.map(({ kind }) => kind)).toContain('light-curve')
  expect(products.map(({ kind }) => kind)).not.toContain('spectrum')
})

test('background has its own intervals and exposure, and the spectrum names it', async () => {
  await analyse(request(10, 20, { products: { spectrum: { background: [[-10, -5], [20, 30]] } } }), { stores, instruments, out })
  expect(await sums('counter/b/background.pha', 'SPECTRUM')).toEqual([counted(1, T0, T0 + 5, [0, 1, 2, 3, 4, 5, 6, 7]) + counted(1, T0 + 30, T0 + 40, [0, 1, 2, 3, 4, 5, 6, 7])])
  const header = (await opened('counter/b/spectrum.pha')).hdu('SPECTRUM')!.header
  expect([header.get('BACKFILE'), header.get('RESPFILE'), header.get('HDUCLAS2')]).toEqual(['background.pha', 'none', 'TOTAL'])
  expect((await opened('counter/b/background.pha')).hdu('SPECTRUM')!.header.get('HDUCLAS2')).toBe('BKG')
})

test('an event list holds the events of the bands, in order, an open end the data to their end', async () => {
  const { used } = await analyse({ time: { format: 'seconds', reference: '2019-05-30T10:00:00Z', intervals: [[20, null]] }, energy: { bands: [{ min: 50, max: 300 }] }, products: { events: {} } }, { stores, instruments, out })
  // The request as used says where the data ended, so that it gives the same at any later time.
  expect(used.intervals[0]!.stop).toBeCloseTo(T0 + 100, 5)
  expect(used.request.time.intervals[0]![1]).not.toBeNull()
  const file = await opened('counter/events.fits')
  const { columns, rows } = await readTable(file, file.hdu('EVENTS')!)
  expect(rows).toBe(counted(0, T0 + 20, Infinity, [2, 3, 4]) + counted(1, T0 + 20, Infinity, [2, 3, 4]))
  const time = columns['TIME']!.values as Float64Array
  expect(time.every((t, i) => i === 0 || t >= time[i - 1]!)).toBe(true)
})

test('the same request on the same data gives the same bytes', async () => {
  const again = await mkdtemp(path.join(tmpdir(), 'heavens-again-'))
  const asked = request(0, 60, { products: { lightCurve: {}, spectrum: {}, events: {} } })
  const first = await analyse(asked, { stores, instruments, out })
  const second = await analyse(asked, { stores, instruments, out: again })
  expect(second.products).toEqual(first.products)
  expect(second.provenance).toEqual(first.provenance)
  await rm(again, { recursive: true })
})

test('where there is nothing, the reason is told and no file is written', async () => {
  const attempt = (asked: object): Promise<unknown> => analyse(asked, { stores, instruments, out: path.join(out, 'none') })
  await expect(attempt(request(5000, 6000))).rejects.toMatchObject({ code: 'no-data', message: expect.stringContaining('there are: counter (main) 2019-05-30T10:00:00') as string })
  await expect(attempt(request(5000, 6000, { instruments: [{ id: 'counter' }] }))).rejects.toMatchObject({ code: 'no-data', message: expect.stringContaining('counter was not taking data') as string })
  await expect(attempt(request(0, 10, { products: { image: {} } }))).rejects.toMatchObject({ code: 'no-product', message: expect.stringContaining('counter makes no image') as string })
  const beyond = { energy: { unit: 'GeV', bands: [{ min: 1, max: 2 }] }, products: { spectrum: {} } }
  await expect(attempt(request(0, 10, beyond))).rejects.toMatchObject({ code: 'no-data', message: expect.stringContaining('counter sees 0.01–2.56 MeV, and was asked for 1–2 GeV') as string })
  await expect(attempt(request(0, 10, { products: { lightCurve: { bin: 1e-7 } } }))).rejects.toMatchObject({ code: 'too-much', path: 'products.lightCurve.bin' })
  expect(await readdir(out)).toEqual([])
})

test('a signal stops it', async () => {
  await expect(analyse(request(0, 10), { stores, instruments, out, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
})

test('products of simulated telemetry say so, measured ones do not', async () => {
  const simulated = storesInMemory([{ stream: { instrument: 'counter', run: 'simulated' }, items }])
  const asked = request(0, 10, { products: { spectrum: {} } })
  const kind = async (from: typeof stores): Promise<unknown> => {
    await analyse(asked, { stores: from, instruments, out })
    return (await opened('counter/a/spectrum.pha')).hdu('SPECTRUM')!.header.get('SIMDATA')
  }
  expect(await kind(simulated)).toBe(true)
  expect(await kind(stores)).toBeUndefined()
})
