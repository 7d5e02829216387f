import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { decode } from 'fast-png'
import type { DataItem } from '@heavens/schemas'
import { InstrumentDescriptor } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import { bytesSource, openFits, readImage, readTable } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import { separation, wcsFromHeader } from '@heavens/science/sky'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { analyse } from '../src/index.js'
import { counter, seeded, T0 } from './counter.js'
import { storesInMemory } from './stores-in-memory.js'

let out: string
beforeEach(async () => void (out = await mkdtemp(path.join(tmpdir(), 'heavens-image-'))))
afterEach(() => rm(out, { recursive: true }))

const camera: Instrument = {
  ...counter,
  descriptor: InstrumentDescriptor.parse({
    ...counter.descriptor, id: 'camera', kind: 'imager', columns: ['energy', 'ra', 'dec'], groups: [{ id: 'eye', label: 'eye' }], deadTime: 0, fieldOfView: 20,
    images: { nside: 64, windows: [], psfRadius: 0.5 }, products: ['light-curve', 'spectrum', 'image', 'events'], defaults: { bin: 10, radius: 1, pixel: 0.25, size: 8 },
  }),
}
const source = { ra: 83.633, dec: 22.014 }
const n = 2000
const random = seeded(5)
// Every fourth photon is of the source, within 0.1 degrees; the others are spread over 20 × 20 degrees.
const photons = Array.from({ length: n }, (_, i) => (i % 4 === 0 ? [source.ra + (random() - 0.5) * 0.1, source.dec + (random() - 0.5) * 0.1] : [source.ra + (random() - 0.5) * 20, source.dec + (random() - 0.5) * 20]))
const ra = Float32Array.from(photons, (p) => p[0]!)
const dec = Float32Array.from(photons, (p) => p[1]!)
const energy = Float32Array.from(photons, (_, i) => (i % 2 === 0 ? 20 : 200))
const marks = { source: 'sky.fit', sequence: 0, late: false }
const events: DataItem = { kind: 'events', ...marks, start: T0, stop: T0 + 100, count: n, columns: { time: Float64Array.from(photons, (_, i) => T0 + i * 0.05), energy, ra, dec } }
const attitude: DataItem = {
  kind: 'pointing', ...marks, source: 'attitude.fit', start: T0, stop: T0 + 100, count: 2, time: Float64Array.of(T0, T0 + 50), duration: Float32Array.of(50, 50),
  ra: Float32Array.of(source.ra, source.ra + 40), dec: Float32Array.of(source.dec, source.dec), raX: new Float32Array(2), decX: new Float32Array(2),
  raZenith: new Float32Array(2).fill(NaN), decZenith: new Float32Array(2).fill(NaN), livetime: Float32Array.of(0.9, 0.9), inSaa: new Uint8Array(2),
}
const stores = storesInMemory([{ stream: { instrument: 'camera', run: 'main' }, items: [events] }])
const pointed = storesInMemory([{ stream: { instrument: 'camera', run: 'main' }, items: [events, attitude] }])
const request = (more: object): object => ({ target: source, time: { format: 'seconds', reference: '2019-05-30T10:00:00Z', intervals: [[0, 100]] }, ...more })

async function opened(name: string): Promise<FitsFile> {
  return openFits(bytesSource(await readFile(path.join(out, name))), name)
}

test('the source is in the middle pixel, every photon in the one that the WCS names', async () => {
  await analyse(request({ products: { image: { projection: 'AIT' } } }), { stores, instruments: [camera], out })
  const file = await opened('camera/image.fits')
  const images = file.hdus.filter((hdu) => hdu.name === 'COUNTS')
  expect(images.map((hdu) => hdu.header.get('BANDID'))).toEqual(['all', 'soft', 'hard'])
  const { shape, values } = await readImage(file, images[0]!)
  expect(shape).toEqual([33, 33])
  const want = new Int32Array(33 * 33)
  const wcs = wcsFromHeader(images[0]!.header)
  for (let i = 0; i < n; i++) {
    const [x, y] = wcs.toPixel(ra[i]!, dec[i]!)!.map((v) => Math.round(v) - 1) as [number, number]
    if (x >= 0 && x < 33 && y >= 0 && y < 33) want[y * 33 + x]!++
  }
  expect(Array.from(values as Int32Array)).toEqual(Array.from(want))
  expect(want.indexOf(Math.max(...want))).toBe(16 * 33 + 16)
  const significance = (await readImage(file, file.hdu('SIGNIFICANCE')!)).values as Float32Array
  expect(significance[16 * 33 + 16]).toBeGreaterThan(20)
  expect(file.hdu('EXPOSURE')).toBeUndefined()
  expect(file.hdus[0]!.header.get('EXPOMAP')).toBe(false)
  const picture = decode(await readFile(path.join(out, 'camera/image.png')))
  expect([picture.width, picture.height]).toEqual([495, 495])
})

