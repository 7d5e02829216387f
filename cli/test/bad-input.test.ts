import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { ERRORS } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { ingestFiles } from '@heavens/ingest'
import { openEmbeddedStores } from '@heavens/storage'
import { bandTotals, runStream } from '@heavens/stream-processors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { heavens, replay, temporaryFolder } from './heavens.js'
import { partFile, photons, seeded, tteFile } from './tte-file.js'

let folder: string
let remove: () => Promise<void>
beforeAll(async () => ({ folder, remove } = await temporaryFolder()))
afterAll(() => remove())

async function file(name: string, bytes: Uint8Array | string): Promise<string> {
  const at = path.join(folder, name)
  await writeFile(at, bytes)
  return at
}

/** Bytes with the bits of `mask` turned over at one place. */
function flipped(bytes: Uint8Array, at: number, mask = 0xff): Uint8Array {
  const out = bytes.slice()
  out[at]! ^= mask
  return out
}

const steady = photons(1, 30, 500)
const good = tteFile({ detector: 1, ...steady })

/** The first block of the second header: of EBOUNDS. */
const ebounds = 2880

/** What is wrong with a file, its bytes, and what is said of it. */
const BAD: readonly [name: string, bytes: Uint8Array | string, code: RegExp][] = [
  ['text.fits', 'This is a letter, not a FITS file.\n'.repeat(200), /fits-not-fits/],
  ['empty.fit', '', /fits-not-fits|fits-truncated/],
  ['cut-in-header.fit', good.subarray(0, 1000), /fits-truncated|fits-not-fits/],
  ['cut-in-events.fit', good.subarray(0, Math.floor(good.length / 2)), /fits-truncated/],
  ['gzip-cut.fit.gz', gzipSync(good).subarray(0, 20_000), /fits-truncated/],
  ['gzip-flipped.fit.gz', flipped(gzipSync(good), 30_000), /fits-damaged/],
  ['xtension-flipped.fit', flipped(good, ebounds), /fits-/],
  ['simple-flipped.fit', flipped(good, 0), /fits-not-fits/],
  ['zero-rows.fit', tteFile({ time: [], start: 0, stop: 30 }), /file-unusable/],
  ['no-ebounds.fit', tteFile({ time: [1, 2, 3], without: ['EBOUNDS'] }), /file-unusable.*EBOUNDS|EBOUNDS.*file-unusable/],
  ['no-events.fit', tteFile({ time: [1, 2, 3], without: ['EVENTS'] }), /file-unusable/],
  ['all-nan.fit', tteFile({ time: [NaN, NaN], start: 0, stop: 30 }), /file-unusable/],
  ['other-century.fit', tteFile({ time: [-3.2e9, -3.2e9 + 1], start: 0, stop: 30 }), /file-unusable/],
  ['spectrum-of-nobody.fits', tteFile({ detector: 77, time: [1, 2] }), /file-unusable/],
]

it('names a data folder that cannot be one', async () => {
  const { code, stderr } = await heavens('replay', await file('as-folder.fit', good), '--data', path.join(folder, 'as-folder.fit', 'data'))
  expect(code).toBe(1)
  expect(stderr).toContain('[folder-unusable]')
  expect(stderr).toContain('as-folder.fit')
})

describe('replay of files that are not as they should be', () => {
  it('names each with its reason, processes the others, and says so in its exit code', async () => {
    const paths = await Promise.all(BAD.map(([name, bytes]) => file(name, bytes)))
    await mkdir(path.join(folder, 'directory.fits'))
    const one = await file('good.fit', good)
    const { code, stderr, summary } = await replay(...paths.slice(0, 7), one, ...paths.slice(7), path.join(folder, 'directory.fits'), path.join(folder, 'absent.fits'))
    expect(code).toBe(3)
    const said = (name: string): string => stderr.split('\n').filter((line) => line.startsWith('refused') && line.includes(name)).join('\n')
    for (const [name, , reason] of BAD) expect(said(name), `${name}`).toMatch(reason)
    expect(said('directory.fits')).toMatch(/not a regular file/)
    expect(said('absent.fits')).toMatch(/file-missing/)
    expect(stderr).not.toMatch(/internal|TypeError|RangeError|\.js:\d+/)
    expect(said('good.fit')).toBe('')
    expect(summary.instruments.map((i) => i.groups)).toEqual([[{ id: 'n1', events: steady.time.length }]])
    // Rows without a usable time are counted also where their file is refused: two that are no number, two of another century.
    expect(summary.ledger).toMatchObject({ late: 0, duplicates: 0, undecodable: 4 })
  })

  it('answers bad files alone with an empty summary', async () => {
    const { code, summary } = await replay(await file('letter.fits', 'Dear Sir or Madam'))
    expect(code).toBe(3)
    expect(summary).toMatchObject({ events: 0, items: 0, instruments: [], candidates: [], images: [] })
  })

  it('says what is wrong with the call: exit code 2', async () => {
    const calls = await Promise.all([heavens('replay'), heavens('replay', '--speed', '-3', 'x.fits'), heavens('replay', '--nonsense', 'x.fits'), heavens('nonsense'), heavens('up', '--port', 'abc')])
    for (const { code, stdout, stderr } of calls) {
      expect(code, `${stderr}`).toBe(2)
      expect(stdout).toBe('')
      expect(stderr).toMatch(/^error: /)
    }
  })
})

