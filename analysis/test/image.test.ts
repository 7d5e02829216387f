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
