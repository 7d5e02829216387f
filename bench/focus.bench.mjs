// Poisson-FOCuS over 4 million bins of 4 counts with a burst now and then: focusMany against the plain loop in C
// (bench/focus.c, cc -O3), in turns on the same numbers, in processor time (other work on the machine then matters less).
// Both must hit in the same bins, with the same lengths.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '@heavens/science/statistics'
import { focusMany } from '@heavens/science/timing'

const BINS = 4_000_000
const SIGMA = 5
const MU_MIN = 1.1
const ROUNDS = 15

export default async () => {
  const random = seededRandom('bench focus')
  const both = new Float64Array(2 * BINS)
  const counts = both.subarray(0, BINS)
  const expected = both.subarray(BINS)
  for (let i = 0; i < BINS; i++) {
    expected[i] = 4 + 0.4 * Math.sin(i / 50_000)
    counts[i] = random.poisson(i % 200_000 > 199_980 ? expected[i] * 3 : expected[i])
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'focus-'))
  const data = path.join(folder, 'bins')
  const program = path.join(folder, 'focus')
  try {
    writeFileSync(data, both)
    let compiled = true
    try {
      execFileSync('cc', ['-O3', '-o', program, fileURLToPath(new URL('focus.c', import.meta.url)), '-lm'])
    } catch (cause) {
      console.warn(`no C peer: ${cause instanceof Error ? cause.message : cause}`)
      compiled = false
    }
    let ours = Infinity
    let peer = compiled ? Infinity : null
    let mine = []
    let theirs = []
    for (let round = 0; round < ROUNDS; round++) {
      mine = [0, 0, 0, 0]
      const started = process.cpuUsage()
      mine[0] = focusMany(counts, expected, { sigma: SIGMA, muMin: MU_MIN }, (bin, significance, length) => {
        mine[1] += bin
        mine[2] += length
        mine[3] += significance
      })
      const used = process.cpuUsage(started)
      ours = Math.min(ours, ((used.user + used.system) * 1000) / BINS)
      if (!compiled) continue
      const [took, ...rest] = execFileSync(program, [data, SIGMA, MU_MIN, '1'].map(String), { encoding: 'utf8' }).trim().split(' ').map(Number)
      theirs = rest
      peer = Math.min(peer, took)
    }
    if (compiled && (mine.slice(0, 3).some((value, k) => value !== theirs[k]) || Math.abs(mine[3] - theirs[3]) > 1e-6 * theirs[3])) throw new Error(`hits differ: ours ${mine}, C ${theirs}`)
    return { ours: round2(ours), peer: peer === null ? null : round2(peer), ratio: peer === null ? null : round2(ours / peer), unit: 'ns/bin', note: `${mine[0]} hits in ${BINS} bins${compiled ? ', the same in C' : ''}` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function round2(value) {
  return Math.round(value * 100) / 100
}
