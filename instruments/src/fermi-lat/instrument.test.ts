import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, writeFits } from '@heavens/science/fits'
import { contractOf, decodeAll, stillSky, timesOf } from '../contract.js'
import type { DecodedItem } from '../instrument.js'
import { realData } from '../real-data.js'
import { areaFactor, areaOnAxis } from './response.js'
import { instrument } from './index.js'

contractOf(instrument)

type Events = Extract<DecodedItem, { kind: 'events' }>
const eventsOf = (items: readonly DecodedItem[]): Events[] => items.filter(item => item.kind === 'events')
const countOf = (items: readonly DecodedItem[]): number => eventsOf(items).reduce((sum, item) => sum + item.count, 0)

/** The centre of the fullest cell of a grid of `step` degrees in RA and Dec. */
function brightest(items: readonly DecodedItem[], step: number): { ra: number; dec: number } {
  const cells = new Map<string, number>()
  for (const { columns } of eventsOf(items)) {
    columns.ra!.forEach((ra, i) => {
      const key = `${Math.floor(ra / step)} ${Math.floor(columns.dec![i]! / step)}`
      cells.set(key, (cells.get(key) ?? 0) + 1)
    })
  }
  const [best] = [...cells].sort((a, b) => b[1] - a[1])
  const [x, y] = best![0].split(' ').map(Number)
  return { ra: (x! + 0.5) * step, dec: (y! + 0.5) * step }
}

const ALL_SKY = 'fermi-lat/2fhl_allsky/fermi_2fhl_events_selected.fits.gz'
const CRAB = 'fermi-lat/crab/events.fits.gz'
const FT1 = 'fermi-lat/gammalib_p8v3/ft1.fits.gz'
const FT2 = 'fermi-lat/gammalib_p8v3/ft2.fits.gz'
const PULSAR = 'fermi-lat/PSR_J0030+0451/J0030+0451_P8_15.0deg_239557517_458611204_ft1weights_GEO_wt.gt.0.4.fits'
const NOT_TELEMETRY = ['fermi-lat/gammalib_p8v3/ltcube.fits.gz', 'fermi-lat/gammalib_p8v3/cntmap.fits.gz', 'fermi-lat/crab/exposure_cube.fits.gz', 'fermi-lat/crab/psf.fits.gz']
const IRFS = ['aeff', 'psf', 'edisp'].map(type => `fermi-lat/irf/${type}_P8R3_SOURCE_V2_FB.fits.gz`)
const real = realData(ALL_SKY, CRAB, FT1, FT2, PULSAR, ...NOT_TELEMETRY, ...IRFS)

describe('real photon lists', () => {
  it.skipIf(!real.present)('of the whole sky above 50 GeV: 60,347 photons, most at Mkn 421', async () => {
    const { items, undecodable } = await decodeAll(instrument, '2fhl.fits', real.bytes(ALL_SKY))
    expect([countOf(items), undecodable]).toEqual([60_347, 0])
    const { ra, dec } = brightest(items, 0.5)
    expect(Math.hypot((ra - 166.1) * Math.cos(0.66), dec - 38.2)).toBeLessThan(0.6)
    expect(Math.min(...eventsOf(items).flatMap(item => [...item.columns.energy!]))).toBeGreaterThan(5e7)
  })

  it.skipIf(!real.present)('of the Crab: 10,441 photons that step back in time by six days come out in order', async () => {
    const { items, undecodable } = await decodeAll(instrument, 'crab.fits', real.bytes(CRAB))
    expect([countOf(items), undecodable]).toEqual([10_441, 0])
    const times = timesOf(items)
    expect(times.every((t, i) => i === 0 || t >= times[i - 1]!)).toBe(true)
    const { ra, dec } = brightest(items, 0.2)
    expect(Math.hypot((ra - 83.63) * Math.cos(0.384), dec - 22.01)).toBeLessThan(0.2)
  })

  it.skipIf(!real.present)('with the columns of other tools behind, and a selection of 27 in a list whose header covers seven years', async () => {
    const { items } = await decodeAll(instrument, 'pulsar.fits', real.bytes(PULSAR))
    expect(countOf(items)).toBe(6973)
    expect(items.some(item => item.kind === 'gti')).toBe(false)
  })

  it.skipIf(!real.present)('of a day: 1507 photons in 15 good intervals', async () => {
    const { items } = await decodeAll(instrument, 'ft1.fits', real.bytes(FT1))
    expect(countOf(items)).toBe(1507)
    const good = items[0]
    expect(good?.kind === 'gti' && good.start.length).toBe(15)
  })
})

