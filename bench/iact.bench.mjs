// The 15 runs of PKS 2155-304 (H.E.S.S. DL3) from gz files to products: spectrum with area, matrix and background; ring image of
// 201 × 201 pixels; light curve in bins of 4 minutes and for each run. Ours: the files through ingest into an empty embedded store, then one
// request, every product written as FITS. Peer: gammapy reading the same files, the same regions, ring and bins; nothing written. Each in
// one process, its start and imports not counted; processor time (all threads, garbage collection included), in turns, best of the rounds: other work on
// the machine does not count.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { analyse } from '@heavens/analysis'
import { ingestFiles } from '@heavens/ingest'
import { INSTRUMENTS } from '@heavens/instruments'
import { bytesSource, openFits, readImage, readTable } from '@heavens/science/fits'
import { openEmbeddedStores } from '@heavens/storage'
import { referencePython } from './reference-python.mjs'

const ROUNDS = 2
const folder = path.join(process.env.HEAVENS_DATA ?? fileURLToPath(new URL('../../shared/data', import.meta.url)), 'iact/hess-dl3-dr1')
const REQUEST = {
  target: { ra: 329.71693, dec: -30.22558 }, time: { format: 'mjd', scale: 'tt', intervals: [[53945.5, 53946.5]] }, instruments: [{ id: 'iact' }],
  energy: { unit: 'TeV', bands: [{ min: 0.3, max: 50 }] }, products: { lightCurve: { bin: 240 }, spectrum: {}, image: { pixel: 0.02, size: 4 } },
}

export default async () => {
  if (!existsSync(folder)) return { ours: null, peer: null, ratio: null, unit: 's', note: 'no real data; name their folder in HEAVENS_DATA' }
  const files = readdirSync(folder).filter((name) => /obs_id_0337|obs_id_0338/.test(name)).sort().map((name) => path.join(folder, name))
  const python = referencePython()
  let [ours, peer] = [Infinity, python === undefined ? null : Infinity]
  for (let round = 0; round < ROUNDS; round++) {
    const mine = await once(files)
    ours = Math.min(ours, mine.seconds)
    if (python === undefined) continue
    const { status, stdout, stderr } = spawnSync(python, [fileURLToPath(new URL('iact-peer.py', import.meta.url)), folder], { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } })
    if (status !== 0) throw new Error(stderr)
    const theirs = JSON.parse(stdout.trim().split('\n').at(-1))
    peer = Math.min(peer, theirs.seconds)
    // The files hold 11866 events of the region and band; the bins of gammapy sum to one more.
    if (Math.abs(mine.on - theirs.on) > 1 || Math.abs(mine.sigma / theirs.sigma - 1) > 0.01 || mine.bins !== theirs.bins) throw new Error(`ours ${JSON.stringify(mine)}, gammapy's ${JSON.stringify(theirs)}`)
  }
  const round = (value) => (value === null ? null : Number(value.toFixed(3)))
  return { ours: round(ours), peer: round(peer), ratio: peer === null ? null : Number((ours / peer).toFixed(4)), unit: 's', note: '15 runs to spectrum, image and curve; peer: gammapy' }
}

/** One pass; what both sides must agree on: counts in the region, significance in the middle of the image, bins of four minutes. */
async function once(files) {
  const work = mkdtempSync(path.join(tmpdir(), 'heavens-iact-'))
  try {
    const started = process.cpuUsage()
    const stores = await openEmbeddedStores(path.join(work, 'data'))
    const { refused } = await ingestFiles(files, { stores, speed: Infinity, runPrefix: 'replay' })
    if (refused.length > 0) throw new Error(refused[0].sentence)
    await analyse(REQUEST, { stores, instruments: INSTRUMENTS, out: path.join(work, 'out') })
    const { user, system } = process.cpuUsage(started)
    const seconds = (user + system) / 1e6
    await stores.close()
    const open = (name) => openFits(bytesSource(readFileSync(path.join(work, 'out/iact', name))), name)
    const [curve, image] = [await open('array/light-curve.fits'), await open('image.fits')]
    const { columns, rows } = await readTable(curve, curve.hdu('RATE'))
    const { values } = await readImage(image, image.hdu('SIGNIFICANCE'))
    return { seconds, on: columns.COUNTS.values.reduce((a, b) => a + b, 0), sigma: values[100 * 201 + 100], bins: rows }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
