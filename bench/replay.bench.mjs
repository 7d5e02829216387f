// The 2.27 million events of GRB190530A, from gz files through log and processors to the summary, as a user runs it.
// Seconds of wall time, the best of the runs; there is no peer that does the same. Peak memory must stay under 1 GB.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const RUNS = 3
const MOST_MEMORY = 1e9

export default async function replay() {
  const root = process.env.HEAVENS_DATA ?? fileURLToPath(new URL('../../shared/data', import.meta.url))
  const folder = path.join(root, 'fermi-gbm/GRB190530A')
  if (!existsSync(folder)) throw new Error('needs the GBM files of GRB190530A under HEAVENS_DATA')
  const files = readdirSync(folder).filter((f) => f.includes('tte')).map((f) => path.join(folder, f))
  const tell = `data:text/javascript,process.on("exit",()=>console.error("peak",process.resourceUsage().maxRSS))`
  let seconds = Infinity
  let peak = 0
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now()
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', tell, fileURLToPath(new URL('../cli/bin/heavens.js', import.meta.url)), 'replay', ...files, '--json'], { encoding: 'utf8', maxBuffer: 1e8 })
    if (status !== 0) throw new Error(`replay ends with ${status}: ${stderr}`)
    seconds = Math.min(seconds, (performance.now() - started) / 1000)
    peak = Math.max(peak, Number(/peak (\d+)/.exec(stderr)[1]) * 1024)
    if (JSON.parse(stdout).candidates.length !== 1) throw new Error('the burst was not found once')
  }
  if (peak > MOST_MEMORY) throw new Error(`peak memory ${(peak / 1e6).toFixed(0)} MB is above ${MOST_MEMORY / 1e6} MB`)
  return { ours: seconds, peer: null, ratio: null, unit: 's', note: `peak memory ${(peak / 1e6).toFixed(0)} MB, process start included` }
}
