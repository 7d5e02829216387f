import { cp, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { findInstrument } from '@heavens/instruments'
import { closeSource, createAssembler, ingestFiles, offer, openSource, publishItems, release, simulatedSky } from '@heavens/ingest'
import { openEmbeddedStores, type LogBatch, type ReadOptions, type Stores } from '@heavens/storage'
import { runStream } from '@heavens/stream-processors'
import { bytesSource, openFits } from '@heavens/science/fits'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answers, type Answers } from './answers.js'
import { replay, start, temporaryFolder } from './heavens.js'
import { partFile, photons, seeded, tteFile, type Photons } from './tte-file.js'

const LENGTH = 420
const GOOD = { start: 0, stop: LENGTH }
const GBM = findInstrument('fermi-gbm')
/** Three detectors that see a burst after 370 s. */
const telemetry: Photons[] = [0, 1, 2].map((detector) => photons(10 + detector, LENGTH, 120, { at: 370, rate: 1500 }))
const total = telemetry.reduce((n, { time }) => n + time.length, 0)

let folder: string
let remove: () => Promise<void>
let whole: string[]
let clean: Answers
let names = 0

beforeAll(async () => {
  ;({ folder, remove } = await temporaryFolder())
  whole = await Promise.all(telemetry.map((rows, detector) => file(partFile(detector, rows, 0, rows.time.length, GOOD))))
  clean = await inStores(async (stores) => {
    await ingest(stores, whole)
    await run(stores)
    return answers(stores)
  })
})
afterAll(() => remove())

async function file(bytes: Uint8Array, name = `${names++}.fit`): Promise<string> {
  const at = path.join(folder, name)
  await writeFile(at, bytes)
  return at
}

async function inStores<T>(work: (stores: Stores, data: string) => Promise<T>, data = path.join(folder, `data-${names++}`)): Promise<T> {
  const stores = await openEmbeddedStores(data)
  try {
    return await work(stores, data)
  } finally {
    await stores.close()
  }
}

async function ingest(stores: Stores, files: readonly string[], speed = Infinity): Promise<void> {
  const { refused } = await ingestFiles(files, { stores, speed, runPrefix: 'replay' })
  expect(refused).toEqual([])
}

interface RunOptions {
  /** bytes of a batch of the log */
  maxBytes?: number
  /** milliseconds by which the clock goes on at each look: a snapshot is made every minute */
  tick?: number
  instrument?: string
}

/** Process what is on the log of `main`, to its end. */
async function run(stores: Stores, options: RunOptions = {}): Promise<Awaited<ReturnType<typeof runStream>>> {
  let clock = 0
  const log = {
    ...stores.log,
    read: (topic: string, partition: number, from: number, read?: ReadOptions): AsyncIterable<LogBatch> => stores.log.read(topic, partition, from, { ...read, ...(options.maxBytes ? { maxBytes: options.maxBytes } : {}) }),
  }
  return runStream({
    stores: { ...stores, log }, instrument: findInstrument(options.instrument ?? 'fermi-gbm'), stream: { instrument: options.instrument ?? 'fermi-gbm', run: 'main' },
    follow: false, clock: () => (clock += options.tick ?? 1), log: () => {},
  })
}

/** Stores of which the `n`-th write fails, and all that come after it. */
function crashing(stores: Stores, n: number): Stores {
  let left = n
  const guard = <A extends unknown[], R>(write: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    if (--left < 0) throw new Error('crash')
    return write(...args)
  }
  return {
    ...stores,
    log: { ...stores.log, append: guard(stores.log.append) },
    curves: { ...stores.curves, put: guard(stores.curves.put) },
    archive: { ...stores.archive, store: guard(stores.archive.store), flush: guard(stores.archive.flush) },
  }
}

/** Rows of one detector in pieces that overlap by some rows, as files. */
async function pieces(detector: number, count: number, overlap: number, random: () => number): Promise<{ files: string[]; repeated: number }> {
  const rows = telemetry[detector]!
  const cuts = Array.from({ length: count - 1 }, () => Math.floor(random() * rows.time.length)).sort((a, b) => a - b)
  const edges = [0, ...cuts, rows.time.length]
  const files: string[] = []
  let repeated = 0
  for (let i = 0; i < count; i++) {
    const from = Math.max(0, edges[i]! - (i > 0 ? overlap : 0))
    if (edges[i + 1]! === from) continue
    repeated += edges[i]! - from
    files.push(await file(partFile(detector, rows, from, edges[i + 1]!, GOOD)))
  }
  return { files, repeated }
}

