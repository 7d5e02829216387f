import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { INSTRUMENTS } from '@heavens/instruments'
import { bytesSource, openFits, readTable, tableRows } from '@heavens/science/fits'
import { timeReference, ttFromUtcIso } from '@heavens/science/time'
import { openEmbeddedStores, type Stores } from '@heavens/storage'
import type { ReplaySummary } from '@heavens/schemas'
import { afterAll, describe, expect, it } from 'vitest'
import { realFiles, replay, temporaryFolder } from './heavens.js'

const cleanUp: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const remove of cleanUp) await remove()
})

async function replayed(paths: readonly string[]): Promise<{ code: number | null; summary: ReplaySummary; stores: Stores }> {
  const { folder, remove } = await temporaryFolder()
  const { code, summary } = await replay('--data', folder, ...paths)
  const stores = await openEmbeddedStores(folder)
  cleanUp.push(async () => {
    await stores.close()
    await remove()
  })
  return { code, summary, stores }
}

/** Start of each bin and the counts of all its groups together, for one band and width. */
async function curve(stores: Stores, instrument: string, band: string, width: number): Promise<Map<number, number>> {
  const sum = new Map<number, number>()
  for (const key of await stores.curves.keys({ instrument, band, width })) {
    const bins = await stores.curves.read(key, -Infinity, Infinity)
    bins.index.forEach((index, i) => sum.set(index * width + bins.phase, (sum.get(index * width + bins.phase) ?? 0) + bins.counts[i]!))
  }
  return sum
}

function peak(bins: Map<number, number>): { start: number; counts: number } {
  let best = { start: NaN, counts: -1 }
  for (const [start, counts] of bins) if (counts > best.counts) best = { start, counts }
  return best
}

/** Counts of a TTE file in bins of 64 ms, 50–300 keV, straight from the table: no decoder, no blocks, no bins of ours. */
async function recount(paths: readonly string[]): Promise<Map<number, number>> {
  const sum = new Map<number, number>()
  for (const path of paths) {
    const file = await openFits(bytesSource(new Uint8Array(gunzipSync(readFileSync(path)))), path)
    const bounds = file.hdu('EBOUNDS')!
    const edges = (await readTable(file, bounds, { columns: ['E_MIN', 'E_MAX'], from: 0, to: tableRows(bounds) })).columns
    const eMin = edges['E_MIN']!.values as Float32Array
    const eMax = edges['E_MAX']!.values as Float32Array
    const inside = Array.from(eMin, (low, c) => Math.sqrt(low * eMax[c]!) >= 50 && Math.sqrt(low * eMax[c]!) < 300)
    const events = file.hdu('EVENTS')!
    const { toTt } = timeReference(events.header)
    const columns = (await readTable(file, events, { columns: ['TIME', 'PHA'], from: 0, to: tableRows(events) })).columns
    const time = columns['TIME']!.values as Float64Array
    const channel = columns['PHA']!.values as Int16Array
    for (let i = 0; i < time.length; i++) {
      if (!inside[channel[i]!]) continue
      const start = Math.floor(toTt(time[i]!) / 0.064) * 0.064
      sum.set(start, (sum.get(start) ?? 0) + 1)
    }
  }
  return sum
}

const BURSTS = [
  {
    name: 'GRB190530A', trigger: 580904353.903198, peak: [16.3, 16.8], events: { n0: 780_966, n1: 795_305, n2: 698_797 },
    files: ['n0', 'n1', 'n2'].map((d) => `fermi-gbm/GRB190530A/glg_tte_${d}_bn190530430_v00.fit.gz`),
  },
  {
    name: 'GRB180120A', trigger: 538117098.00049, peak: [2.9, 3.1], events: { n9: 746_750, na: 769_818, nb: 608_613 },
    files: ['n9', 'na', 'nb'].map((d) => `fermi-gbm/GRB180120A/glg_tte_${d}_bn180120207_v00.fit.gz`),
  },
] as const