describe('cuts', () => {
  it.skipIf(!real.present)('of a real list are read from its header: zenith 90, 0.2 to 20 GeV; 105 and 10 GeV to 2 TeV', async () => {
    const cutsOf = async (path: string): Promise<unknown> => {
      const { items } = await decodeAll(instrument, 'ft1.fits', real.bytes(path))
      return items.flatMap(item => (item.kind === 'gti' ? [item.cuts] : []))
    }
    expect(await cutsOf(FT1)).toEqual([{ zenith: 90, eMin: 2e5, eMax: 2e7, discs: [{ ra: 83.6331, dec: 22.0145, radius: 15 }] }])
    expect(await cutsOf(CRAB)).toEqual([{ zenith: 105, eMin: 1e7, eMax: 2e9 }])
  })

  it.skipIf(!real.present)('of the field of view and the zenith are flags of photons', async () => {
    const { items } = await decodeAll(instrument, 'crab.fits', real.bytes(CRAB))
    const flags = eventsOf(items).flatMap(item => [...item.columns.flags!])
    // By astropy: THETA > 66 or ZENITH_ANGLE > 100.
    expect(flags.reduce((a, b) => a + b, 0)).toBe(695)
  })
})

describe('real attitude', () => {
  it.skipIf(!real.present)('5604 rows with a boresight, a livetime fraction and the zenith', async () => {
    const { items } = await decodeAll(instrument, 'ft2.fits', real.bytes(FT2))
    const blocks = items.filter(item => item.kind === 'pointing')
    expect(blocks.reduce((sum, block) => sum + block.count, 0)).toBe(5604)
    const [first] = blocks
    expect(first!.ra[0]).toBeCloseTo(113.32885, 4)
    expect(first!.decX[0]).toBeCloseTo(-31.10198, 4)
    expect(first!.duration[0]).toBeCloseTo(29.105824, 5)
    expect(first!.livetime[0]).toBeCloseTo(25.041281 / 29.105824, 5)
    expect(blocks.every(block => block.livetime.every(x => x >= 0 && x <= 1))).toBe(true)
  })

  it.skipIf(!real.present)('cubes, maps and tables of other tools are not taken for telemetry', async () => {
    for (const path of NOT_TELEMETRY) expect(instrument.recognise(await openFits(bytesSource(real.bytes(path)), path))).toBeUndefined()
  })
})

