import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findInstrument, INSTRUMENTS } from '@heavens/instruments'
import { FitAnswer, type DataItem, type Job } from '@heavens/schemas'
import { bytesSource, openFits } from '@heavens/science/fits'
import { readSpectrum } from '@heavens/science/spectra'
import { utcIsoFromTt } from '@heavens/science/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fitsPage, openJobs, type JobService } from '../src/index.js'
import { decoded } from './decoded.js'
import { storesInMemory } from './stores-in-memory.js'

const data = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const burst = path.join(data, 'fermi-gbm/GRB190530A')
const absent = !existsSync(burst)
if (absent) console.warn(`SKIPPED: no real data in ${data}; name their folder in HEAVENS_DATA`)

/** TRIGTIME 580904353.903198 of the files, as TT seconds since MJD 51544. */
const TRIGGER = 580_904_353.903198 + 366 * 86_400 + 64.184
const request = {
  time: { intervals: [[utcIsoFromTt(TRIGGER), utcIsoFromTt(TRIGGER + 20)]] }, instruments: [{ id: 'fermi-gbm' }],
  products: { spectrum: { background: [[-80, -10], [60, 150]], fit: { model: 'cutoffpl', energy: [50, 800], statistic: 'chi2', frozen: [] } } },
}

let dir: string
let jobs: JobService
let job: Job

async function ended(id: string): Promise<Job> {
  for (;;) {
    const now = await jobs.get(id)
    if (now.phase !== 'QUEUED' && now.phase !== 'EXECUTING') return now
    await wait(10)
  }
}

beforeAll(async () => {
  if (absent) return
  dir = await mkdtemp(path.join(tmpdir(), 'heavens-fits-'))
  const gbm = findInstrument('fermi-gbm')
  const kept: Uint8Array[] = []
  const items: DataItem[] = []
  // The third detector has no response: it is fitted neither alone nor with the others.
  for (const file of ['glg_cspec_n0_bn190530430_v02.rsp2', 'glg_cspec_n1_bn190530430_v02.rsp2', ...[0, 1, 2].map((n) => `glg_tte_n${n}_bn190530430_v00.fit.gz`)]) items.push(...(await decoded(gbm, path.join(burst, file), (b) => kept.push(b))))
  const stores = storesInMemory([{ stream: { instrument: 'fermi-gbm', run: 'main' }, items }])
  for (const bytes of kept) await stores.products.put(bytes)
  jobs = await openJobs({ stores, instruments: INSTRUMENTS, dir, version: '1.2.3', threads: 0 })
  job = await ended((await jobs.submit(request)).id)
}, 60_000)
afterAll(async () => {
  if (absent) return
  await jobs.close()
  await rm(dir, { recursive: true })
})

const read = async (name: string): Promise<FitAnswer> => FitAnswer.parse(JSON.parse(await readFile(await jobs.productPath(job.id, name), 'utf8')))
const value = (answer: FitAnswer, name: string): number => answer.parameters.find((p) => p.name === name)!.value

test.skipIf(absent)('a request with a fit leaves fits of each spectrum and of all together, with pictures', async () => {
  expect(job.error).toBeUndefined()
  expect(job.products.filter(({ kind, path: name }) => kind === 'fit' || name.endsWith('fit.png')).map((p) => p.path)).toEqual(
    ['n0/fit.json', 'n0/fit.png', 'n1/fit.json', 'n1/fit.png', 'fit.json', 'fit.png'].map((name) => `fermi-gbm/${name}`),
  )
  const [n0, n1, both] = [await read('fermi-gbm/n0/fit.json'), await read('fermi-gbm/n1/fit.json'), await read('fermi-gbm/fit.json')]
  // The burst of 2019-05-30 is hard: an index near −1, a cut-off near its peak of some 900 keV.
  for (const fit of [n0, n1, both]) {
    expect(value(fit, 'PhoIndex')).toBeGreaterThan(0.7)
    expect(value(fit, 'PhoIndex')).toBeLessThan(1.2)
    expect(fit.warnings).toEqual([])
  }
  expect(both.dof).toBe(n0.bins + n1.bins - 4)
  // What both say lies between what each says, and each statistic can only rise when they must agree.
  const between = [value(n0, 'PhoIndex'), value(n1, 'PhoIndex')].sort((a, b) => a - b)
  expect(value(both, 'PhoIndex')).toBeGreaterThan(between[0]!)
  expect(value(both, 'PhoIndex')).toBeLessThan(between[1]!)
  expect(both.value).toBeGreaterThan(n0.value + n1.value)
  expect(value(both, 'factor2')).toBeGreaterThan(0.9)
  expect(value(both, 'factor2')).toBeLessThan(1.1)
})

test.skipIf(absent)('what is drawn of a fit adds up to its statistic', async () => {
  const both = await read('fermi-gbm/fit.json')
  expect(both.spectra.map((s) => s.path)).toEqual(['fermi-gbm/n0/spectrum.pha', 'fermi-gbm/n1/spectrum.pha'])
  const sum = both.spectra.reduce((all, s) => all + s.residual.reduce((a, r) => a + r * r, 0), 0)
  expect(sum).toBeCloseTo(both.value, 6)
  for (const s of both.spectra) {
    s.rate.forEach((r, i) => {
      expect((r - s.model[i]!) / s.rateError[i]!).toBeCloseTo(s.residual[i]!, 9)
      expect(s.unfolded[i]! / s.unfoldedModel[i]!).toBeCloseTo(r / s.model[i]!, 9)
    })
  }
})

