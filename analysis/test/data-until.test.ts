import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Item, RequestAsUsed } from '@heavens/schemas'
import { encodeItem, openEmbeddedStores, type StreamCoverage, type Stores } from '@heavens/storage'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dataUntil } from '../src/request/data-until.js'

let dir: string
let stores: Stores
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'heavens-until-'))
  stores = await openEmbeddedStores(dir)
})
afterEach(async () => {
  await stores.close()
  await rm(dir, { recursive: true })
})

const used = { intervals: [{ start: 1000, stop: null }], instruments: ['a', 'b'].map((id) => ({ id, run: 'main', groups: [], options: {} })) } as unknown as RequestAsUsed
const covered = (instrument: string, stop: number): StreamCoverage => ({ stream: { instrument, run: 'main' }, start: 900, stop, events: 10, archived: 0 })
const told = (instrument: string, ...items: object[]): Promise<unknown> => stores.log.append(`heavens.telemetry.${instrument}`, items.map((item) => ({ key: null, value: encodeItem(item as Item) })))
const mark = (time: number, final = false): object => ({ kind: 'watermark', time, final })
const ledger = { kind: 'ledger', source: 's', duplicates: 0, late: 0, undecodable: 0, gaps: [] }

test('data are whole until the last watermark, to the millisecond, however far the blocks reach and whatever is told after it', async () => {
  await told('a', mark(1001), mark(1005.0004), ...Array.from({ length: 200 }, () => ledger))
  expect(await dataUntil(used, [covered('a', 1006)], stores.log)).toBe(1005)
})

test('a watermark that falls on a millisecond is not passed', async () => {
  await told('a', mark(1005))
  expect(await dataUntil(used, [covered('a', 1005)], stores.log)).toBe(1005)
})

test('the slowest stream that has come so far decides; one that has nothing of the time does not', async () => {
  await told('a', mark(1005))
  await told('b', mark(1003))
  expect(await dataUntil(used, [covered('a', 1005), covered('b', 1003)], stores.log)).toBe(1003)
  expect(await dataUntil(used, [covered('a', 1005), covered('b', 990), covered('other', 1001)], stores.log)).toBe(1003)
  await told('b', mark(2000))
  await told('b', mark(990))
  expect(await dataUntil(used, [covered('a', 1005), covered('b', 990)], stores.log)).toBe(1005)
  expect(await dataUntil(used, [covered('other', 5000)], stores.log)).toBeUndefined()
})

test('what has ended is whole to its last event, and so is what the log holds no more', async () => {
  await told('a', mark(1005.1234567, true))
  const ended = await dataUntil(used, [covered('a', 1005.1234567)], stores.log)
  expect(ended).toBeGreaterThan(1005.1234567)
  expect(ended).toBeLessThan(1005.12346)
  expect(await dataUntil(used, [covered('b', 1007.5)], stores.log)).toBeCloseTo(1007.500001, 9)
})
