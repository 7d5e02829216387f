import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DataItem } from '@heavens/schemas'
import { findInstrument, INSTRUMENTS } from '@heavens/instruments'
import { bytesSource, openFits, readImage, readTable } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { analyse } from '../src/index.js'
import { decoded } from './decoded.js'
import { storesInMemory } from './stores-in-memory.js'

const data = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const runs = [23523, 23526].map((id) => path.join(data, `iact/hess-dl3-dr1/hess_dl3_dr1_obs_id_0${id}.fits.gz`))
/** A run on PKS 2155−304, a hundred degrees away. */
const elsewhere = path.join(data, 'iact/hess-dl3-dr1/hess_dl3_dr1_obs_id_033787.fits.gz')
const absent = ![...runs, elsewhere].every((run) => existsSync(run))
if (absent) console.warn(`SKIPPED: no runs of the Crab in ${data}; name their folder in HEAVENS_DATA`)

const CRAB = { ra: 83.633333, dec: 22.014444 }
/** Where the first run was pointed: no region mirrors it there. */
const POINTING = { ra: 83.633333, dec: 21.514444 }

let out: string
const items: DataItem[] = []
const kept: Uint8Array[] = []
beforeAll(async () => {
  if (absent) return
  for (const run of runs) items.push(...(await decoded(findInstrument('iact'), run, (bytes) => kept.push(bytes))))
})
beforeEach(async () => void (out = await mkdtemp(path.join(tmpdir(), 'heavens-crab-'))))
afterEach(() => rm(out, { recursive: true }))

async function asked(products: object, target: object = CRAB, options: object = {}): Promise<void> {
  const stores = storesInMemory([{ stream: { instrument: 'iact', run: 'main' }, items }])
  for (const bytes of kept) await stores.products.put(bytes)
  await analyse({ target, time: { format: 'mjd', scale: 'tt', intervals: [[53343.5, 53344.5]] }, instruments: [{ id: 'iact', options }], energy: { unit: 'TeV', bands: [{ min: 0.3, max: 50 }] }, products }, { stores, instruments: INSTRUMENTS, out })
}

async function opened(name: string): Promise<FitsFile> {
  return openFits(bytesSource(await readFile(path.join(out, 'iact', name))), name)
}