test.skipIf(absent)('a request for bins writes them into the spectrum, and a fit takes them from there', async () => {
  const grouped = async (grouping: object | string): Promise<Job> => ended((await jobs.submit({ ...request, instruments: [{ id: 'fermi-gbm', groups: ['n0'] }], products: { spectrum: { background: [[-80, -10]], grouping } } })).id)
  for (const grouping of [{ minimumCounts: 2000 }, 'optimal']) {
    const done = await grouped(grouping)
    expect(done.error).toBeUndefined()
    const file = await openFits(bytesSource(await readFile(await jobs.productPath(done.id, 'fermi-gbm/n0/spectrum.pha'))), 'spectrum.pha')
    const { counts, grouping: flags, quality } = await readSpectrum(file)
    const starts = Array.from(flags!.keys()).filter((c) => flags![c] === 1)
    expect(starts.length).toBeGreaterThan(10)
    expect(starts.length).toBeLessThan(120)
    if (typeof grouping === 'object') starts.forEach((first, i) => expect(quality[first] === 2 || counts.slice(first, starts[i + 1]).reduce((a, b) => a + b, 0) >= 2000).toBe(true))
    const fit = { model: 'cutoffpl', energy: [50, 800], grouping: 'file' }
    const asked = await jobs.fit(done.id, { spectra: ['fermi-gbm/n0/spectrum.pha'], fit: { ...fit, grouping } })
    const written = await jobs.fit(done.id, { spectra: ['fermi-gbm/n0/spectrum.pha'], fit })
    expect(written).toEqual(asked)
  }
})

test.skipIf(absent)('spectra of a job are fitted on demand, and bad questions are refused with their path', async () => {
  const one = await jobs.fit(job.id, { spectra: ['fermi-gbm/n0/spectrum.pha'], fit: { model: 'cutoffpl', energy: [50, 800] } })
  expect(one).toEqual(await read('fermi-gbm/n0/fit.json'))
  const held = await jobs.fit(job.id, { spectra: ['fermi-gbm/n0/spectrum.pha'], fit: { model: 'powerlaw', energy: [50, 800], frozen: ['PhoIndex'], start: { PhoIndex: 1.5 }, grouping: { minimumCounts: 500 }, flux: [100, 200] } })
  expect(held.parameters[0]).toMatchObject({ name: 'PhoIndex', value: 1.5, frozen: true })
  expect(held.bins).toBeLessThan(one.bins)
  expect(held.flux[0]).toMatchObject({ min: 100, max: 200 })
  const optimal = await jobs.fit(job.id, { spectra: ['fermi-gbm/n0/spectrum.pha'], fit: { model: 'cutoffpl', energy: [50, 800], grouping: 'optimal' } })
  expect(optimal.bins).toBeLessThan(one.bins)
  expect(Math.abs(value(optimal, 'PhoIndex') - value(one, 'PhoIndex'))).toBeLessThan(one.parameters[0]!.error[1]!)

  const spectra = ['fermi-gbm/n0/spectrum.pha']
  for (const [asked, code, at] of [
    [{ spectra: ['../../log/data.mdb'], fit: { model: 'powerlaw' } }, 'not-found', undefined], [{ spectra: ['fermi-gbm/n0/response.rsp'], fit: { model: 'powerlaw' } }, 'not-found', undefined],
    [{ spectra, fit: { model: 'unicorn' } }, 'bad-usage', 'fit.model'], [{ spectra, fit: { model: 'powerlaw', energy: [9, 3] } }, 'bad-request', 'fit.energy'], [{ spectra: [], fit: { model: 'powerlaw' } }, 'bad-request', 'spectra'],
    [{ spectra, fit: { model: 'powerlaw', energy: [5000, 9000] } }, 'no-data', 'fit.energy'], [{ spectra: ['fermi-gbm/n2/spectrum.pha'], fit: { model: 'powerlaw' } }, 'no-data', undefined],
    [{ spectra, fit: { model: 'powerlaw', energy: [100, 103] } }, 'no-data', 'fit.energy'], [{ spectra, fit: { model: 'powerlaw', frozen: ['colour'] } }, 'bad-usage', 'fit.frozen'],
  ] as const) await expect(jobs.fit(job.id, asked), JSON.stringify(asked)).rejects.toMatchObject(at === undefined ? { code } : { code, path: at })
  await expect(jobs.fit('j-none', { spectra, fit: { model: 'powerlaw' } })).rejects.toMatchObject({ code: 'not-found' })
  await expect(jobs.submit({ ...request, products: { spectrum: { fit: { model: 'powerlaw+' } } } })).rejects.toMatchObject({ code: 'bad-request', path: 'products.spectrum.fit.model' })
  // The analysis itself stays what it was to the byte; its fits stand on a page of their own, the latest first.
  const after = await jobs.get(job.id)
  expect(after.products).toEqual(job.products)
  const report = after.products.find(({ kind }) => kind === 'report')!
  expect(createHash('sha256').update(await readFile(await jobs.productPath(job.id, report.path))).digest('hex')).toBe(report.sha256)
  const page = fitsPage(after)!
  expect(page.match(/<h3><code>(\w+)<\/code><\/h3>/g)).toEqual(['cutoffpl', 'powerlaw', 'cutoffpl'].map((model) => `<h3><code>${model}</code></h3>`))
  expect(page).toContain('PhoIndex')
  expect(fitsPage(job)).toBeUndefined()
  // What was asked is kept with the job, each question once; what was refused is not.
  const { fits } = await jobs.get(job.id)
  expect(fits!.map((f) => [f.request.fit.model, f.request.fit.grouping])).toEqual([['cutoffpl', 'auto'], ['powerlaw', { minimumCounts: 500 }], ['cutoffpl', 'optimal']])
  expect(fits![0]).toMatchObject({ statistic: one.statistic, value: one.value, dof: one.dof })
})