describe('one clean run', () => {
  it('finds the burst in all three detectors, and every event', () => {
    expect(clean.candidates).toHaveLength(1)
    expect(clean.candidates[0]!.groups).toEqual(['n0', 'n1', 'n2'])
    expect(clean.curves.length).toBe(3 * GBM.descriptor.bands.length * GBM.descriptor.curves.widths.length)
  })
})

describe('the same telemetry, otherwise cut', () => {
  it('gives the same in blocks of a second and in small batches of the log', async () => {
    await inStores(async (stores) => {
      await ingest(stores, whole, 1e9)
      await run(stores, { maxBytes: 40_000, tick: 5000 })
      expect(await answers(stores)).toEqual(clean)
    })
  })

  it('gives the same from ragged files that overlap, in any order', async () => {
    const random = seeded(77)
    const cut = await Promise.all([0, 1, 2].map((detector) => pieces(detector, 5, 200, random)))
    const files = cut.flatMap((c) => c.files).map((f) => [random(), f] as const).toSorted((a, b) => a[0] - b[0]).map(([, f]) => f)
    const { summary } = await replay('--data', path.join(folder, 'ragged'), ...files)
    expect(summary.ledger).toMatchObject({ duplicates: cut.reduce((n, c) => n + c.repeated, 0), late: 0, undecodable: 0 })
    expect(summary.events).toBe(total)
    await inStores(async (stores) => expect(await answers(stores)).toEqual(clean), path.join(folder, 'ragged'))
  })

  it.each([false, true])('gives the same from two calls, the second with what follows; processed in between: %s', async (between) => {
    // Cut within the burst: the hardest place. The revision of the candidate alone tells that the stream had ended there.
    const at = telemetry.map(({ time }) => time.findIndex((t) => t >= 371.2345))
    const first = await Promise.all(telemetry.map((rows, d) => file(partFile(d, rows, 0, at[d]!, { start: 0, stop: 371.2345 }))))
    const second = await Promise.all(telemetry.map((rows, d) => file(partFile(d, rows, at[d]!, rows.time.length, { start: 371.2345, stop: LENGTH }))))
    await inStores(async (stores) => {
      await ingest(stores, first)
      if (between) await run(stores)
      await ingest(stores, second)
      const state = await run(stores)
      expect(state.health.ledger).toMatchObject({ late: 0, duplicates: 0 })
      const now = await answers(stores)
      expect(now.curves).toEqual(clean.curves)
      expect(now.candidates.map((c) => ({ ...c, revision: 0 }))).toEqual(clean.candidates.map((c) => ({ ...c, revision: 0 })))
      expect(now.candidates[0]!.revision).toBe(clean.candidates[0]!.revision + 1)
    })
  })
})

describe('killed and started again', () => {
  it.each([1500])('heavens replay --data gives the same after SIGKILL when telemetry has flowed for %i ms', async (wait) => {
    const data = path.join(folder, `killed-${wait}`)
    const first = start(['replay', '--data', data, '--speed', '150', ...whole])
    for (let up = false; !up;) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      up = await inStores(async (stores) => (await stores.log.bounds('heavens.telemetry.fermi-gbm')).next > 0, data)
    }
    await new Promise((resolve) => setTimeout(resolve, wait))
    first.process.kill('SIGKILL')
    expect((await first.ended).code).toBe(null)
    const before = await inStores((stores) => stores.log.bounds('heavens.telemetry.fermi-gbm'), data)
    expect(before.next).toBeGreaterThan(100)
    const { code, summary } = await replay('--data', data, ...whole)
    expect(code).toBe(0)
    expect(summary.events).toBe(total)
    expect(summary.ledger).toMatchObject({ duplicates: 0, gaps: 0, late: 0, undecodable: 0 })
    await inStores(async (stores) => expect(await answers(stores)).toEqual(clean), data)
  })

  it('gives the same wherever processing stopped', async () => {
    const source = path.join(folder, 'ingested')
    await inStores((stores) => ingest(stores, whole), source)
    for (const n of [1, 20, 57]) {
      const data = path.join(folder, `crash-${n}`)
      await cp(source, data, { recursive: true })
      await inStores(async (stores) => {
        await expect(run(crashing(stores, n), { maxBytes: 60_000, tick: 9000 })).rejects.toThrow('crash')
      }, data)
      await inStores(async (stores) => {
        await run(stores, { maxBytes: 60_000, tick: 9000 })
        expect(await answers(stores), `stopped at write ${n}`).toEqual(clean)
      }, data)
    }
  })

  it('ingests each row once wherever ingest stopped', async () => {
    for (const n of [1, 4, 11]) {
      await inStores(async (stores) => {
        await expect(ingestFiles(whole, { stores: crashing(stores, n), speed: Infinity, runPrefix: 'replay' })).rejects.toThrow('crash')
        await ingest(stores, whole)
        const { health } = await run(stores)
        expect(health.events).toBe(total)
        expect(health.ledger).toEqual({ duplicates: 0, gaps: 0, late: 0, undecodable: 0, tooLate: 0 })
        expect(await answers(stores), `stopped at write ${n}`).toEqual(clean)
      })
    }
  })
})