describe('real response functions', () => {
  const opened = async () => Promise.all(IRFS.map(async (path, i) => ({ type: (['aeff', 'psf', 'edisp'] as const)[i]!, sha256: '', file: await openFits(bytesSource(real.bytes(path)), path) })))

  it.skipIf(!real.present)('are kept as calibration for the whole mission', async () => {
    for (const [i, type] of ['aeff', 'psf', 'edisp'].entries()) {
      const { items } = await decodeAll(instrument, `${type}.fits`, real.bytes(IRFS[i]!))
      expect(items).toMatchObject([{ kind: 'calibration', type, sha256: 'sha256-of-the-test', group: 0 }])
    }
  })

  it.skipIf(!real.present)('depend on azimuth four times in the circle, with the mean 1', async () => {
    const { azimuth } = await instrument.pointResponse!(await opened())
    for (const [energy, cosine] of [[1e5, 0.9], [1e6, 0.5], [1e7, 0.3]] as const) {
      const all = Array.from({ length: 3600 }, (_, k) => azimuth!(energy, cosine, (k + 0.5) / 10))
      expect(all.reduce((a, b) => a + b, 0) / 3600).toBeCloseTo(1, 3)
      for (const turn of [90, 180, -90]) expect(azimuth!(energy, cosine, 17 + turn)).toBeCloseTo(azimuth!(energy, cosine, 17), 12)
      expect(azimuth!(energy, cosine, 20)).toBeCloseTo(azimuth!(energy, cosine, 70), 12)
    }
    // Along the axes and between them the area differs, the more the further from the boresight.
    const spread = (cosine: number): number => Math.abs(azimuth!(1e7, cosine, 0) - azimuth!(1e7, cosine, 45))
    expect(spread(0.4)).toBeGreaterThan(0.05)
    expect(spread(0.4)).toBeGreaterThan(spread(0.98))
  })

  it.skipIf(!real.present)('give the area of the table, front and back together', async () => {
    const response = await instrument.pointResponse!(await opened())
    expect(response.name).toBe('P8R3_SOURCE_V2')
    // [MeV, cm² on axis] as read with astropy, before the efficiency of 1.00 to 1.01 at a live fraction of 0.9.
    for (const [energy, area] of [[107.5, 3633], [339.8, 6252], [1074.6, 8486], [10746, 9255], [205352, 8835]] as const) expect(Math.abs(response.area(energy * 1e3, 0.9875, 0.9) / area - 1)).toBeLessThan(0.02)
    expect(response.area(1e6, 0.19, 0.9)).toBe(0)
    expect(response.area(1e3, 1, 0.9)).toBe(0)
    expect(response.area(2e5, 0.9, 0.95)).toBeGreaterThan(1.02 * response.area(2e5, 0.9, 0.9))
  })

  it.skipIf(!real.present)('hold 68 % of the photons within 5 degrees at 100 MeV, 0.7 at 1 GeV, 0.15 at 10 GeV', async () => {
    // https://www.slac.stanford.edu/exp/glast/groups/canda/lat_Performance.htm; 0.156 at 10 GeV in the psf.fits of the Crab (P8R2_SOURCE_V6)
    const { containment } = await instrument.pointResponse!(await opened())
    for (const [energy, radius] of [[1e5, 4.9], [1e6, 0.7], [1e7, 0.145]] as const) expect(Math.abs(containment!(energy, 0.85, radius) - 0.68)).toBeLessThan(0.03)
    expect(containment!(1e6, 0.9, 30)).toBeGreaterThan(0.98)
  })

  it.skipIf(!real.present)('give energies near the true ones: 68 % within 20 % at 100 MeV, within 10 % from 1 to 100 GeV', async () => {
    // https://fermi.gsfc.nasa.gov/ssc/data/analysis/documentation/Pass8_edisp_usage.html
    const { redistribution } = await instrument.pointResponse!(await opened())
    const within = (energy: number, share: number): number => redistribution!(energy, 0.9, Float64Array.of(energy * (1 - share), energy * (1 + share)))[0]!
    for (const energy of [1e6, 1e7, 1e8]) expect(within(energy, 0.1)).toBeGreaterThan(0.68)
    expect(within(1e5, 0.2)).toBeGreaterThan(0.6)
    expect(within(1e5, 0.2)).toBeLessThan(0.8)
    const all = redistribution!(1e6, 0.9, Float64Array.of(1e4, 3e5, 1e6, 3e6, 1e9))
    expect(all.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6)
  })
})

