import { describe, expect, it } from 'vitest'
import { writeFits, type HduInput } from '../fits/index.js'
import { requestedTime } from './requested-time.js'
import { ttFromUtcIso } from './utc-iso.js'

const T0 = ttFromUtcIso('2019-05-30T10:19:00')
function gti(pairs: readonly (readonly [number, number])[], more: Partial<HduInput> = {}): Uint8Array {
  return writeFits([{ kind: 'image', cards: [] }, {
    kind: 'bintable', name: 'GTI', rows: pairs.length, cards: [['MJDREFI', 51544], ['MJDREFF', 0], ['TIMESYS', 'TT'], ['TIMEUNIT', 's']],
    columns: [{ name: 'START', format: '1D', unit: 's', values: Float64Array.from(pairs, ([a]) => a) }, { name: 'STOP', format: '1D', unit: 's', values: Float64Array.from(pairs, ([, b]) => b) }], ...more,
  } as HduInput])
}
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

it('joins what touches or overlaps, in whatever order it comes, and leaves out what is empty or no time', async () => {
  const bytes = gti([[T0 + 50, T0 + 60], [T0, T0 + 10], [T0 + 10, T0 + 20], [T0 + 15, T0 + 30], [T0 + 40, T0 + 40], [NaN, T0], [T0 + 45, T0 + 41]])
  expect((await requestedTime(bytes, 'a.gti')).intervals).toEqual([['2019-05-30T10:19:00.000000Z', '2019-05-30T10:19:30.000000Z'], ['2019-05-30T10:19:50.000000Z', '2019-05-30T10:20:00.000000Z']])
})

it('reads twenty thousand intervals in a moment', async () => {
  const begun = performance.now()
  expect((await requestedTime(gti(Array.from({ length: 20_000 }, (_, i) => [T0 + 10 * i, T0 + 10 * i + 5])), 'a.gti')).intervals).toHaveLength(20_000)
  expect(performance.now() - begun).toBeLessThan(3000)
})

it('reads a list', async () => {
  expect(await requestedTime(text('# good\n2019-05-30T10:20:00,2019-05-30T10:21:00.25Z\n\n2019-05-30T10:19:00 2019-05-30T10:20:00 # first\n'), 'a.txt')).toEqual({ format: 'iso', scale: 'utc', intervals: [['2019-05-30T10:19:00.000000Z', '2019-05-30T10:21:00.250000Z']] })
})

describe.each<[string, Uint8Array, string, RegExp]>([
  ['nothing', text('# none\n'), 'file-unusable', /no interval/], ['one time', text('2019-05-30T10:20:00\n'), 'file-unusable', /not a start and a stop/], ['words', text('from now\n'), 'file-unusable', /two times in ISO UTC/],
  ['a list upside down', text('2019-05-30T10:20:00 2019-05-30T10:19:00'), 'file-unusable', /stops before it starts/], ['a page', text('<html> error</html>'), 'file-unusable', /is not FITS/],
  ['a table without times', gti([], { columns: [{ name: 'X', format: '1D', values: new Float64Array(0) }] } as Partial<HduInput>), 'file-unusable', /no table has START and STOP/],
  ['an empty table', gti([]), 'file-unusable', /no interval/], ['half a file', gti([[T0, T0 + 1]]).subarray(0, 5000), 'fits-truncated', /cut short/],
  ['times from nowhere', gti([[T0, T0 + 1]], { cards: [] } as Partial<HduInput>), 'file-unusable', /MJDREF/],
])('%s', (_, bytes, code, words) => {
  it('is refused with the reason', async () => {
    await expect(requestedTime(bytes, 'a.gti')).rejects.toMatchObject({ code, message: expect.stringMatching(words) as string })
  })
})
