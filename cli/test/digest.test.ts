import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { heavens } from './heavens.js'
import { partFile, photons } from './tte-file.js'

interface Digest {
  instrument: string
  run: string
  curves: string
  images: string
  candidates: string
}

let folder: string

/** Replay some seconds of a made-up burst in two detectors, in files of this many seconds, into a fresh data folder. */
async function replayed(name: string, piece: number, options: { reversed?: boolean; stop?: number } = {}): Promise<Digest[]> {
  const stop = options.stop ?? 90
  const files: string[] = []
  for (const detector of [0, 1]) {
    const rows = photons(3 + detector, 90, 400, { at: 60, rate: 900 })
    for (let from = 0; from < stop; from += piece) {
      const to = Math.min(stop, from + piece)
      const file = path.join(folder, `${name}-n${detector}-${from}.fit`)
      const row = (t: number): number => rows.time.filter((x) => x < t).length
      await writeFile(file, partFile(detector, rows, row(from), row(to), { start: from, stop: to }))
      files.push(file)
    }
  }
  const data = path.join(folder, name)
  const replay = await heavens('replay', ...(options.reversed ? files.reverse() : files), '--data', data, '--json')
  expect(replay.code, replay.stderr).toBe(0)
  const { stdout, code } = await heavens('digest', '--data', data, '--json')
  expect(code).toBe(0)
  return JSON.parse(stdout) as Digest[]
}

beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'heavens-digest-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('heavens digest', () => {
  it('is the same for the same telemetry in other files and another order, and another for other results', async () => {
    const whole = await replayed('whole', 90)
    const parts = await replayed('parts', 30, { reversed: true })
    const less = await replayed('less', 90, { stop: 70 })
    expect(whole.map((d) => [d.instrument, d.run])).toEqual([['fermi-gbm', 'main']])
    expect(whole[0]!.curves).toMatch(/^[0-9a-f]{64}$/)
    expect(parts).toEqual(whole)
    expect(less[0]!.curves).not.toBe(whole[0]!.curves)
    expect(less[0]!.candidates).not.toBe(whole[0]!.candidates)
  })

  it('says what is wrong with a folder that is not there', async () => {
    const { code, stderr } = await heavens('digest', '--data', path.join(folder, 'nowhere'))
    expect(code).toBe(2)
    expect(stderr).toContain('no data folder')
  })
})

describe('heavens archive', () => {
  it('lists what is archived, finds it whole, and names a slice that has other bytes', async () => {
    await replayed('archived', 90)
    const data = path.join(folder, 'archived')
    const rows = JSON.parse((await heavens('archive', 'list', '--data', data, '--json')).stdout) as { instrument: string; events: number; archived: number; onLogOnly: number }[]
    expect(rows).toMatchObject([{ instrument: 'fermi-gbm', onLogOnly: 0 }])
    expect(rows[0]!.events).toBeGreaterThan(10_000)
    const good = await heavens('archive', 'verify', '--data', data, '--json')
    expect([good.code, JSON.parse(good.stdout)]).toMatchObject([0, [{ verified: rows[0]!.archived, damaged: [] }]])
    const place = path.join(data, 'archive', 'fermi-gbm', 'main')
    const slice = (await readdir(place)).find((name) => name.endsWith('.arrow'))!
    await appendFile(path.join(place, slice), 'x')
    const bad = await heavens('archive', 'verify', '--data', data)
    expect(bad.code).toBe(1)
    expect(bad.stdout).toContain(`${slice}: it has other bytes`)
  })
})
