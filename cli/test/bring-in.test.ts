import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openEmbeddedStores } from '@heavens/storage'
import { expect, it } from 'vitest'
import { answers } from './answers.js'
import { heavens, replay, temporaryFolder } from './heavens.js'
import { partFile, photons } from './tte-file.js'

it('heavens ingest FILES brings files in once, in several calls, as one replay of all of them does', async () => {
  const { folder, remove } = await temporaryFolder()
  try {
    const files: string[] = []
    for (const [part, from, to] of [[0, 0, 30], [1, 30, 60]] as const) {
      for (const detector of [0, 1]) {
        const rows = photons(40 + detector, 60, 150)
        const [first, last] = [rows.time.findIndex((t) => t >= from), to === 60 ? rows.time.length : rows.time.findIndex((t) => t >= to)]
        files.push(path.join(folder, `n${detector}-${part}.fit`))
        await writeFile(files.at(-1)!, partFile(detector, rows, first, last, { start: from, stop: to }))
      }
    }
    const [one, two] = [path.join(folder, 'one'), path.join(folder, 'two')]
    const whole = await replay('--data', one, ...files)
    const before = await heavens('ingest', '--data', two, '--json', ...files.slice(0, 2))
    expect([before.code, before.stderr]).toEqual([0, ''])
    const after = await heavens('ingest', '--data', two, '--json', ...files.slice(2))
    expect(after.code).toBe(0)
    expect(JSON.parse(after.stdout)).toMatchObject({ events: whole.summary.events, instruments: whole.summary.instruments })

    const read = async (data: string): Promise<unknown> => {
      const stores = await openEmbeddedStores(data)
      try {
        const [coverage] = await stores.archive.coverage()
        expect(coverage!.archived).toBe((await stores.log.bounds('heavens.telemetry.fermi-gbm')).next)
        return { ...(await answers(stores)), events: coverage!.events }
      } finally {
        await stores.close()
      }
    }
    expect(await read(two)).toEqual(await read(one))

    const junk = path.join(folder, 'junk.fits')
    await writeFile(junk, (await readFile(files[0]!)).subarray(100, 9000))
    const refused = await heavens('ingest', '--data', two, junk)
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('junk.fits')
  } finally {
    await remove()
  }
}, 120_000)
