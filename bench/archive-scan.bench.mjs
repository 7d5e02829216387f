// 10⁸ simulated photons (energy, ra, dec) in the archive → image, spectrum and light curve of one position, a tenth of the time, half the energies, through `analyse`,
// as a request would: plan, archive, FITS files. `--events N` for fewer, `--sky wide` for an instrument whose every block looks at the whole sky, so that the
// index of positions cannot help (default `scan`: one that goes round the sky, 40 degrees wide).
// Peers, in one Python process each, files in memory for all: a plain scan, numpy.sum over the same rows of the four columns in memory-mapped flat files; and the same
// products' counts with astropy and numpy from one FITS table. `ours` is the whole request, until its files are written, and `ratio` that ÷ plain scan, in processor time as other work on the machine must not count. The note says beside it what of the request reads, selects and bins (`scan`), and wall times. Everything is made in a temporary folder and removed.
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEmbeddedStores } from '@heavens/storage'
import { BIN, BLOCK, ENERGY, eventsOf, IMAGE, instrument, LENGTH, SOURCE, START, TIME } from './archive-scan-sky.mjs'
import { referencePython } from './reference-python.mjs'

const RUNS = 11
const here = path.dirname(fileURLToPath(import.meta.url))
const option = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise)

export default async function archiveScan() {
  const events = Number(option('--events', '1e8'))
  const sky = option('--sky', 'scan')
  if (!(events >= 1e5)) throw new Error('--events: 100,000 at least')
  const folder = mkdtempSync(path.join(process.env.BENCH_FOLDER ?? tmpdir(), 'heavens-archive-scan-'))
  try {
    await make(folder, events, sky)
    const ours = JSON.parse(execFileSync(process.execPath, [path.join(here, 'archive-scan-ours.mjs'), folder, String(RUNS)], { encoding: 'utf8' }))
    const [[work, wall], [scanWork, scanWall]] = [ours.request, ours.scan]
    const said = `processor time; ${events} events, ${sky}; wall ${wall.toFixed(3)} s, peak memory ${(ours.rss / 1e6).toFixed(0)} MB; scan without files ${scanWork.toFixed(3)} s, wall ${scanWall.toFixed(3)} s`
    const python = referencePython()
    if (!python) return { ours: work, peer: null, ratio: null, unit: 's', note: `${said}; no reference Python` }
    const setting = { events, start: START, length: LENGTH, time: TIME, energy: ENERGY, ra: SOURCE.ra, dec: SOURCE.dec, radius: SOURCE.radius, ...IMAGE, bin: BIN, runs: RUNS }
    const peer = JSON.parse(execFileSync(python, [path.join(here, 'archive-scan-peer.py'), folder, JSON.stringify(setting)], { encoding: 'utf8' }))
    for (const name of ['image', 'spectrum', 'curve']) if (peer.counts[name] !== ours.counts[name]) throw new Error(`${name}: ours has ${ours.counts[name]} counts, the peer ${peer.counts[name]}`)
    return {
      ours: work, peer: peer.plain[0], ratio: work / peer.plain[0], unit: 's',
      note: `${said}, ${(scanWork / peer.plain[0]).toFixed(1)} × the plain scan, whose wall is ${peer.plain[1].toFixed(3)} s; astropy and numpy from FITS, which make no files: ${peer.fits[0].toFixed(3)} s, wall ${peer.fits[1].toFixed(3)} s, ${(peer.fits[0] / work).toFixed(1)} × as long as ours (wall ${(peer.fits[1] / wall).toFixed(1)} ×), ${(peer.fits[0] / scanWork).toFixed(1)} × as long as our scan`,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function make(folder, total, sky) {
  const stores = await openEmbeddedStores(path.join(folder, 'data'))
  const stream = { instrument: instrument.descriptor.id, run: 'main' }
  const flat = Object.fromEntries(['time', 'energy', 'ra', 'dec'].map((name) => [name, openSync(path.join(folder, name), 'w')]))
  const marks = { source: 'bench', late: false }
  await stores.archive.store(stream, [{ offset: 0, item: { kind: 'gti', ...marks, sequence: 0, group: -1, start: Float64Array.of(START), stop: Float64Array.of(START + LENGTH) } }])
  for (let from = 0, offset = 1; from < total; from += BLOCK, offset++) {
    const columns = eventsOf(from, Math.min(total, from + BLOCK), total, sky)
    for (const [name, file] of Object.entries(flat)) writeSync(file, new Uint8Array(columns[name].buffer))
    const { time } = columns
    const item = { kind: 'events', ...marks, sequence: offset, start: time[0], stop: time.at(-1) + 1e-6, count: time.length, columns }
    await stores.archive.store(stream, [{ offset, item }])
  }
  await stores.archive.flush()
  await stores.close()
  for (const file of Object.values(flat)) closeSync(file)
}