describe('late data', () => {
  /** A log on which half of a detector's rows come behind the watermark, up to 13 s, some of them in bins that are still open. */
  async function lateLog(stores: Stores): Promise<number> {
    const assembler = createAssembler(GBM.descriptor, { rowsPerBlock: 1 })
    const rows = telemetry[0]!
    openSource(assembler, 'a')
    const offered = async (from: number, to: number): Promise<void> => {
      const bytes = tteFile({ detector: 0, time: rows.time.subarray(from, to), channel: rows.channel.subarray(from, to), ...GOOD })
      const fits = await openFits(bytesSource(bytes), 'part.fit')
      for await (const item of GBM.decode(fits, 'events', { rows: 1 << 20, undecodable: () => {}, keep: async () => '' })) offer(assembler, 'a', item)
      for (let items = release(assembler); items.length > 0; items = release(assembler)) await publishItems(stores.log, { instrument: 'fermi-gbm', run: 'main' }, items)
    }
    const step = 1500
    for (let from = 0; from < rows.time.length; from += 2 * step) {
      const end = Math.min(rows.time.length, from + 2 * step)
      const middle = Math.min(end, from + step)
      // The second stretch first, then the first, late; only at the beginning in order, as nothing is late before the first data.
      if (from > 0 && middle < end) await offered(middle, end)
      await offered(from, middle)
      if (from === 0) await offered(middle, end)
    }
    closeSource(assembler, 'a')
    for (let items = release(assembler); items.length > 0; items = release(assembler)) await publishItems(stores.log, { instrument: 'fermi-gbm', run: 'main' }, items)
    await publishItems(stores.log, { instrument: 'fermi-gbm', run: 'main' }, [{ kind: 'watermark', time: assembler.released, final: true }])
    return rows.time.length
  }

  it('gives the same curves as data in time, counts what was late, and does not depend on batches nor on crashes', async () => {
    const inTime = await inStores(async (stores) => {
      await ingest(stores, [whole[0]!])
      await run(stores)
      return answers(stores)
    })
    const source = path.join(folder, 'late')
    const events = await inStores(lateLog, source)
    const once = await inStores(async (stores, data) => {
      await cp(source, `${data}-copy`, { recursive: true })
      return inStores(async (copy) => {
        const { health, curves } = await run(copy)
        expect(health.events).toBe(events)
        expect(curves.events).toBe(events)
        expect(health.ledger.late).toBeGreaterThan(events / 4)
        expect((await answers(copy)).curves).toEqual(inTime.curves)
        return (await answers(copy, 'main', { revisions: true })).curves
      }, `${data}-copy`)
    })
    for (const n of [40]) {
      const data = path.join(folder, `late-${n}`)
      await cp(source, data, { recursive: true })
      await inStores(async (stores) => {
        await expect(run(crashing(stores, n), { maxBytes: 8000, tick: 9000 })).rejects.toThrow('crash')
        await run(stores, { maxBytes: 8000, tick: 9000 })
        expect((await answers(stores, 'main', { revisions: true })).curves, `stopped at write ${n}`).toEqual(once)
      }, data)
    }
  })
})

describe('photons with directions', () => {
  it('give the same images and curves in other blocks and after a crash', async () => {
    const lat = findInstrument('fermi-lat')
    const epoch = 800_000_000
    const files = await Promise.all(lat.simulate!(simulatedSky('quiet', 4, epoch), epoch, epoch + 1500).map(({ bytes, name }) => file(bytes, name)))
    const outcome = (speed: number, options: RunOptions, crash?: number): Promise<Answers> =>
      inStores(async (stores) => {
        await ingest(stores, files, speed)
        if (crash !== undefined) await expect(run(crashing(stores, crash), { ...options, instrument: 'fermi-lat' })).rejects.toThrow('crash')
        await run(stores, { ...options, instrument: 'fermi-lat' })
        return answers(stores)
      })
    const once = await outcome(Infinity, {})
    expect(once.images.length).toBeGreaterThan(4)
    expect(await outcome(1e9, { maxBytes: 30_000, tick: 1000 })).toEqual(once)
    expect(await outcome(Infinity, { maxBytes: 5000, tick: 9000 }, 7)).toEqual(once)
  })
})
