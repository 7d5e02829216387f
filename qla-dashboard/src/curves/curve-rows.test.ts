import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { curveSeriesExample, instrumentDescriptorExample, streamHealthExample } from '@heavens/schemas'
import { type Row, createCurveCache, rowKey } from './curve-rows.js'

const row: Row = { stream: { ...streamHealthExample, watermark: 2000 }, descriptor: instrumentDescriptorExample, band: '50-300', group: 'sum', width: 1 }
const key = rowKey(row)
const asked: URL[] = []

beforeEach(() => {
  asked.length = 0
  vi.stubGlobal('document', { baseURI: 'http://here/' })
  vi.stubGlobal('location', { search: '' })
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(new URL(url))
    return Response.json([{ ...curveSeriesExample, width: 1, phase: 0, index: [1500, 1501], counts: [1, 2], exposure: [1, 1], background: [null, null], revision: [0, 0], completeness: [1, 1], flags: [0, 0] }])
  })
})
afterEach(() => vi.unstubAllGlobals())

/** Ask the cache and wait for what it fetches, if anything. */
async function need(cache: ReturnType<typeof createCurveCache>, start: number, stop: number, live: boolean): Promise<void> {
  cache.need(row, start, stop, live, () => {}, (error) => { throw error })
  await vi.waitFor(() => Promise.resolve())
  await new Promise((resolve) => setTimeout(resolve, 5))
}

it('asks once for what is shown and some more, and not again for what it holds', async () => {
  const cache = createCurveCache()
  await need(cache, 1400, 1600, false)
  await need(cache, 1420, 1580, false)
  expect(asked).toHaveLength(1)
  expect(asked[0]!.searchParams.get('start')).toBe('1300')
  expect(asked[0]!.searchParams.get('stop')).toBe('1700')
  expect([...cache.get(key)!.counts]).toEqual([1, 2])
})

it('lets the end of a live axis come by itself, but fills a hole from the store', async () => {
  const cache = createCurveCache()
  await need(cache, 1700, 2000, true)
  expect(asked).toHaveLength(1)
  cache.reached(key, 1999, 2200)
  row.stream.watermark = 2200
  await need(cache, 1900, 2200, true)
  expect(asked).toHaveLength(1)
  // Bins that begin long after the last: what lies between has not come.
  cache.reached(key, 2600, 2700)
  expect(cache.knownTo(key)).toBe(2700)
  row.stream.watermark = 2700
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 10_000)
  await need(cache, 2400, 2700, true)
  expect(asked).toHaveLength(2)
  vi.restoreAllMocks()
})