describe.each(BURSTS)('replay of $name', ({ trigger, peak: range, events, files }) => {
  const real = realFiles(...files)
  const total = Object.values(events).reduce((a, b) => a + b, 0)
  const tt = trigger + (51910 + 7.428703703703703e-4 - 51544) * 86400

  it.skipIf(!real.present)('finds every event again, one burst at its time, and the peak with the counts of a recount', async () => {
    const { code, summary, stores } = await replayed(real.paths)
    expect(code).toBe(0)
    expect(summary.events).toBe(total)
    expect(summary.ledger).toMatchObject({ duplicates: 0, late: 0, undecodable: 0 })
    const [instrument] = summary.instruments
    expect(Object.fromEntries(instrument!.groups.map((g) => [g.id, g.events]))).toEqual(events)
    expect(instrument!.bands.reduce((n, b) => n + b.counts, summary.ledger.outOfBand)).toBe(total)

    expect(summary.candidates).toHaveLength(1)
    const [candidate] = summary.candidates
    expect(Math.abs(ttFromUtcIso(candidate!.time) - tt)).toBeLessThan(1)
    expect(candidate!.groups).toEqual(Object.keys(events))

    const bins = await curve(stores, 'fermi-gbm', '50-300', 0.064)
    const top = peak(bins)
    expect(top.start - tt).toBeGreaterThan(range[0])
    expect(top.start - tt).toBeLessThan(range[1])
    expect(ttFromUtcIso(candidate!.start)).toBeLessThanOrEqual(top.start)
    expect(ttFromUtcIso(candidate!.stop)).toBeGreaterThanOrEqual(top.start + 0.064)

    const straight = await recount(real.paths)
    const differ = [...straight].filter(([start, counts]) => bins.get(start) !== counts)
    expect(differ).toEqual([])
    expect([...bins.values()].reduce((a, b) => a + b, 0)).toBe([...straight.values()].reduce((a, b) => a + b, 0))
    for (const band of instrument!.bands) {
      for (const width of INSTRUMENTS.find((i) => i.descriptor.id === 'fermi-gbm')!.descriptor.curves.widths) {
        expect([...(await curve(stores, 'fermi-gbm', band.id, width)).values()].reduce((a, b) => a + b, 0), `${band.id} keV in ${width} s`).toBe(band.counts)
      }
    }
  })
})

describe('replay of several files', () => {
  const real = realFiles(...BURSTS[0].files)

  it.skipIf(!real.present)('does not depend on the order in which they are named', async () => {
    const [a, b, c] = real.paths as [string, string, string]
    const [one, other] = await Promise.all([replay(a, b, c), replay(c, a, b)])
    expect(other.summary).toEqual({ ...one.summary, seconds: other.summary.seconds })
  })
})

describe('replay of rates', () => {
  const spi = realFiles('integral/SPI-ACS_GRB230307A/spiacs_lc_query-3.1.fits')

  it.skipIf(!spi.present)('finds GRB 230307A in SPI-ACS at its time, once', async () => {
    const { code, summary, stores } = await replayed(spi.paths)
    expect(code).toBe(0)
    expect(summary.candidates).toHaveLength(1)
    const top = peak(await curve(stores, 'integral-spi-acs', '75-100000', 0.1))
    expect(Math.abs(top.start - ttFromUtcIso('2023-03-07T15:44:10.4'))).toBeLessThan(0.11)
    expect(ttFromUtcIso(summary.candidates[0]!.start)).toBeLessThan(top.start)
    expect(ttFromUtcIso(summary.candidates[0]!.stop)).toBeGreaterThan(top.start)
  })

  const bat = realFiles('swift-bat/rates_64ms_1s/sw00010385001brtms.lc.gz', 'swift-bat/rates_64ms_1s/sw00082748002brtms.lc.gz')

  it.skipIf(!bat.present)('finds GRB 171106A in the rates of BAT', async () => {
    const { code, summary } = await replay(bat.paths[0]!)
    expect(code).toBe(0)
    const near = summary.candidates.filter((c) => Math.abs(ttFromUtcIso(c.time) - ttFromUtcIso('2017-11-06T11:56:48')) < 2)
    expect(near).toHaveLength(1)
    expect(near[0]!).toMatchObject({ class: 'burst' })
    expect(near[0]!.significance).toBeGreaterThan(15)
    expect(summary.candidates.filter((c) => c.class === 'burst')).toHaveLength(1)
  })

  it.skipIf(!bat.present)('takes a rise of the softest band of BAT alone for no burst', async () => {
    const { code, summary } = await replay(bat.paths[1]!)
    expect(code).toBe(0)
    expect(summary.events).toBeGreaterThan(5_000_000)
    expect(summary.candidates.filter((c) => c.class === 'burst')).toEqual([])
  })
})