async function column(file: FitsFile, extension: string, name: string): Promise<number[]> {
  const { columns } = await readTable(file, file.hdu(extension)!)
  return Array.from(columns[name]!.values as ArrayLike<number>)
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

describe.skipIf(absent)('two runs of the Crab', () => {
  it('give a spectrum of the energies that each run trusts, with area, matrix and background in its header', async () => {
    await asked({ spectrum: {} })
    const [spectrum, background, area] = [await opened('array/spectrum.pha'), await opened('array/background.pha'), await opened('array/area.arf')]
    const header = spectrum.hdu('SPECTRUM')!.header
    expect(['RESPFILE', 'ANCRFILE', 'BACKFILE'].map((name) => header.get(name))).toEqual(['response.rmf', 'area.arf', 'background.pha'])
    // 214 and 388: those of gammapy, with SafeMaskMaker and without.
    expect([sum(await column(spectrum, 'SPECTRUM', 'COUNTS')), header.get('ONCOUNTS'), header.get('UNTRUST')]).toEqual([214, 388, 174])
    expect([background.hdu('SPECTRUM')!.header.get('BACKSCAL'), area.hdu('SPECRESP')!.header.get('CONTAIN')]).toEqual([11, 'PSF'])
    // The first channel that a run trusts whole begins at 0.75 TeV.
    const quality = await column(spectrum, 'SPECTRUM', 'QUALITY')
    const low = await column(spectrum, 'EBOUNDS', 'E_MIN')
    expect(low[quality.indexOf(0)]! / 1e9).toBeCloseTo(10 ** -0.125, 4)
  })

  it('count the background in the time only in which there were regions beside the target', async () => {
    await asked({ spectrum: {}, lightCurve: { bin: 240 } }, POINTING)
    const [spectrum, background] = [await opened('array/spectrum.pha'), await opened('array/background.pha')]
    const exposure = (file: FitsFile): number => file.hdu('SPECTRUM')!.header.number('EXPOSURE')
    expect(exposure(spectrum)).toBeCloseTo(1581.7368 + 1572.6868, 2)
    expect(exposure(background)).toBeCloseTo(1572.6868, 2)
    const header = spectrum.hdu('SPECTRUM')!.header
    expect(header.number('OFFALPHA')).toBeCloseTo(exposure(spectrum) / exposure(background) / background.hdu('SPECTRUM')!.header.number('BACKSCAL'), 6)
    const rates = await column(await opened('array/light-curve.fits'), 'RUNS', 'RATE')
    expect([Number.isNaN(rates[0]), Number.isFinite(rates[1])]).toEqual([true, true])
  })

  it('are told nothing by a run on another field, whose time the request covers too', async () => {
    const products = { spectrum: {}, lightCurve: { bin: 240 } }
    const counted = async (): Promise<unknown> => {
      const curve = await opened('array/light-curve.fits')
      const [spectrum, background] = [await opened('array/spectrum.pha'), await opened('array/background.pha')]
      const of = (file: FitsFile, name: string): unknown => file.hdu('SPECTRUM')!.header.get(name)
      return [
        await column(curve, 'RUNS', 'TIME'), await column(curve, 'RUNS', 'RATE'), await column(spectrum, 'SPECTRUM', 'COUNTS'), await column(background, 'SPECTRUM', 'COUNTS'),
        of(spectrum, 'EXPOSURE'), of(background, 'EXPOSURE'), of(background, 'BACKSCAL'),
      ]
    }
    await asked(products)
    const alone = await counted()
    const responses: Uint8Array[] = []
    const other = await decoded(findInstrument('iact'), elsewhere, (bytes) => responses.push(bytes))
    const stores = storesInMemory([{ stream: { instrument: 'iact', run: 'main' }, items: [...items, ...other] }])
    for (const bytes of [...kept, ...responses]) await stores.products.put(bytes)
    await analyse({ target: CRAB, time: { format: 'mjd', scale: 'tt', intervals: [[53343.5, 53344.5], [53940, 53950]] }, instruments: [{ id: 'iact' }], energy: { unit: 'TeV', bands: [{ min: 0.3, max: 50 }] }, products }, { stores, instruments: INSTRUMENTS, out })
    expect(await counted()).toEqual(alone)
  })

  it('give a light curve where the responses cannot be read, and say why there is no spectrum', async () => {
    const broken = kept.map((bytes) => {
      // EFFAREA by another name.
      const text = Buffer.from(bytes)
      text.write('EFFAREX', text.indexOf("'EFFAREA") + 1)
      return new Uint8Array(text)
    })
    const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
    const named = items.map((item) => (item.kind === 'calibration' ? { ...item, sha256: sha256(broken[kept.findIndex((bytes) => sha256(bytes) === item.sha256)]!) } : item))
    const stores = storesInMemory([{ stream: { instrument: 'iact', run: 'main' }, items: named }])
    for (const bytes of broken) await stores.products.put(bytes)
    const { products, refused } = await analyse({ target: CRAB, time: { format: 'mjd', scale: 'tt', intervals: [[53343.5, 53344.5]] }, instruments: [{ id: 'iact' }], products: { spectrum: {}, lightCurve: {} } }, { stores, instruments: INSTRUMENTS, out })
    expect(products.map(({ kind }) => kind)).toContain('light-curve')
    const told = (await opened('array/light-curve.fits')).hdus[0]!.header.cards.filter(({ keyword }) => keyword === 'HISTORY').map(({ value, comment }) => String(value ?? comment)).join('')
    expect(told).toMatch(/No fluxes: .*AEFF/)
    expect(products.map(({ kind }) => kind)).not.toContain('spectrum')
    expect(refused.map(({ code, sentence }) => [code, /AEFF: it has no numeric column EFFAREA/.test(sentence)])).toEqual([['no-product', true]])
  })

  it('give the excess of each run, and bins that add up to them', async () => {
    await asked({ lightCurve: { bin: 240 } })
    const curve = await opened('array/light-curve.fits')
    const [counts, off, rate] = [await column(curve, 'RUNS', 'COUNTS'), await column(curve, 'RUNS', 'OFF'), await column(curve, 'RUNS', 'RATE')]
    expect(sum(await column(curve, 'RATE', 'COUNTS'))).toBe(sum(counts))
    expect(sum(await column(curve, 'RATE', 'OFF'))).toBe(sum(off))
    expect(rate[0]! * 1581.7368).toBeCloseTo(counts[0]! - off[0]! / 11, 2)
    expect((await column(curve, 'RATE', 'UPPER')).every((limit) => limit > 0)).toBe(true)
    expect(curve.hdu('RUNS')!.header.get('ULMETHOD')).toBe('PROFILE')
  })

  it('give an upper limit over the same background where not one event came', async () => {
    const stores = storesInMemory([{ stream: { instrument: 'iact', run: 'main' }, items }])
    for (const bytes of kept) await stores.products.put(bytes)
    const [start] = items.flatMap((item) => (item.kind === 'gti' ? [item.start[0]!] : []))
    const mjd = 51544 + (start! + 600.01) / 86400
    await analyse({ target: CRAB, time: { format: 'mjd', scale: 'tt', intervals: [[mjd, mjd + 0.05 / 86400]] }, instruments: [{ id: 'iact' }], energy: { unit: 'TeV', bands: [{ min: 20, max: 50 }] }, products: { lightCurve: {}, spectrum: {} } }, { stores, instruments: INSTRUMENTS, out })
    const curve = await opened('array/light-curve.fits')
    expect([await column(curve, 'RATE', 'COUNTS'), await column(curve, 'RATE', 'OFF')]).toEqual([[0], [0]])
    expect(curve.hdu('RATE')!.header.get('ULMETHOD')).toBe('PROFILE')
    expect((await column(curve, 'RATE', 'ALPHA'))[0]).toBeCloseTo(1 / 11, 6)
    expect((await column(curve, 'RATE', 'UPPER'))[0]! * 0.05).toBeGreaterThan(2.99)
    expect((await column(curve, 'RATE', 'FLUXUL'))[0]).toBeGreaterThan(0)
    expect((await opened('array/spectrum.pha')).hdu('SPECTRUM')!.header.get('BACKFILE')).toBe('background.pha')
  })

  it('give the flux of each run in the band, of the energies it trusts, and say for which index', async () => {
    await asked({ lightCurve: { bin: 240 } }, CRAB, { index: 2.6 })
    const curve = await opened('array/light-curve.fits')
    const runs = curve.hdu('RUNS')!.header
    expect([runs.get('SPECINDX'), runs.get('CONTAIN')]).toEqual([2.6, 1])
    const [counts, trusted, off, alpha, exposure, flux, error, upper] = await Promise.all(['COUNTS', 'FCOUNTS', 'FOFF', 'FALPHA', 'EXPOSURE', 'FLUX', 'FLUXERR', 'FLUXUL'].map((name) => column(curve, 'RUNS', name)))
    flux!.forEach((value, i) => {
      expect(trusted![i]!).toBeLessThan(counts![i]!)
      expect(value / ((trusted![i]! - alpha![i]! * off![i]!) / exposure![i]!)).toBeCloseTo(1, 5)
      // The Crab above 0.3 TeV: 2.26e-11 above 1 TeV (Aharonian et al. 2006) with an index of 2.6 is 1.55e-10; systematics are 20 %.
      expect(value).toBeGreaterThan(1.2e-10)
      expect(value).toBeLessThan(2e-10)
      expect(upper![i]!).toBeGreaterThan(value + 1.4 * error![i]!)
    })
    // Bins and runs are of the same time.
    expect(sum(await column(curve, 'RATE', 'EXPOSURE')) / sum(exposure!)).toBeCloseTo(1, 9)
    expect(sum(await column(curve, 'RATE', 'FCOUNTS'))).toBe(sum(trusted!))
    // Another index makes another flux of what is not trusted.
    await asked({ lightCurve: { bin: 240 } }, CRAB, { index: 2 })
    expect((await column(await opened('array/light-curve.fits'), 'RUNS', 'FLUX'))[0]!).toBeLessThan(flux![0]!)
  })

  it('show it in the ring image at 32.75 σ, as gammapy does, and less where the disc is smaller than the point-spread function', async () => {
    const middle = async (): Promise<number> => {
      const image = await opened('image.fits')
      return ((await readImage(image, image.hdu('SIGNIFICANCE')!)).values as Float32Array)[100 * 201 + 100]!
    }
    await asked({ image: { pixel: 0.02, size: 4 } })
    const usual = await middle()
    expect(usual).toBeGreaterThan(32.4)
    expect(usual).toBeLessThan(33.1)
    await asked({ image: { pixel: 0.02, size: 4 } }, CRAB, { 'on-radius': 0.03 })
    expect(await middle()).toBeLessThan(0.9 * usual)
    expect((await opened('image.fits')).hdu('SIGNIFICANCE')!.header.get('ONRADIUS')).toBe(0.03)
  })
})
