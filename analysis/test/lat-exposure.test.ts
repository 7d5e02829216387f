import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { DataItem } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { bytesSource, openFits, readImage, readTable } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import { fitSpectrum, parseModel, readEffectiveArea, readResponse, readSpectrum } from '@heavens/science/spectra'
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

async function run(files: readonly string[], more: object, apart: readonly string[] = []): Promise<void> {
  const kept: Uint8Array[] = []
  const itemsOf = async (names: readonly string[]): Promise<DataItem[]> => {
    const items: DataItem[] = []
    for (const file of names) items.push(...(await decoded(lat, path.join(DATA, file), (bytes) => void kept.push(bytes))))
    return items
  }
  const stores = storesInMemory([{ stream: { instrument: 'fermi-lat', run: 'main' }, items: await itemsOf(files) }, { stream: { instrument: 'fermi-lat', run: 'upload-1' }, items: await itemsOf(apart) }])
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

test.skipIf(!present)('response functions that came apart from the data, in a run of their own, serve them too', async () => {
  await run(DAY, { products: { image: { pixel: 0.5, size: 10 } } }, IRFS)
  expect((await opened('fermi-lat/image.fits')).hdus[0]!.header.get('IRFNAME')).toBe('P8R3_SOURCE_V2')
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

test.skipIf(!present)('the curve of the Crab has exposure and flux in each bin; where no photon came, an upper limit', async () => {
  await run([...DAY, ...IRFS], { products: { lightCurve: { bin: 3600 } } })
  const file = await opened('fermi-lat/lat/light-curve.fits')
  const rates = file.hdus.filter((hdu) => hdu.name === 'RATE')
  for (const hdu of rates) {
    const { columns } = await readTable(file, hdu)
    const [counts, exposure, flux, error, upper] = ['COUNTS', 'EXPOSURE', 'FLUX', 'FLUXERR', 'FLUXUL'].map((name) => Array.from(columns[name]!.values as ArrayLike<number>))
    const contain = hdu.header.number('CONTAIN')
    expect(counts!.some((n) => n > 0)).toBe(true)
    counts!.forEach((n, i) => {
      const unit = exposure![i]! * contain
      if (unit === 0) expect(flux![i]).toBeNaN()
      else expect(flux![i]! * unit).toBeCloseTo(n, 4)
      // -ln 0.05: what 0 counts exclude at 95 %.
      if (n === 0 && unit > 0) expect([error![i], upper![i]! * unit]).toEqual([NaN, expect.closeTo(2.9957, 3)])
      else expect(upper![i]).toBeNaN()
    })
  }
  // Exposures of the bins are those of the image at the place: 9.0e7 and 1.33e8 cm² s. Crab and the glow around it above 0.2 GeV: some 1.4e-6 photons/cm²/s.
  const sums = await Promise.all(rates.map(async (hdu) => (await readTable(file, hdu)).columns['EXPOSURE']!.values as Float64Array))
  expect(sums.map((values) => values.reduce((a, b) => a + b, 0))).toEqual([expect.closeTo(9.03e7, -6), expect.closeTo(1.328e8, -6)])
  // 68 % lie within 2.0 degrees at 0.3 GeV and within 0.7 at 1 GeV, so of 0.2-1 GeV somewhat more than that.
  expect(rates[0]!.header.number('CONTAIN')).toBeCloseTo(0.7, 1)
  expect(rates[1]!.header.number('CONTAIN')).toBeGreaterThan(0.94)
})

test.skipIf(!present)('the spectrum comes with its area and matrix, and a fit gives the flux of the curve', async () => {
  await run([...DAY, ...IRFS], { products: { spectrum: {}, lightCurve: { bin: 86400 } } })
  const read = async (name: string): Promise<FitsFile> => opened(`fermi-lat/lat/${name}`)
  const spectrum = await readSpectrum(await read('spectrum.pha'))
  expect([spectrum.responseFile, spectrum.arfFile]).toEqual(['response.rmf', 'area.arf'])
  const [response, area] = [await readResponse(await read('response.rmf')), await readEffectiveArea(await read('area.arf'))]
  // Of photons of 1 GeV all find a channel; of those just below 20 GeV, where the list ends, most, of those above few; of 100 GeV none.
  const probability = (energy: number): number => {
    const row = response.energyLow.findIndex((low, i) => low <= energy && response.energyHigh[i]! > energy)
    return response.matrix.slice(row * spectrum.counts.length, (row + 1) * spectrum.counts.length).reduce((a, b) => a + b, 0)
  }
  expect(probability(1e6)).toBeCloseTo(1, 2)
  expect(probability(1.9e7)).toBeGreaterThan(0.6)
  expect(probability(2.2e7)).toBeLessThan(0.3)
  expect(probability(1e8)).toBeLessThan(0.01)
  const fit = fitSpectrum({ spectrum, response, area, model: parseModel('powerlaw'), min: 2e5, max: 2e7, statistic: 'cash', grouping: 'none' })
  const [index] = fit.parameters
  expect(index!.value).toBeGreaterThan(2)
  expect(index!.value).toBeLessThan(2.7)
  expect(fit.value / fit.dof).toBeLessThan(2.5)
  const file = await read('light-curve.fits')
  let flux = 0
  for (const hdu of file.hdus.filter((each) => each.name === 'RATE')) flux += ((await readTable(file, hdu)).columns['FLUX']!.values as Float32Array)[0]!
  // Photons of 0.2-20 GeV, by the fit and by counts over exposure for an index of 2.
  expect(Math.abs(fit.flux[1]!.value / flux - 1)).toBeLessThan(0.12)
})

test.skipIf(!present)('outside the disc to which a list was cut there is no exposure, and no product of a place there', async () => {
  await run([...DAY, ...IRFS], { products: { image: { pixel: 1, size: 40 } } })
  const file = await opened('fermi-lat/image.fits')
  const { values, shape } = await readImage(file, file.hdu('EXPOSURE')!)
  const [side] = shape as [number, number]
  const along = Array.from({ length: side }, (_, x) => Number(values[((side - 1) / 2) * side + x]))
  // The middle row runs 20 degrees to either side of the Crab; the list holds 15.
  expect(along.map((value) => value > 0).filter(Boolean).length).toBeGreaterThanOrEqual(29)
  expect(along.map((value) => value > 0).filter(Boolean).length).toBeLessThanOrEqual(31)
  expect([along[0], along.at(-1)]).toEqual([0, 0])
  await expect(run([...DAY, ...IRFS], { target: { ra: 128.8, dec: -45.2 }, products: { image: {} } })).rejects.toMatchObject({ code: 'no-exposure', message: expect.stringContaining('15 degrees around 83.6331') as string })
})

test.skipIf(!present)('a ring around the region gives the background: net fluxes, and a spectrum with a background file', async () => {
  await run([...DAY, ...IRFS], { instruments: [{ id: 'fermi-lat', options: { background: 'ring' } }], products: { lightCurve: { bin: 86400 }, spectrum: {} } })
  const curve = await opened('fermi-lat/lat/light-curve.fits')
  const rate = curve.hdu('RATE')!
  const { columns } = await readTable(curve, rate)
  const first = (name: string): number => Number((columns[name]!.values as ArrayLike<number>)[0])
  // Solid angle of 2 degrees over that of 5 to 8, all of which lies within the 15 degrees of the list.
  const cosine = (angle: number): number => Math.cos((angle * Math.PI) / 180)
  expect(first('ALPHA')).toBeCloseTo((1 - cosine(2)) / (cosine(5) - cosine(8)), 5)
  const net = first('COUNTS') - first('ALPHA') * first('OFF')
  expect(first('OFF')).toBeGreaterThan(50)
  expect(first('FLUX') * first('EXPOSURE') * rate.header.number('CONTAIN')).toBeCloseTo(net, 3)
  // The spectra of pulsar and nebula of Abdo et al. (2010), ApJ 708, 1254, make 1.0e-6 photons/cm²/s in 0.2-1 GeV; 80 counts of a day tell it to 15 %.
  expect(Math.abs(first('FLUX') / 1e-6 - 1)).toBeLessThan(0.4)
  expect(first('SIGNIF')).toBeGreaterThan(5)
  const spectrum = await readSpectrum(await opened('fermi-lat/lat/spectrum.pha'))
  expect(spectrum.backgroundFile).toBe('background.pha')
  expect(curve.hdu('RUNS')).toBeUndefined()
})
