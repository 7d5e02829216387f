// Reading two tables of 10^6 rows: one with every common column (K D E I J B A as OGIP event lists have them), and one
// like a GBM event list (TIME D with TZERO, PHA I). Peer: astropy opening the same file and making each column a
// native, scaled array (bench/fits-peer.py). Both find the bytes in memory: ours in a buffer, astropy's in a memory-mapped
// file that was just written. In turns, each time the best of 5 readings, then the best of several rounds.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesSource, openFits, readTable, writeFits } from '@heavens/science/fits'
import { referencePython } from './reference-python.mjs'

const ROWS = 1_000_000
const ROUNDS = 7
const READINGS = 5

function wide() {
  const column = (name, format, Type, value, unit) => ({ name, format, unit, values: Type.from({ length: ROWS }, (_, i) => value(i)) })
  return writeFits([{
    kind: 'bintable', name: 'EVENTS', rows: ROWS,
    columns: [
      column('TIME', 'D', Float64Array, (i) => 5.8e8 + i * 1e-4, 's'), column('PI', 'I', Int16Array, (i) => i % 4096), column('RAWX', 'I', Uint16Array, (i) => i % 60000),
      column('ENERGY', 'E', Float32Array, (i) => 10 + (i % 997), 'keV'), column('RA', 'E', Float32Array, (i) => i % 360, 'deg'), column('DEC', 'E', Float32Array, (i) => (i % 180) - 90, 'deg'),
      column('SEQ', 'J', Int32Array, (i) => i), column('TICKS', 'J', Uint32Array, (i) => i * 4000), column('GRADE', 'B', Uint8Array, (i) => i % 13),
    ],
  }])
}

/** A table as GBM writes it: TIME carries TZERO on a double. */
function gbmLike() {
  const zero = 580904353.903198
  const bytes = writeFits([{
    kind: 'bintable', name: 'EVENTS', rows: ROWS, cards: [['TZERO1', zero]],
    columns: [{ name: 'TIME', format: 'D', unit: 's', values: Float64Array.from({ length: ROWS }, (_, i) => i * 6e-4 - 130) }, { name: 'PHA', format: 'I', values: Int16Array.from({ length: ROWS }, (_, i) => i % 128) }],
  }])
  return bytes
}

async function readAll(bytes) {
  const started = process.hrtime.bigint()
  const fits = await openFits(bytesSource(bytes), 'bench.fits')
  const { columns } = await readTable(fits, fits.hdus[1])
  return { took: Number(process.hrtime.bigint() - started) / 1e6, columns: Object.values(columns) }
}

export default async () => {
  const python = referencePython()
  const folder = mkdtempSync(path.join(tmpdir(), 'fits-'))
  try {
    const notes = []
    let ours = 0
    let peer = python === undefined ? null : 0
    let worst = null
    for (const [name, make] of [['nine columns', wide], ['GBM-like', gbmLike]]) {
      const file = path.join(folder, `${name.replaceAll(' ', '-')}.fits`)
      const bytes = make()
      writeFileSync(file, bytes)
      let [mine, theirs] = [Infinity, Infinity]
      for (let round = 0; round < ROUNDS; round++) {
        let columns = []
        for (let reading = 0; reading < READINGS; reading++) {
          const { took, columns: read } = await readAll(bytes)
          mine = Math.min(mine, took)
          columns = read
        }
        if (python === undefined) continue
        const answer = JSON.parse(execFileSync(python, [fileURLToPath(new URL('fits-peer.py', import.meta.url)), file], { encoding: 'utf8' }))
        theirs = Math.min(theirs, answer.took)
        const sums = columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0))
        if (answer.sums.some((sum, i) => Math.abs(sum - sums[i]) > 1e-9 * Math.abs(sum))) throw new Error(`${name}: sums differ: ours ${sums}, astropy ${answer.sums}`)
      }
      ours += mine
      if (peer !== null) peer += theirs
      if (peer !== null) worst = Math.max(worst ?? 0, mine / theirs)
      notes.push(`${name}: ${mine.toFixed(1)}${python === undefined ? '' : ` against ${theirs.toFixed(1)}`} ms`)
    }
    const round2 = (value) => (value === null ? null : Math.round(value * 100) / 100)
    return { ours: round2(ours), peer: round2(peer), ratio: round2(worst), unit: 'ms', note: `${notes.join(', ')}; ratio of the worse one` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
