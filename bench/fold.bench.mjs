// One folding of a photon spectrum through Chandra's matrix of 3C 273, 1090 energies and 1024 channels, each channel a bin.
// Peer: numpy's product of the same matrix, zeros included, with the vector (BLAS with its threads). In turns, each time the
// best of 2000, then the best of several rounds.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesSource, openFits } from '@heavens/science/fits'
import { fold, folding, readResponse } from '@heavens/science/spectra'
import { referencePython } from './reference-python.mjs'

const ROUNDS = 5
const TIMES = 2000
const file = path.join(process.env.HEAVENS_DATA ?? fileURLToPath(new URL('../../shared/data', import.meta.url)), 'chandra/3C273_spectrum/3c273.rmf')

const PEER = `
import sys, time, numpy as np
energies, channels = int(sys.argv[1]), int(sys.argv[2])
data = np.frombuffer(sys.stdin.buffer.read(), dtype=float)
flux, matrix = data[:energies].copy(), data[energies:].reshape(energies, channels).T.copy()
best = 1e9
for _ in range(${TIMES}):
    t = time.perf_counter(); out = matrix @ flux; best = min(best, time.perf_counter() - t)
print(best * 1e6, out.sum())
`

/** The matrix with its zeros, rows of channels, for the peer. */
function dense(rmf) {
  const channels = rmf.channelLow.length
  const matrix = new Float64Array(rmf.energyLow.length * channels)
  for (let row = 0; row < rmf.energyLow.length; row++) {
    for (let g = rmf.rowStart[row]; g < rmf.rowStart[row + 1]; g++) {
      matrix.set(rmf.matrix.subarray(rmf.groupOffset[g], rmf.groupOffset[g] + rmf.groupLength[g]), row * channels + rmf.groupChannel[g])
    }
  }
  return matrix
}

/** Shortest of some calls [µs]. */
function bestOf(times, call) {
  let best = Infinity
  for (let i = 0; i < times; i++) {
    const started = process.hrtime.bigint()
    call()
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 1e3)
  }
  return best
}

export default async () => {
  if (!existsSync(file)) return { ours: null, peer: null, ratio: null, unit: 'µs', note: 'no real data; name their folder in HEAVENS_DATA' }
  const python = referencePython()
  const rmf = await readResponse(await openFits(bytesSource(readFileSync(file)), path.basename(file)))
  const channels = rmf.channelLow.length
  const bins = Array.from({ length: channels }, (_, c) => ({ first: c, end: c + 1, low: rmf.channelLow[c], high: rmf.channelHigh[c] }))
  const ready = folding(rmf, undefined, { exposure: 1, areascal: new Float64Array(channels).fill(1) }, bins)
  const flux = rmf.energyLow.map((energy) => (energy + 0.01) ** -2)
  const out = fold(ready, flux, new Float64Array(channels))
  const sum = out.reduce((a, b) => a + b, 0)
  const input = python === undefined ? undefined : Buffer.concat([Buffer.from(flux.buffer), Buffer.from(dense(rmf).buffer)])
  let [ours, peer] = [Infinity, python === undefined ? null : Infinity]
  for (let round = 0; round < ROUNDS; round++) {
    ours = Math.min(ours, bestOf(TIMES, () => fold(ready, flux, out)))
    if (python === undefined) continue
    const { status, stdout, stderr } = spawnSync(python, ['-c', PEER, String(rmf.energyLow.length), String(channels)], { input, encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
    const [took, theirs] = stdout.trim().split(' ').map(Number)
    if (Math.abs(theirs / sum - 1) > 1e-9) throw new Error(`numpy folds to ${theirs}, we to ${sum}`)
    peer = Math.min(peer, took)
  }
  return { ours: Number(ours.toFixed(1)), peer: peer === null ? null : Number(peer.toFixed(1)), ratio: peer === null ? null : Number((ours / peer).toFixed(2)), unit: 'µs' }
}
