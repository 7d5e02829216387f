// Pixels of 1e6 positions at nside 256, ring scheme: ang2pixRingMany against healpy.ang2pix on whole arrays, in one run.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ang2pixRingMany } from '@heavens/science/sky'
import { seededRandom } from '@heavens/science/statistics'
import { referencePython } from './reference-python.mjs'

const POINTS = 1_000_000
const NSIDE = 256
const ROUNDS = 7

const PEER = `
import sys, time
import healpy, numpy as np
both = np.fromfile(sys.argv[1])
lon, lat = both[: len(both) // 2], both[len(both) // 2 :]
best = 1e9
for _ in range(int(sys.argv[4])):
    start = time.perf_counter()
    pixels = healpy.ang2pix(int(sys.argv[2]), lon, lat, lonlat=True)
    best = min(best, time.perf_counter() - start)
pixels.astype(np.int32).tofile(sys.argv[3])
print(best / len(lon) * 1e9)
`

export default async () => {
  const random = seededRandom('bench healpix')
  const both = new Float64Array(2 * POINTS)
  const lon = both.subarray(0, POINTS)
  const lat = both.subarray(POINTS)
  for (let i = 0; i < POINTS; i++) {
    lon[i] = 360 * random.uniform()
    lat[i] = (Math.asin(2 * random.uniform() - 1) * 180) / Math.PI
  }
  const out = new Int32Array(POINTS)
  let ours = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const started = process.hrtime.bigint()
    ang2pixRingMany(NSIDE, lon, lat, out)
    ours = Math.min(ours, Number(process.hrtime.bigint() - started) / POINTS)
  }
  const python = referencePython()
  if (!python) return { ours: round2(ours), peer: null, ratio: null, unit: 'ns/position', note: 'no Python with healpy: set HEAVENS_PYTHON' }
  const folder = mkdtempSync(path.join(tmpdir(), 'healpix-'))
  try {
    const [data, theirs] = [path.join(folder, 'positions'), path.join(folder, 'pixels')]
    writeFileSync(data, both)
    const peer = Number(execFileSync(python, ['-c', PEER, data, String(NSIDE), theirs, String(ROUNDS)], { encoding: 'utf8' }))
    const bytes = readFileSync(theirs)
    const pixels = new Int32Array(bytes.buffer, bytes.byteOffset, POINTS)
    const differ = pixels.reduce((sum, pixel, i) => sum + (pixel === out[i] ? 0 : 1), 0)
    if (differ > 0) throw new Error(`${differ} of ${POINTS} pixels differ from healpy's`)
    return { ours: round2(ours), peer: round2(peer), ratio: round2(ours / peer), unit: 'ns/position', note: `nside ${NSIDE}, all ${POINTS} pixels the same` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function round2(value) {
  return Math.round(value * 100) / 100
}