describe('simulated photons', () => {
  const epoch = 8.2e8

  it('come at 1 to 4 a second with a spectrum that falls', async () => {
    const [ft1] = instrument.simulate!(stillSky(epoch), epoch, epoch + 3000).filter(file => file.source === 'lat-ft1')
    const { items } = await decodeAll(instrument, ft1!.name, ft1!.bytes)
    const energy = eventsOf(items).flatMap(item => [...item.columns.energy!])
    expect(energy.length / 3000).toBeGreaterThan(1)
    expect(energy.length / 3000).toBeLessThan(4)
    const above = (kev: number): number => energy.filter(e => e > kev).length
    expect(above(1e6) / energy.length).toBeGreaterThan(0.03)
    expect(above(1e6) / energy.length).toBeLessThan(0.2)
    expect(above(1e7)).toBeLessThan(above(1e6) / 8)
  })

  it('gather at a bright source', async () => {
    const [ft1] = instrument.simulate!(stillSky(epoch), epoch, epoch + 3000).filter(file => file.source === 'lat-ft1')
    const { items } = await decodeAll(instrument, ft1!.name, ft1!.bytes)
    const near = (ra: number, dec: number): number => eventsOf(items).reduce((sum, { columns }) => sum + columns.ra!.reduce((n, x, i) => n + (Math.hypot((x - ra) * Math.cos(dec * Math.PI / 180), columns.dec![i]! - dec) < 2 ? 1 : 0), 0), 0)
    expect(near(128.836, -45.176)).toBeGreaterThan(2 * near(128.836, -25))
    expect(near(128.836, -45.176)).toBeGreaterThan(30)
  })

  it('are nowhere where nothing is seen: in the SAA only the attitude comes', () => {
    const dark = { ...stillSky(epoch), spacecraft: () => ({ ...stillSky(epoch).spacecraft(0), inSaa: true }) }
    expect(instrument.simulate!(dark, epoch, epoch + 60).map(file => file.source)).toEqual(['lat-ft2'])
  })
})

describe('the assumed response', () => {
  it('is what the table of P8R3_SOURCE_V2 says, within 12 %', () => {
    // [MeV, cm² on axis], read from the file of the effective area, front + back
    for (const [energy, area] of [[107.5, 3633], [339.8, 6252], [1074.6, 8486], [10746, 9255], [205352, 8835]] as const) {
      expect(Math.abs(areaOnAxis(energy) / area - 1)).toBeLessThan(0.12)
    }
    for (const [cosine, factor] of [[0.912, 0.885], [0.712, 0.712], [0.512, 0.44]] as const) expect(Math.abs(areaFactor(cosine) - factor)).toBeLessThan(0.07)
    expect(areaFactor(0.3)).toBe(0)
  })
})

describe('photon lists that are not as they should be', () => {
  const cards = [['TELESCOP', 'GLAST'], ['INSTRUME', 'LAT'], ['MJDREFI', 51910], ['MJDREFF', 7.4287037e-4], ['TSTART', 0], ['TSTOP', 100]] as const
  const list = (unit: string, rows: number, stop: number): Uint8Array => writeFits([
    { kind: 'image', cards },
    { kind: 'bintable', name: 'EVENTS', cards, rows, columns: ['ENERGY', 'RA', 'DEC', 'TIME'].map(name => ({ name, format: 'D', unit: name === 'ENERGY' ? unit : '', values: new Float64Array(rows).fill(50) })) },
    { kind: 'bintable', name: 'GTI', cards, rows: 1, columns: [{ name: 'START', format: 'D', values: Float64Array.of(10) }, { name: 'STOP', format: 'D', values: Float64Array.of(stop) }] },
  ])

  it('without a row are refused, unless the good time is so short that this can be', async () => {
    await expect(decodeAll(instrument, 'x.fits', list('MeV', 0, 1000))).rejects.toMatchObject({ code: 'file-unusable', message: expect.stringContaining('no rows') })
    const { items } = await decodeAll(instrument, 'x.fits', list('MeV', 0, 11))
    expect(items.map(item => item.kind)).toEqual(['gti', 'events'])
    expect(countOf(items)).toBe(0)
  })

  it('with energies in GeV are read as such, in unknown units refused', async () => {
    const { items } = await decodeAll(instrument, 'x.fits', list('GeV', 2, 11))
    expect([...eventsOf(items)[0]!.columns.energy!]).toEqual([5e7, 5e7])
    await expect(decodeAll(instrument, 'x.fits', list('erg', 2, 11))).rejects.toMatchObject({ code: 'file-unusable' })
  })
})
