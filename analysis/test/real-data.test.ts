import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findInstrument, INSTRUMENTS } from '@heavens/instruments'
import { bytesSource, openFits, readTable } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import { utcIsoFromTt } from '@heavens/science/time'
import type { EventBlock } from '@heavens/schemas'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { analyse } from '../src/index.js'
import { decoded } from './decoded.js'
import { storesInMemory } from './stores-in-memory.js'

const data = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const burst = path.join(data, 'fermi-gbm/GRB190530A')
const absent = !existsSync(burst)
if (absent) console.warn(`SKIPPED: no real data in ${data}; name their folder in HEAVENS_DATA`)

let out: string
beforeEach(async () => void (out = await mkdtemp(path.join(tmpdir(), 'heavens-real-'))))
afterEach(() => rm(out, { recursive: true }))

async function opened(name: string): Promise<FitsFile> {
  return openFits(bytesSource(await readFile(path.join(out, name))), name)
}

async function total(file: FitsFile, extension: string): Promise<number> {
  const { columns } = await readTable(file, file.hdu(extension)!)
  return (columns['COUNTS']!.values as Int32Array).reduce((a, b) => a + b, 0)
}

test.skipIf(absent)('a burst of GBM: every count is found, and the response of the interval is beside its spectrum', async () => {
  const gbm = findInstrument('fermi-gbm')
  const kept: Uint8Array[] = []
  const items = [
    ...(await decoded(gbm, path.join(burst, 'glg_cspec_n0_bn190530430_v02.rsp2'), (b) => kept.push(b))),
    ...(await decoded(gbm, path.join(burst, 'glg_tte_n0_bn190530430_v00.fit.gz'), (b) => kept.push(b))),
  ]
  const stores = storesInMemory([{ stream: { instrument: 'fermi-gbm', run: 'main' }, items }])
  for (const bytes of kept) await stores.products.put(bytes)
  // TRIGTIME 580904353.903198 of the files, as TT seconds since MJD 51544.
  const trigger = 580_904_353.903198 + 366 * 86_400 + 64.184
  const { products, used } = await analyse({
    time: { intervals: [[utcIsoFromTt(trigger - 20), utcIsoFromTt(trigger + 40)]] },
    energy: { bands: [{ min: 50, max: 300 }] },
    instruments: [{ id: 'fermi-gbm' }],
    products: { lightCurve: { bin: 0.064 }, spectrum: { background: [[-80, -10]] } },
  }, { stores, instruments: INSTRUMENTS, out })
  const { start, stop } = used.intervals[0]!
  const bounds = items.find((item) => item.kind === 'ebounds')!
  let all = 0
  let inBand = 0
  for (const item of items) {
    if (item.kind !== 'events') continue
    const { time, channel } = (item as EventBlock).columns
    time.forEach((t, i) => {
      if (t < start || t >= stop!) return
      all++
      const centre = Math.sqrt(bounds.eMin[channel![i]!]! * bounds.eMax[channel![i]!]!)
      if (centre >= 50 && centre < 300) inBand++
    })
  }
  expect(all).toBeGreaterThan(50_000)
  const spectrum = await opened('fermi-gbm/n0/spectrum.pha')
  expect(await total(spectrum, 'SPECTRUM')).toBe(all)
  expect(await total(await opened('fermi-gbm/n0/light-curve.fits'), 'RATE')).toBe(inBand)
  const header = spectrum.hdu('SPECTRUM')!.header
  expect([header.get('RESPFILE'), header.get('BACKFILE')]).toEqual(['response.rsp', 'background.pha'])
  expect(header.number('EXPOSURE')).toBeCloseTo(60 - 2.6e-6 * all, 4)
  const response = await opened('fermi-gbm/n0/response.rsp')
  expect(response.hdus.map((hdu) => hdu.name)).toEqual(['PRIMARY', 'EBOUNDS', 'SPECRESP MATRIX'])
  // The interval, until 40 s after the trigger, lies in the first two of the five matrices: their mean, by the counts in each.
  const mean = response.hdu('SPECRESP MATRIX')!.header
  expect([mean.get('RSPMEAN'), mean.number('NMATRIX')]).toEqual([true, 2])
  expect(mean.number('WEIGHT1') + mean.number('WEIGHT2')).toBeCloseTo(1, 8)
  expect(mean.number('WEIGHT1')).toBeGreaterThan(mean.number('WEIGHT2'))
  expect(products.map((p) => p.kind)).toEqual(['light-curve', 'preview', 'response', 'background', 'spectrum', 'preview', 'report'])
})
