import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { DataItem } from '@heavens/schemas'
import { InstrumentDescriptor } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import { bytesSource, openFits, readTable } from '@heavens/science/fits'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { analyse, quote } from '../src/index.js'
import { counter, T0 } from './counter.js'
import { storesInMemory } from './stores-in-memory.js'

let out: string
beforeEach(async () => void (out = await mkdtemp(path.join(tmpdir(), 'heavens-rates-'))))
afterEach(() => rm(out, { recursive: true }))

const scaler: Instrument = {
  ...counter,
  descriptor: InstrumentDescriptor.parse({
    ...counter.descriptor, id: 'scaler', data: 'rates', columns: [], groups: [{ id: 'whole', label: 'whole' }], deadTime: 0,
    bands: [{ id: 'low', label: 'low', eMin: 10, eMax: 40 }, { id: 'high', label: 'high', eMin: 40, eMax: 160 }], products: ['light-curve', 'spectrum'],
  }),
}
// 200 bins of half a second that begin a fifth of a second off the requested start; low counts 1, 2, 3 …, high 1000 each.
const items: DataItem[] = [0, 100].map((from, sequence) => ({
  kind: 'rates', source: 'rates.fit', sequence, late: false, start: T0 + 0.2 + from / 2, stop: T0 + 0.2 + from / 2 + 50, count: 100, width: 0.5, group: 0, channels: 2,
  time: Float64Array.from({ length: 100 }, (_, i) => T0 + 0.2 + (from + i) / 2),
  counts: Float64Array.from({ length: 200 }, (_, i) => (i % 2 === 1 ? 1000 : from + i / 2 + 1)),
}))
const stores = storesInMemory([{ stream: { instrument: 'scaler', run: 'main' }, items: [...items, items[0]!] }])
const request = (products: object, more: object = {}): object => ({ time: { format: 'seconds', reference: '2019-05-30T10:00:00Z', intervals: [[10, 20]] }, products, ...more })

async function curves(): Promise<{ time: number[]; width: number[]; counts: number[] }[]> {
  const file = await openFits(bytesSource(await readFile(path.join(out, 'scaler/whole/light-curve.fits'))), 'light-curve.fits')
  return Promise.all(file.hdus.filter((hdu) => hdu.name === 'RATE').map(async (hdu) => {
    const { columns } = await readTable(file, hdu)
    const of = (name: string): number[] => Array.from(columns[name]!.values as Float64Array)
    return { time: of('TIME'), width: of('TIMEDEL'), counts: of('COUNTS') }
  }))
}

test('native bins are taken whole, by their middle, once each', async () => {
  await analyse(request({ lightCurve: {} }), { stores, instruments: [scaler], out })
  const [low, high] = await curves()
  // Bin i covers T0 + 0.2 + i/2 and half a second on: the first with its middle after T0 + 10 is number 20.
  expect(low!.counts).toEqual(Array.from({ length: 20 }, (_, i) => 21 + i))
  expect(high!.counts).toEqual(new Array(20).fill(1000))
  expect(low!.time[0]).toBeCloseTo(T0 + 10.45, 6)
  expect(new Set(low!.width)).toEqual(new Set([0.5]))
})

test('wider bins add up native ones; bands add up channels', async () => {
  await analyse(request({ lightCurve: { bin: 2, bands: 'sum' } }), { stores, instruments: [scaler], out })
  const [sum, ...others] = await curves()
  expect(others).toHaveLength(0)
  expect(sum!.counts).toEqual([0, 1, 2, 3, 4].map((k) => 4000 + [21, 22, 23, 24].reduce((s, n) => s + n + 4 * k, 0)))
})

test('a group whose only bin has its middle outside has a curve without bins, and a picture of it', async () => {
  const pair: Instrument = { ...scaler, descriptor: InstrumentDescriptor.parse({ ...scaler.descriptor, id: 'pair', groups: [{ id: 'whole', label: 'whole' }, { id: 'other', label: 'other' }] }) }
  // One long bin that reaches into the interval, its middle outside: it belongs to what comes after.
  const long: DataItem = { kind: 'rates', source: 'rates.fit', sequence: 9, late: false, start: T0 + 15, stop: T0 + 45, count: 1, width: 30, group: 1, channels: 2, time: Float64Array.of(T0 + 15), counts: Float64Array.of(5, 5) }
  const both = storesInMemory([{ stream: { instrument: 'pair', run: 'main' }, items: [...items, long] }])
  const { products } = await analyse(request({ lightCurve: {} }, { instruments: [{ id: 'pair', groups: ['whole', 'other'] }] }), { stores: both, instruments: [pair], out })
  expect(products.map((p) => p.path)).toContain('pair/whole/light-curve.png')
  expect(products.map((p) => p.path)).toContain('pair/other/light-curve.png')
})

test('a spectrum of the instrument’s own bands', async () => {
  await analyse(request({ spectrum: {} }), { stores, instruments: [scaler], out })
  const file = await openFits(bytesSource(await readFile(path.join(out, 'scaler/whole/spectrum.pha'))), 'spectrum.pha')
  const { columns } = await readTable(file, file.hdu('SPECTRUM')!)
  expect(Array.from(columns['COUNTS']!.values as Int32Array)).toEqual([Array.from({ length: 20 }, (_, i) => 21 + i).reduce((a, b) => a + b), 20_000])
  expect(file.hdu('SPECTRUM')!.header.number('EXPOSURE')).toBeCloseTo(10, 9)
})

test.each([
  ['events', { events: {} }, {}, 'no-product', 'light-curve, spectrum'],
  ['an image', { image: {} }, {}, 'no-product', 'light-curve, spectrum'],
  ['a band that it does not have', { lightCurve: {} }, { energy: { unit: 'keV', bands: [{ min: 100, max: 120 }] } }, 'no-product', '10-40 keV, 40-160 keV'],
  ['energies that it does not see', { lightCurve: {} }, { energy: { unit: 'MeV', bands: [{ min: 1, max: 2 }] } }, 'no-data', 'scaler sees 10–160 keV, and was asked for 1–2 MeV'],
])('refuses %s with the reason', async (_, products, more, code, words) => {
  await expect(analyse(request(products, more), { stores, instruments: [scaler], out })).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string })
})

test('a quote counts what the products will', async () => {
  const answer = await quote(request({ lightCurve: {} }), stores, [scaler])
  expect(answer.instruments).toMatchObject([{ id: 'scaler', run: 'main', exposure: 10, products: ['light-curve'] }])
  expect(answer.instruments[0]!.events).toBeGreaterThan(20_000)
  expect(answer.cut[0]).toContain('bins of its own')
})
