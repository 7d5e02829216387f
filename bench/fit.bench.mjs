// Chandra's 3C 273, power law, 0.5–7 keV, χ² with the background subtracted: best fit and profile errors of both parameters.
// The spectrum is in memory on both sides. Ours does the whole of `fitSpectrum` (bins, folding, fit, errors, flux); Sherpa
// levmar and conf(). In turns, each time the best of 10, then the best of several rounds.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesSource, openFits } from '@heavens/science/fits'
import { fitSpectrum, parseModel, readEffectiveArea, readResponse, readSpectrum } from '@heavens/science/spectra'
import { referencePython } from './reference-python.mjs'

const ROUNDS = 3
const folder = path.join(process.env.HEAVENS_DATA ?? fileURLToPath(new URL('../../shared/data', import.meta.url)), 'chandra/3C273_spectrum')

const PEER = `
import logging, sys, time
logging.disable(logging.WARNING)
from sherpa.astro import ui
ui.load_pha(sys.argv[1]); ui.subtract(); ui.notice(0.5, 7); ui.set_stat("chi2xspecvar")
power = ui.powlaw1d("power"); ui.set_source(power)
best = 1e9
for _ in range(10):
    power.gamma, power.ampl = 2, 1e-4
    t = time.perf_counter(); ui.fit(); ui.conf(); best = min(best, time.perf_counter() - t)
print(best * 1e3, power.gamma.val)
`

export default async () => {
  if (!existsSync(folder)) return { ours: null, peer: null, ratio: null, unit: 'ms', note: 'no real data; name their folder in HEAVENS_DATA' }
  const open = (name) => openFits(bytesSource(readFileSync(path.join(folder, name))), name)
  const request = {
    spectrum: await readSpectrum(await open('3c273.pi')), background: await readSpectrum(await open('3c273_bg.pi')),
    response: await readResponse(await open('3c273.rmf')), area: await readEffectiveArea(await open('3c273.arf')),
    model: parseModel('powerlaw'), min: 0.5, max: 7, statistic: 'chi2', grouping: 'file',
  }
  const python = referencePython()
  let [ours, peer] = [Infinity, python === undefined ? null : Infinity]
  for (let round = 0; round < ROUNDS; round++) {
    let index
    for (let i = 0; i < 10; i++) {
      const started = process.hrtime.bigint()
      index = fitSpectrum(request).parameters[0].value
      ours = Math.min(ours, Number(process.hrtime.bigint() - started) / 1e6)
    }
    if (python === undefined) continue
    const { status, stdout, stderr } = spawnSync(python, ['-c', PEER, path.join(folder, '3c273.pi')], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
    const [took, theirs] = stdout.trim().split('\n').at(-1).split(' ').map(Number)
    if (Math.abs(theirs - index) > 1e-3) throw new Error(`Sherpa finds ${theirs}, we ${index}`)
    peer = Math.min(peer, took)
  }
  return { ours: Number(ours.toFixed(2)), peer: peer === null ? null : Number(peer.toFixed(2)), ratio: peer === null ? null : Number((ours / peer).toFixed(3)), unit: 'ms' }
}