test('where the attitude is known, exposures are the time in the field of view', async () => {
  await analyse(request({ products: { image: {}, spectrum: {}, lightCurve: { bin: 50 } } }), { stores: pointed, instruments: [camera], out })
  const exposure = (await readImage(await opened('camera/image.fits'), (await opened('camera/image.fits')).hdu('EXPOSURE')!)).values as Float32Array
  expect(exposure[16 * 33 + 16]).toBeCloseTo(45, 4)
  expect((await opened('camera/eye/spectrum.pha')).hdu('SPECTRUM')!.header.number('EXPOSURE')).toBeCloseTo(45, 4)
  const curve = await opened('camera/eye/light-curve.fits')
  const { columns } = await readTable(curve, curve.hdu('RATE')!)
  expect((columns['FRACEXP']!.values as Float32Array)[0]).toBeCloseTo(0.9, 5)
})

test('spectrum and light curve hold the photons within the radius', async () => {
  await analyse(request({ target: { ...source, radius: 2 }, products: { spectrum: {}, lightCurve: {} } }), { stores, instruments: [camera], out })
  const near = photons.filter((_, i) => separation(source.ra, source.dec, ra[i]!, dec[i]!) <= 2).length
  const file = await opened('camera/eye/spectrum.pha')
  const { columns } = await readTable(file, file.hdu('SPECTRUM')!)
  expect((columns['COUNTS']!.values as Int32Array).reduce((a, b) => a + b, 0)).toBe(near)
  expect(near).toBeGreaterThan(500)
})

test('a place that was never seen, or none, is refused', async () => {
  const attempt = (more: object): Promise<unknown> => analyse(request(more), { stores: pointed, instruments: [camera], out })
  await expect(attempt({ target: { ra: 263, dec: -22 } })).rejects.toMatchObject({ code: 'no-exposure', message: expect.stringContaining('No exposure of camera at this position in this interval') as string })
  await expect(attempt({ target: undefined, products: { image: {} } })).rejects.toMatchObject({ code: 'no-product', message: expect.stringContaining('no target') as string })
  await expect(attempt({ products: { image: { pixel: 0.001, size: 10 } } })).rejects.toMatchObject({ code: 'too-much', path: 'products.image.pixel' })
})

test.each<[string, object, (lon: number, lat: number) => boolean]>([
  ['a range', { range: [81, 84, 21, 25] }, (lon, lat) => lon >= 81 && lon <= 84 && lat >= 21 && lat <= 25],
  // Sides along meridians are great circles: the same on the sphere as on paper.
  ['a polygon', { polygon: [[81, 17], [86, 17], [86, 27]] }, (lon, lat) => lon < 86 && lat < bound(81, 17, 86, 27, lon) && lat > bound(81, 17, 86, 17, lon)],
])('counts what is in %s, and no more, in events, light curve and spectrum', async (_, shape, inside) => {
  const asked = { target: { shape }, time: { format: 'seconds', reference: '2019-05-30T10:00:00Z', intervals: [[0, 100]] }, instruments: [{ id: 'camera' }], products: { lightCurve: { bin: 10, bands: 'sum' }, spectrum: {}, events: {} } }
  const { used, products } = await analyse(asked, { stores, instruments: [camera], out, version: '1' })
  expect(used.target).toMatchObject({ shape })
  const want = photons.filter((_p, i) => inside(ra[i]!, dec[i]!)).length
  expect(want).toBeGreaterThan(30)
  const open = async (kind: string): Promise<FitsFile> => openFits(bytesSource(await readFile(path.join(out, products.find((p) => p.kind === kind)!.path))), kind)
  const list = await open('events')
  expect(Number(list.hdu('EVENTS')!.header.get('NAXIS2'))).toBe(want)
  const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, v) => total + v, 0)
  const spectrum = await open('spectrum')
  expect(sum((await readTable(spectrum, spectrum.hdu('SPECTRUM')!)).columns['COUNTS']!.values as Int32Array)).toBe(want)
  const curve = await open('light-curve')
  expect(sum((await readTable(curve, curve.hdu('RATE')!)).columns['COUNTS']!.values as Int32Array)).toBe(want)
  const report = await readFile(path.join(out, 'report.html'), 'utf8')
  expect(report).toContain('range' in shape ? 'range ra 81 to 84, dec 21 to 25 deg' : 'polygon 81 17, 86 17, 86 27 deg')
})

/** Declination at `lon` of the great circle through two places, degrees. */
function bound(lon1: number, lat1: number, lon2: number, lat2: number, lon: number): number {
  const [l1, l2, l, b1, b2] = [lon1, lon2, lon, lat1, lat2].map((a) => (a * Math.PI) / 180) as [number, number, number, number, number]
  return (Math.atan((Math.tan(b1) * Math.sin(l2 - l) + Math.tan(b2) * Math.sin(l - l1)) / Math.sin(l2 - l1)) * 180) / Math.PI
}
