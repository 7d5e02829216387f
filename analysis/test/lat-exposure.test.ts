import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { DataItem } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { bytesSource, openFits, readImage } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { analyse } from '../src/index.js'
import { decoded } from './decoded.js'
import { storesInMemory } from './stores-in-memory.js'

const DAY = ['fermi-lat/gammalib_p8v3/ft1.fits.gz', 'fermi-lat/gammalib_p8v3/ft2.fits.gz']
const IRFS = ['aeff', 'psf', 'edisp'].map((type) => `fermi-lat/irf/${type}_P8R3_SOURCE_V2_FB.fits.gz`)
const DATA = process.env['HEAVENS_DATA'] ?? path.resolve(import.meta.dirname, '../../../shared/data')
const present = [...DAY, ...IRFS].every((file) => existsSync(path.join(DATA, file)))
if (!present) console.warn(`Skipped: no fermi-lat/gammalib_p8v3 and irf at ${DATA} (HEAVENS_DATA)`)
const lat = findInstrument('fermi-lat')
const request = {
  target: { name: 'Crab' }, time: { format: 'iso', intervals: [['2008-08-04T15:43:37Z', '2008-08-05T15:43:37Z']] },
  energy: { unit: 'MeV', bands: [{ min: 200, max: 1000 }, { min: 1000, max: 20000 }] }, instruments: [{ id: 'fermi-lat' }],
}

let out: string
beforeEach(async () => void (out = await mkdtemp(path.join(tmpdir(), 'heavens-lat-'))))
afterEach(() => rm(out, { recursive: true }))

async function run(files: readonly string[], more: object): Promise<void> {
  const kept: Uint8Array[] = []
  const items: DataItem[] = []
  for (const file of files) items.push(...(await decoded(lat, path.join(DATA, file), (bytes) => void kept.push(bytes))))
  const stores = storesInMemory([{ stream: { instrument: 'fermi-lat', run: 'main' }, items }])
  for (const bytes of kept) await stores.products.put(bytes)
  await analyse({ ...request, ...more }, { stores, instruments: [lat], out })
}

async function opened(name: string): Promise<FitsFile> {
  return openFits(bytesSource(await readFile(path.join(out, name))), name)
}

async function middle(file: FitsFile, name: string, version: number): Promise<number> {
  const hdu = file.hdus.find((each) => each.name === name && each.header.number('EXTVER', 1) === version)!
  const { values } = await readImage(file, hdu)
  return Number(values[(values.length - 1) / 2])
}

test.skipIf(!present)('an image has the exposure of each band in cm² s, by the files that are named in it', async () => {
  await run([...DAY, ...IRFS], { products: { image: { pixel: 0.5, size: 10 } } })
  const file = await opened('fermi-lat/image.fits')
  const exposure = file.hdu('EXPOSURE')!.header
  expect([exposure.get('BUNIT'), exposure.get('IRFNAME'), exposure.get('IRFUSED'), exposure.get('SPECINDX')]).toEqual(['cm2 s', 'P8R3_SOURCE_V2', true, 2])
  // 22,173 live seconds; 4000 cm² at 0.2–1 GeV and 6000 above on average over the angles of a day.
  expect(await middle(file, 'LIVETIME', 1)).toBeGreaterThan(20_000)
  expect((await middle(file, 'EXPOSURE', 2)) / (await middle(file, 'LIVETIME', 1))).toBeCloseTo(4070, -2)
  expect((await middle(file, 'EXPOSURE', 3)) / (await middle(file, 'LIVETIME', 1))).toBeCloseTo(5990, -2)
  const provenance = JSON.parse(await readFile(path.join(out, 'provenance.json'), 'utf8')) as { calibration: { file: string }[] }
  expect(provenance.calibration.map(({ file: name }) => name)).toContain('aeff_P8R3_SOURCE_V2_FB.fits.gz')
})

test.skipIf(!present)('without files the assumed response is within 12 % of theirs, and said to be assumed', async () => {
  await run(DAY, { products: { image: { pixel: 0.5, size: 10 } } })
  const file = await opened('fermi-lat/image.fits')
  expect([file.hdus[0]!.header.get('IRFNAME'), file.hdus[0]!.header.get('IRFUSED')]).toEqual(['assumed', false])
  for (const [band, area] of [[2, 4070], [3, 5990]] as const) expect(Math.abs((await middle(file, 'EXPOSURE', band)) / (await middle(file, 'LIVETIME', 1)) / area - 1)).toBeLessThan(0.12)
})

test.skipIf(!present)('photons and exposure are cut alike, by the tighter of what the request and the list say', async () => {
  const of = async (options: object): Promise<{ counts: number; header: FitsFile['hdus'][number]['header'] }> => {
    await run([...DAY, ...IRFS], { target: { name: 'Crab', radius: 15 }, instruments: [{ id: 'fermi-lat', options }], energy: { unit: 'MeV', bands: [{ min: 100, max: 1e5 }] }, products: { image: { pixel: 0.5, size: 42 } } })
    const file = await opened('fermi-lat/image.fits')
    const counts = (await readImage(file, file.hdu('COUNTS')!)).values as Int32Array
    return { counts: counts.reduce((a, b) => a + b, 0), header: file.hdu('EXPOSURE')!.header }
  }
  const wide = await of({ zenith: 120 })
  expect(['ZENMAX', 'THETAMAX', 'E_MIN', 'E_MAX'].map((name) => wide.header.get(name))).toEqual([90, 66, 200_000, 20_000_000])
  // By THETA and ZENITH_ANGLE of the list itself, 1433 of the 1507 photons pass, and 588 the narrow cuts below; here angles are those at the start of a row of 30 s.
  expect(Math.abs(wide.counts / 1433 - 1)).toBeLessThan(0.02)
  const narrow = await of({ zenith: 70, theta: 40 })
  expect(['ZENMAX', 'THETAMAX'].map((name) => narrow.header.get(name))).toEqual([70, 40])
  expect(Math.abs(narrow.counts / 588 - 1)).toBeLessThan(0.03)
})