describe('replay of photons with directions', () => {
  const lat = realFiles('fermi-lat/2fhl_allsky/fermi_2fhl_events_selected.fits.gz', 'fermi-lat/crab/events.fits.gz', 'fermi-lat/crab/psf.fits.gz')

  it.skipIf(!lat.present)('has Mkn 421 as the brightest of the sky above 50 GeV', async () => {
    const { code, summary } = await replay(lat.paths[0]!)
    expect(code).toBe(0)
    expect(summary.events).toBe(60_347)
    const all = summary.images.find((i) => i.band === 'all')!
    expect(all.counts).toBe(60_347)
    expect(Math.abs(all.peak!.ra - 166)).toBeLessThan(0.5)
    expect(Math.abs(all.peak!.dec - 38)).toBeLessThan(0.5)
  })

  it.skipIf(!lat.present)('has the Crab as the brightest of its field, and names the file that it does not know', async () => {
    const { code, summary, stderr } = await replay(lat.paths[1]!, lat.paths[2]!)
    expect(code).toBe(3)
    expect(stderr).toMatch(/psf\.fits\.gz.*\[file-unknown\]/)
    expect(summary.events).toBe(10_441)
    const all = summary.images.find((i) => i.band === 'all')!
    expect(Math.abs(all.peak!.ra - 83.5)).toBeLessThan(0.5)
    expect(Math.abs(all.peak!.dec - 22)).toBeLessThan(0.5)
  })
})

describe('replay of published fluxes', () => {
  const hegra = realFiles('iact/hegra-lightcurves/1999AnA...342...69A_tev-000091-lc.ecsv', 'iact/hegra-lightcurves/2001AnA...366...62A_tev-000091-sed.ecsv')

  it.skipIf(!hegra.present)('has Mkn 501 at 10.18 ± 0.58 Crab on 1997-06-26 in the curve of days, and names the spectrum that is no light curve', async () => {
    const { folder, remove } = await temporaryFolder()
    const { code, stderr } = await replay('--data', folder, ...hegra.paths)
    const stores = await openEmbeddedStores(folder)
    cleanUp.push(async () => {
      await stores.close()
      await remove()
    })
    expect(code).toBe(3)
    expect(stderr).toMatch(/sed\.ecsv.*\[file-unknown\]/)
    const bins = await stores.curves.read({ instrument: 'hegra', run: 'main', group: 'mkn-501', band: '1-30', width: 86400 }, -Infinity, Infinity)
    expect(bins.index.length).toBe(53)
    const rates = Array.from(bins.counts, (n, i) => n / bins.exposure[i]!)
    const best = rates.indexOf(Math.max(...rates))
    expect(rates[best]).toBeCloseTo(10.18, 4)
    expect(Math.sqrt(bins.counts[best]!) / bins.exposure[best]!).toBeCloseTo(0.58, 4)
    const start = bins.index[best]! * 86400 + bins.phase
    const night = ttFromUtcIso('1997-06-26T22:41:00')
    expect(night).toBeGreaterThan(start)
    expect(night).toBeLessThan(start + 86400)
  })
})
