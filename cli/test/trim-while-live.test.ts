import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { telemetryTopic, type Item, type StreamHealth } from '@heavens/schemas'
import { openEmbeddedStores, readLogged } from '@heavens/storage'
import { supervise, until, type Supervised } from './faults/chaos.js'
import { heavens, temporaryFolder } from './heavens.js'
import { partFile, photons } from './tte-file.js'

const TOPIC = telemetryTopic({ instrument: 'fermi-gbm', run: 'main' })
/** Files that come one after the other [s]: by the end of the second a snapshot has been made, as there are two million rows. */
const CUTS = [0, 150, 290, 330]
const RATE = 8000
/** From the first event on, the time that is analysed when it has left the log [s]. */
const SPAN = 15

let folder: string
let remove: () => Promise<void>
let up: Supervised | undefined
let data: string
let clean: string
const files: string[] = []
let rows: number[]
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder())
  data = path.join(folder, 'trimmed')
  clean = path.join(folder, 'clean')
  const all = photons(50, CUTS.at(-1)!, RATE, { at: 200, rate: 4000 })
  rows = CUTS.map((t) => (t === CUTS.at(-1) ? all.time.length : all.time.findIndex((time) => time >= t)))
  for (let i = 0; i + 1 < CUTS.length; i++) {
    const file = path.join(folder, `n0-${i}.fit`)
    await writeFile(file, partFile(0, all, rows[i]!, rows[i + 1]!, { start: CUTS[i]!, stop: CUTS[i + 1]! }))
    files.push(file)
    const pass = await heavens('replay', file, '--data', clean, '--json')
    if (pass.code !== 0) throw new Error(pass.stderr)
  }
}, 180_000)
afterAll(async () => {
  try {
    await up?.end()
  } finally {
    await remove()
  }
})

async function health(): Promise<StreamHealth | undefined> {
  const url = [...up!.output().matchAll(/at (http:\/\/127\.0\.0\.1:\d+)/g)].at(-1)![1]
  return ((await (await fetch(`${url}/api/v1/status`)).json()) as { streams: StreamHealth[] }).streams[0]
}

/** Where the log begins, and the time of the first block in it [TT s]; NaN where it has none. */
async function beginning(): Promise<{ first: number; time: number }> {
  const stores = await openEmbeddedStores(data)
  try {
    const { first } = await stores.log.bounds(TOPIC)
    for await (const { records } of stores.log.read(TOPIC, 0, first, { follow: false })) {
      for (const { value } of records) {
        const item: Item = readLogged(value)
        if (item.kind === 'events' && item.count > 0) return { first, time: item.columns.time[0]! }
      }
    }
    return { first, time: NaN }
  } finally {
    await stores.close()
  }
}

/** FITS files of an analysis of a data folder, by name. */
async function products(of: string, start: number, stop: number): Promise<Record<string, string>> {
  const request = path.join(folder, 'request.json')
  await writeFile(request, JSON.stringify({
    label: 'trimmed', time: { format: 'seconds', scale: 'tt', reference: '2000-01-01T00:00:00', intervals: [[start, stop]] }, energy: { unit: 'keV', bands: [{ min: 10, max: 900 }] },
    instruments: [{ id: 'fermi-gbm' }], products: { lightCurve: { bin: 0.1 }, spectrum: {}, events: {} },
  }))
  const out = path.join(folder, `products-${path.basename(of)}`)
  const done = await heavens('analyse', '--request', request, '--data', of, '--out', out, '--json')
  expect(done.code, done.stderr).toBe(0)
  const found = (await readdir(out, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && /\.(fits|pha|lc)(\.gz)?$/.test(entry.name))
  return Object.fromEntries(await Promise.all(found.map(async ({ name, parentPath }) => [name, (await readFile(path.join(parentPath, name))).toString('base64')] as const)))
}

it('HEAVENS_TRIM_MINUTES: what is archived and verified leaves the log while it runs; analyses of it, a kill and what comes afterwards are as without', async () => {
  const watched = path.join(folder, 'watched')
  await mkdir(watched)
  up = await supervise('up', ['up', '--port', '0', '--data', data, '--watch', watched], { HEAVENS_TRIM_MINUTES: '0.05' }, /at http:/)
  const bring = async (i: number): Promise<void> => {
    await copyFile(files[i]!, path.join(watched, path.basename(files[i]!)))
    await until(health, (stream) => stream?.events === rows[i + 1], 60)
  }
  await bring(0)
  await bring(1)
  const start = (await health())!.start!
  const trimmed = await until(beginning, ({ time }) => time > start + SPAN, 60)
  expect(up.output()).toMatch(/fermi-gbm\/main: \d+ records are archived and verified, and leave the log; it begins with offset \d+ now/)
  const mine = await products(data, start, start + SPAN)
  expect(Object.keys(mine).length).toBeGreaterThanOrEqual(3)
  expect(mine).toEqual(await products(clean, start, start + SPAN))
  await up.kill()
  await bring(2).catch((error: unknown) => { throw new Error(up!.output().slice(-3000), { cause: error }) })
  await up.end()
  const end = await beginning()
  console.log(`trimmed while it ran: the log began with offset ${trimmed.first}, ${(trimmed.time - start).toFixed(0)} s of data behind its beginning; with ${end.first} at the end`)
  expect(end.first).toBeGreaterThanOrEqual(trimmed.first)
  expect((await heavens('digest', '--data', data, '--json')).stdout).toBe((await heavens('digest', '--data', clean, '--json')).stdout)
}, 400_000)
