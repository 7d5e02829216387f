// TTE files in memory → light curves in 4 bands × 64 ms per detector, with exposures, and the trigger, on one core.
// Ours: FITS bytes → decode → assemble → bin-light-curves and detect-transients (Poisson-FOCuS), as in a replay, without the log.
// Peer: astropy + numpy on the same bytes: channel → band, numpy.histogram of each band and detector on a uniform 64-ms grid
// (its fast path), and the same statistic in sliding windows of every length up to the delay, on cumulative sums. Events per second of processor time (both sides
// on one core; garbage collection included), median of the runs: other work on the machine does not count.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { recogniseFile } from '@heavens/instruments'
import { bytesSource, openFits } from '@heavens/science/fits'
// The pure steps alone: stores and wiring are not measured here.
import { closeSource, createAssembler, offer, openSource, release } from '../ingest/dist/assemble.js'
import { createLightCurves, stepLightCurves } from '../stream-processors/dist/processors/bin-light-curves.js'
import { createTransients, judgeBins, offerBins } from '../stream-processors/dist/processors/detect-transients.js'
import { referencePython } from './reference-python.mjs'

const RUNS = 15
const WARM_UP = 8

export default async function pipeline() {
  const files = tteFiles()
  const bytes = files.map((f) => gunzipSync(readFileSync(f)))
  const times = []
  let events = 0
  for (let run = 0; run < RUNS + WARM_UP; run++) {
    const before = process.cpuUsage()
    events = await once(bytes)
    const { user, system } = process.cpuUsage(before)
    if (run >= WARM_UP) times.push((user + system) / 1000)
  }
  const ours = (events / median(times)) * 1000
  const python = referencePython()
  if (!python) return { ours, peer: null, ratio: null, unit: 'events/s', note: 'no reference Python' }
  const here = path.dirname(fileURLToPath(import.meta.url))
  const peer = JSON.parse(execFileSync(python, [path.join(here, 'pipeline-peer.py'), String(RUNS), ...files], { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } })).eventsPerSecond
  return { ours, peer, ratio: ours / peer, unit: 'events/s', note: 'processor time; peer: astropy, numpy.histogram on a uniform grid, trigger in windows of all lengths' }
}

async function once(files) {
  let assembler, curves, transients
  let events = 0
  for (const [i, bytes] of files.entries()) {
    const fits = await openFits(bytesSource(bytes), `file ${i}`)
    const { instrument, kind } = recogniseFile(fits)
    const descriptor = { ...instrument.descriptor, bands: instrument.descriptor.bands.slice(0, 4), curves: { ...instrument.descriptor.curves, widths: [0.064], main: 0.064 } }
    assembler ??= createAssembler(descriptor, { rowsPerBlock: 1048576 })
    curves ??= createLightCurves(descriptor)
    transients ??= createTransients(descriptor, 'main')
    openSource(assembler, `s${i}`)
    for await (const item of instrument.decode(fits, kind, { rows: 1 << 20, undecodable: () => {}, keep: async () => '' })) {
      if (item.kind === 'events') events += item.count
      offer(assembler, `s${i}`, item)
    }
    closeSource(assembler, `s${i}`)
  }
  let found = 0
  for (let items = release(assembler); items.length > 0; items = release(assembler)) {
    for (const item of items) {
      stepLightCurves(curves, item, (bins) => bins.open || offerBins(transients, bins))
      if (item.kind === 'watermark') judgeBins(transients, 0, item.final, () => found++)
    }
  }
  if (found === 0) throw new Error('the burst was not found')
  return events
}

function tteFiles() {
  const root = process.env.HEAVENS_DATA ?? fileURLToPath(new URL('../../shared/data', import.meta.url))
  const folder = path.join(root, 'fermi-gbm/GRB190530A')
  if (!existsSync(folder)) throw new Error('needs the GBM files of GRB190530A under HEAVENS_DATA')
  return readdirSync(folder).filter((f) => f.includes('tte')).map((f) => path.join(folder, f))
}

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
}
