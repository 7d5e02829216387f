import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { analyse, openJobs } from '@heavens/analysis'
import { INSTRUMENTS } from '@heavens/instruments'
import type { Job } from '@heavens/schemas'
import { utcIsoFromTt } from '@heavens/science/time'
import { openEmbeddedStores } from '@heavens/storage'
import { expect, it } from 'vitest'
import { start, temporaryFolder } from './heavens.js'
import { MET, partFile, photons } from './tte-file.js'

const LENGTH = 420
/** TT seconds of MET 0 of the files. */
const EPOCH = (51910 + 7.428703703703703e-4 - 51544) * 86_400

it('a request that was followed while its data came has the products that the closed request has afterwards, to the byte', async () => {
  const { folder, remove } = await temporaryFolder()
  const files: string[] = []
  for (const detector of [0, 1, 2]) {
    const rows = photons(10 + detector, LENGTH, 120, { at: 370, rate: 1500 })
    files.push(path.join(folder, `n${detector}.fit`))
    await writeFile(files.at(-1)!, partFile(detector, rows, 0, rows.time.length, { start: 0, stop: LENGTH }))
  }
  const data = path.join(folder, 'data')
  const replay = start(['replay', '--data', data, '--speed', '40', ...files])
  const stores = await openEmbeddedStores(data)
  try {
    const jobs = await openJobs({ stores, instruments: INSTRUMENTS, dir: data, version: '1.2.3', threads: 0 })
    const open = { label: 'followed', time: { intervals: [[utcIsoFromTt(EPOCH + MET + 10), null]] }, instruments: [{ id: 'fermi-gbm', groups: ['n0', 'n2'] }], products: { lightCurve: { bin: 0.5 }, spectrum: { background: [[-5, -1]] } } }
    const { id } = await jobs.submit(open)
    const seen = new Set<string>()
    const products: Job['products'][] = []
    for (const until = Date.now() + 60_000; seen.size < 3;) {
      const job = await jobs.get(id)
      expect(job.phase, job.error?.sentence).toMatch(/QUEUED|EXECUTING/)
      if (job.until !== undefined && !seen.has(job.until)) {
        products.push(job.products)
        seen.add(job.until)
      }
      expect(Date.now()).toBeLessThan(until)
      await wait(50)
    }
    // A job that is followed holds no place: another runs beside it.
    const other = await jobs.submit({ ...open, label: 'closed', time: { intervals: [[utcIsoFromTt(EPOCH + MET + 10), utcIsoFromTt(EPOCH + MET + 20)]] } })
    while ((await jobs.get(other.id)).phase !== 'COMPLETED') await wait(20)
    expect((await jobs.get(id)).phase).toBe('EXECUTING')

    const job = await jobs.finish(id)
    expect(job).toMatchObject({ phase: 'COMPLETED', follows: true })
    expect(job.until).toBeUndefined()
    const [[from, to]] = job.used!.request.time.intervals as [[string, string]]
    expect(from).toBe(open.time.intervals[0]![0])
    expect(to >= [...seen].at(-1)!).toBe(true)
    expect(job.used!.intervals[0]!.stop).toBeLessThan(EPOCH + MET + LENGTH)
    expect(new Set(products.map((list) => JSON.stringify(list))).size).toBe(3)

    expect((await replay.ended).code).toBe(0)
    const after = await analyse(job.used!.request, { stores, instruments: INSTRUMENTS, out: path.join(folder, 'after'), version: '1.2.3' })
    expect(after.products.length).toBeGreaterThan(4)
    expect(job.products).toEqual(after.products)
    for (const { path: name } of after.products) expect(await readFile(await jobs.productPath(id, name))).toEqual(await readFile(path.join(folder, 'after', name)))
    // The finished job is the answer to the closed request.
    expect((await jobs.submit(job.used!.request)).id).toBe(id)
    await jobs.close()
  } finally {
    await stores.close()
    await remove()
  }
}, 120_000)
