// One process of `archive-scan`: the analysis RUNS times on the archive of FOLDER; prints {"request", "scan", "rss", "counts"}. `request` is the whole request, until its files are written; `scan` is
// what of it reads, selects and bins: up to the counts of the image, the spectrum and the light curve in memory, by the functions that the request calls. Both as [processor, wall] seconds, each the median of the runs.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { analyse } from '@heavens/analysis'
import { bytesSource, openFits, readImage, readTable } from '@heavens/science/fits'
import { openEmbeddedStores } from '@heavens/storage'
import { makePlan } from '../analysis/dist/plan.js'
import { prepare } from '../analysis/dist/prepare.js'
import { countsImage } from '../analysis/dist/products/counts-image.js'
import { imageLayout } from '../analysis/dist/products/image-layout.js'
import { eventLightCurves } from '../analysis/dist/products/light-curve.js'
import { eventSpectrum } from '../analysis/dist/products/spectrum.js'
import { requestContext } from '../analysis/dist/request/resolve-request.js'
import { settleRequest } from '../analysis/dist/request/settle-request.js'
import { BIN, instrument, request } from './archive-scan-sky.mjs'

const [folder, runs] = [process.argv[2], Number(process.argv[3])]
const stores = await openEmbeddedStores(path.join(folder, 'data'))
let counts
const whole = await median(async () => {
  const out = mkdtempSync(path.join(folder, 'products-'))
  await analyse(request, { stores, instruments: [instrument], out })
  return async () => {
    counts ??= await countsOf(out)
    rmSync(out, { recursive: true })
  }
})
const scan = await median(async () => {
  const found = await scanned()
  return () => {
    for (const [name, n] of Object.entries(found)) if (n !== counts[name]) throw new Error(`${name}: the scan has ${n} counts, the file ${counts[name]}`)
  }
})
await stores.close()
console.log(JSON.stringify({ request: whole, scan, rss: process.resourceUsage().maxRSS * 1024, counts }))

/** Processor time and wall time [s] of some work, each the median of the runs; the first warms up. What the work answers is done after the clocks have been read. */
async function median(work) {
  const times = []
  for (let run = 0; run <= runs; run++) {
    const start = performance.now()
    const before = process.cpuUsage()
    const after = await work()
    const { user, system } = process.cpuUsage(before)
    if (run > 0) times.push([(user + system) / 1e6, (performance.now() - start) / 1000])
    await after()
  }
  return [0, 1].map((k) => times.map((pair) => pair[k]).toSorted((a, b) => a - b)[times.length >> 1])
}

/** Counts of the image, of the spectrum and of the curve, without any file. */
async function scanned() {
  const context = await requestContext(stores, [instrument])
  const used = await settleRequest(request, context, stores.log)
  const plan = makePlan(used, context)
  const { context: read } = await prepare(stores, plan, plan.instruments[0], '0')
  const { grid, side } = imageLayout(used, instrument.descriptor)
  const group = { ...read, group: read.region.groups[0], all: read.whole.groups[0] }
  const sum = (values) => values.reduce((a, b) => a + b, 0)
  return {
    image: sum(countsImage(read, read.bands, grid, side)), spectrum: sum(eventSpectrum(group, read.intervals).counts),
    curve: sum(eventLightCurves(group, BIN, read.bands.map((band) => ({ band, bands: [band] })))[0].counts),
  }
}

async function countsOf(out) {
  const open = (name) => openFits(bytesSource(readFileSync(path.join(out, instrument.descriptor.id, name))), name)
  const sum = (values) => Array.from(values).reduce((a, b) => a + Number(b), 0)
  const image = await open('image.fits')
  const [curve, spectrum] = [await open('all/light-curve.fits'), await open('all/spectrum.pha')]
  const column = async (file, hdu, name) => {
    const table = await readTable(file, file.hdu(hdu), { columns: [name] })
    return sum(table.columns[name].values)
  }
  return { image: sum((await readImage(image, image.hdu('COUNTS'))).values), curve: await column(curve, 'RATE', 'COUNTS'), spectrum: await column(spectrum, 'SPECTRUM', 'COUNTS') }
}
