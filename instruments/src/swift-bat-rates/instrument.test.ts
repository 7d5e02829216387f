import { describe, expect, it } from 'vitest'
import { writeFits } from '@heavens/science/fits'
import type { CardInput } from '@heavens/science/fits'
import { utcIsoFromTt } from '@heavens/science/time'
import { contractOf, decodeAll } from '../contract.js'
import type { DecodedItem } from '../instrument.js'
import { realData } from '../real-data.js'
import { instrument } from './index.js'

contractOf(instrument)

type Rates = Extract<DecodedItem, { kind: 'rates' }>
const ratesOf = (items: readonly DecodedItem[]): Rates[] => items.filter(item => item.kind === 'rates')

const BURST = 'swift-bat/rates_64ms_1s/sw00010385001brtms.lc.gz'
const SOFT = 'swift-bat/rates_64ms_1s/sw00082748002brtms.lc.gz'
const real = realData(BURST, SOFT)

describe('the real file with GRB 171106A', () => {
  it.skipIf(!real.present)('is cut at its gap of 4622 s and holds every bin', async () => {
    const { items, undecodable } = await decodeAll(instrument, 'bat.lc', real.bytes(BURST), 1e6)
    expect(undecodable).toBe(0)
    const blocks = ratesOf(items)
    expect(blocks).toHaveLength(2)
    expect(blocks[0]!.count + blocks[1]!.count).toBe(41_200)
    expect(blocks[1]!.start - blocks[0]!.stop).toBeCloseTo(4622.4, 2)
    expect([...blocks[0]!.counts.subarray(0, 4)]).toEqual([152, 106, 115, 101])
  })

  it.skipIf(!real.present)('rises at 2017-11-06T11:56:48 UTC, the drift of the clock taken off', async () => {
    const { items } = await decodeAll(instrument, 'bat.lc', real.bytes(BURST), 1e6)
    const [block] = ratesOf(items)
    // First of two half-second sums in a row above 3 σ in 50–100 keV, looking where the burst is strongest within a minute.
    const sum = (i: number): number => Array.from({ length: 8 }, (_, k) => block!.counts[(i + k) * 4 + 2]!).reduce((a, b) => a + b, 0)
    const mean = Array.from({ length: 500 }, (_, i) => sum(8 * i)).reduce((a, b) => a + b, 0) / 500
    const from = block!.time.findIndex(t => utcIsoFromTt(t) > '2017-11-06T11:56:20')
    let rise = from
    while (!(sum(rise) > mean + 3 * Math.sqrt(mean) && sum(rise + 8) > mean + 3 * Math.sqrt(mean))) rise++
    expect(utcIsoFromTt(block!.time[rise]!).slice(0, 18)).toBe('2017-11-06T11:56:4')
  })
})

function rates(cards: CardInput[], time: number[]): Uint8Array {
  return writeFits([{ kind: 'image' }, {
    kind: 'bintable', name: 'RATE', rows: time.length,
    cards: [['TELESCOP', 'SWIFT'], ['INSTRUME', 'BAT'], ['DATAMODE', 'Rates_Arr_64ms'], ['MJDREFI', 51910], ['MJDREFF', 7.4287037e-4], ['TIMESYS', 'TT'], ['TIMEDEL', 0.064], ['TIMEPIXR', 0], ...cards],
    columns: [{ name: 'TIME', format: 'D', values: Float64Array.from(time) }, { name: 'COUNTS', format: '4I', values: Uint16Array.from({ length: time.length * 4 }, (_, i) => 40_000 + i) }],
  }])
}

describe('the clock of Swift', () => {
  const start = async (cards: CardInput[]): Promise<number> => (await decodeAll(instrument, 'x.lc', rates(cards, [531_660_841.6]))).items.map(item => (item.kind === 'rates' ? item.start : 0))[0]!

  it('is corrected where the header says that it was not, by UTCFINIT without the leap seconds in it', async () => {
    const plain = await start([])
    expect(await start([['CLOCKAPP', false], ['UTCFINIT', -19.95744]])).toBeCloseTo(plain - 14.95744, 6)
    expect(await start([['CLOCKAPP', true], ['UTCFINIT', -19.95744]])).toBe(plain)
  })
})

describe('rate files that are not as they should be', () => {
  it('are refused without rows', async () => {
    await expect(decodeAll(instrument, 'x.lc', rates([], []))).rejects.toMatchObject({ code: 'file-unusable', message: expect.stringContaining('no rows') })
  })

  it('lose bins without a time; unsigned counts stay what they are', async () => {
    const { items, undecodable } = await decodeAll(instrument, 'x.lc', rates([], [531_660_841.6, Number.NaN, 531_660_841.728]))
    expect(undecodable).toBe(1)
    expect(ratesOf(items).map(block => [...block.counts])).toEqual([[40_000, 40_001, 40_002, 40_003], [40_008, 40_009, 40_010, 40_011]])
  })
})