describe('rows that are not as they should be', () => {
  it('leaves out times that are no numbers or of another century, and counts them', async () => {
    const time = Float64Array.from(steady.time)
    time[10] = NaN
    time[20] = Infinity
    time[30] = -Infinity
    time[40] = 3.2e9
    time[50] = -3.2e9
    const { code, summary, stderr } = await replay(await file('holes.fit', tteFile({ time, channel: steady.channel, start: 0, stop: 30 })))
    expect(code).toBe(0)
    expect(summary.ledger.undecodable).toBe(5)
    expect(summary.events).toBe(time.length - 5)
    expect(stderr).toMatch(/holes\.fit: 3 rows cannot be used/)
    expect(summary.instruments[0]!.bands.reduce((n, b) => n + b.counts, summary.ledger.outOfBand)).toBe(summary.events)
  })

  it('puts rows in order, however far they are out of it', async () => {
    const order = Array.from(steady.time, (_, i) => i)
    const random = seeded(5)
    // A little: within the second that this instrument may be out of order; and wildly, far beyond it.
    const little = order.toSorted((a, b) => Math.floor(a / 40) - Math.floor(b / 40) || b - a)
    const wild = order.map((i) => [random(), i] as const).toSorted((a, b) => a[0] - b[0]).map(([, i]) => i)
    const summaries = await Promise.all(
      [order, little, wild].map(async (rows, k) => {
        const bytes = tteFile({ time: rows.map((i) => steady.time[i]!), channel: rows.map((i) => steady.channel[i]!), start: 0, stop: 30 })
        return (await replay(await file(`order-${k}.fit`, bytes))).summary
      }),
    )
    for (const summary of summaries) {
      expect(summary).toEqual({ ...summaries[0], seconds: summary.seconds })
      expect(summary.ledger).toMatchObject({ late: 0, undecodable: 0 })
      expect(summary.events).toBe(steady.time.length)
    }
  })
})

describe('the same telemetry twice', () => {
  const cut = (from: number, to: number, detector = 1): Uint8Array => partFile(detector, steady, from, to, { start: 0, stop: 30 })
  const n = steady.time.length

  it('counts what two overlapping files share as duplicates, and doubles nothing', async () => {
    const whole = await file('whole.fit', cut(0, n))
    const first = await file('first.fit', cut(0, Math.floor(n * 0.6)))
    const second = await file('second.fit', cut(Math.floor(n * 0.4), n))
    const [once, both, other] = (await Promise.all([replay(whole), replay(first, second), replay(second, first)])).map((r) => r.summary)
    expect(both!.ledger.duplicates).toBe(Math.floor(n * 0.6) - Math.floor(n * 0.4))
    expect(both!.events).toBe(n)
    expect(both!.instruments).toEqual(once!.instruments)
    expect(other).toEqual({ ...both, seconds: other!.seconds })
  })

  it('takes a file that is named twice once', async () => {
    const whole = await file('twice.fit', cut(0, n))
    const { code, summary } = await replay(whole, whole)
    expect(code).toBe(0)
    expect(summary.events).toBe(n)
    expect(summary.ledger.duplicates).toBe(n)
  })

  it('takes a file that comes again to the same data folder once', async () => {
    const data = path.join(folder, 'data')
    const whole = await file('again.fit', cut(0, n))
    const before = (await replay('--data', data, whole)).summary
    const { code, summary } = await replay('--data', data, whole)
    expect(code).toBe(0)
    expect(summary.events).toBe(n)
    expect(summary.ledger.duplicates).toBe(n)
    expect(summary.instruments).toEqual(before.instruments)
  })
})

describe('flipped bits', () => {
  it('never end ingest: a file is taken or refused with a reason, and what was taken is found again', async () => {
    const random = seeded(20261123)
    const small = photons(3, 4, 300)
    const whole = tteFile({ detector: 2, ...small, start: 0, stop: 4 })
    const { folder: data, remove: clean } = await temporaryFolder()
    const stores = await openEmbeddedStores(data)
    const events = new Map<string, number>()
    try {
      for (let round = 0; round < 30; round++) {
        // Two of three flips in the headers, where they hurt most.
        const at = Math.floor(random() * (round % 3 === 0 ? whole.length : 4 * 2880))
        const name = await file(`flip-${round}.fit`, flipped(whole, at, 1 << Math.floor(random() * 8)))
        const { accepted, refused, streams } = await ingestFiles([name], { stores, speed: Infinity, runPrefix: `round${round}` })
        expect(accepted.length + refused.length, `byte ${at}`).toBe(1)
        for (const { code, sentence } of refused) {
          expect(Object.keys(ERRORS)).toContain(code)
          expect(code, `byte ${at}: ${sentence}`).not.toBe('internal')
        }
        for (const stream of streams) {
          const { health, curves } = await runStream({ stores, instrument: findInstrument(stream.instrument), stream, follow: false, clock: () => 0, log: () => {} })
          const before = events.get(stream.run) ?? 0
          events.set(stream.run, health.events)
          expect(health.events - before, `byte ${at}`).toBe(accepted[0]?.rows ?? 0)
          const totals = bandTotals(curves)
          expect(totals.bands.reduce((a, b) => a + b, totals.outOfBand), `byte ${at}`).toBe(health.events)
        }
      }
    } finally {
      await stores.close()
      await clean()
    }
  })
})
