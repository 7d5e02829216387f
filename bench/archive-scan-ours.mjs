// One process of `archive-scan`: the analysis RUNS times on the archive of FOLDER; prints {"seconds", "work", "rss", "counts"}, work being seconds of processor time.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { analyse } from '@heavens/analysis'
import { bytesSource, openFits, readImage, readTable } from '@heavens/science/fits'
import { openEmbeddedStores } from '@heavens/storage'
import { instrument, request } from './archive-scan-sky.mjs'

const [folder, runs] = [process.argv[2], Number(process.argv[3])]
const stores = await openEmbeddedStores(path.join(folder, 'data'))
const [times, work] = [[], []]
let counts
for (let run = 0; run <= runs; run++) {
  const out = mkdtempSync(path.join(folder, 'products-'))
  const start = performance.now()
  const before = process.cpuUsage()
  await analyse(request, { stores, instruments: [instrument], out })
  // The first warms up.
  const { user, system } = process.cpuUsage(before)
  if (run > 0) {
    times.push((performance.now() - start) / 1000)
    work.push((user + system) / 1e6)
  }
  else counts = await countsOf(out)
  rmSync(out, { recursive: true })
}
await stores.close()
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1]
console.log(JSON.stringify({ seconds: median(times), work: median(work), rss: process.resourceUsage().maxRSS * 1024, counts }))

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
