import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { realFiles, heavens } from '../heavens.js'
import { partFile, photons } from '../tte-file.js'

/** Real events of a burst in three detectors, or, where they are absent, made-up ones; and what one clean pass over them gives. */
export interface Oracle {
  files: string[]
  /** data seconds in the files */
  seconds: number
  /** what `heavens digest --json` printed */
  digest: string
}

const REAL = ['n0', 'n1', 'n2'].map((d) => `fermi-gbm/GRB190530A/glg_tte_${d}_bn190530430_v00.fit.gz`)

export async function makeOracle(folder: string, names: readonly string[] = REAL): Promise<Oracle> {
  const real = realFiles(...names)
  let files = real.paths
  let seconds = 606
  if (!real.present) {
    seconds = 120
    files = []
    for (const detector of [0, 1]) {
      const rows = photons(3 + detector, seconds, 400, { at: 60, rate: 900 })
      const file = path.join(folder, `n${detector}.fit`)
      await writeFile(file, partFile(detector, rows, 0, rows.time.length, { start: 0, stop: seconds }))
      files.push(file)
    }
  }
  const data = path.join(folder, 'oracle')
  const pass = await heavens('replay', ...files, '--data', data, '--json')
  if (pass.code !== 0) throw new Error(pass.stderr)
  return { files, seconds, digest: (await heavens('digest', '--data', data, '--json')).stdout }
}
