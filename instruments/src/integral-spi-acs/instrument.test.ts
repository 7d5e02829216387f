import { describe, expect, it } from 'vitest'
import { writeFits } from '@heavens/science/fits'
import { utcIsoFromTt } from '@heavens/science/time'
import { contractOf, decodeAll, stillSky } from '../contract.js'
import type { DecodedItem } from '../instrument.js'
import { realData } from '../real-data.js'
import { instrument } from './index.js'

contractOf(instrument)

type Rates = Extract<DecodedItem, { kind: 'rates' }>
const ratesOf = (items: readonly DecodedItem[]): Rates[] => items.filter(item => item.kind === 'rates')

const PATH = 'integral/SPI-ACS_GRB230307A/spiacs_lc_query-3.1.fits'
const real = realData(PATH)

describe('the real file of GRB 230307A', () => {
  it.skipIf(!real.present)('has its peak at 2023-03-07T15:44:10.4 UTC, over a background of 90,700/s', async () => {
    const { items, undecodable } = await decodeAll(instrument, 'acs.fits', real.bytes(PATH))
    expect(undecodable).toBe(0)
    const [block] = ratesOf(items)
    expect(block!.count).toBe(5400)
    let peak = 0
    for (let i = 0; i < block!.count; i++) if (block!.counts[i]! > block!.counts[peak]!) peak = i
    expect(utcIsoFromTt(block!.time[peak]! + 0.05).slice(0, 21)).toBe('2023-03-07T15:44:10.4')
    expect(block!.counts[peak]!).toBe(174_364)
    const before = [...block!.counts.subarray(0, 1000)].reduce((sum, n) => sum + n, 0) / 100
    expect(Math.abs(before / 90_700 - 1)).toBeLessThan(0.01)
  })

  it.skipIf(!real.present)('has whole counts, and bins of 50 and 150 ms that join without gaps', async () => {
    const { items } = await decodeAll(instrument, 'acs.fits', real.bytes(PATH))
    const [block] = ratesOf(items)
    expect(block!.counts.every(n => Number.isInteger(n))).toBe(true)
    const widths = [...block!.live!].map(live => Math.round(live * 2) / 2)
    expect([0.5, 1, 1.5].map(width => widths.filter(each => each === width).length)).toEqual([4, 5392, 4])
    for (let i = 1; i < block!.count; i++) expect(Math.abs(block!.time[i]! - block!.time[i - 1]! - block!.live![i - 1]! * 0.1)).toBeLessThan(1e-5)
  })
})

function rates(rows: { time: number; rate: number }[]): Uint8Array {
  return writeFits([{ kind: 'image' }, {
    kind: 'bintable', name: 'RATE', rows: rows.length, cards: [['TELESCOP', 'INTEGRAL'], ['INSTRUME', 'SPI-ACS'], ['MJDREF', 51544.0], ['TIMESYS', 'TT'], ['TIMEZERO', 7e8]],
    columns: [{ name: 'TIME', format: 'D', values: Float64Array.from(rows, row => row.time) }, { name: 'RATE', format: 'D', values: Float64Array.from(rows, row => row.rate) }],
  }])
}

describe('rate files that are not as they should be', () => {
  it('lose their bins without a time or with impossible counts, and are cut at gaps', async () => {
    const rows = [{ time: 0.05, rate: 90_000 }, { time: 0.15, rate: Number.NaN }, { time: 0.25, rate: -10 }, { time: Number.NaN, rate: 90_000 }, { time: 1e10, rate: 90_000 }, { time: 0.35, rate: 91_000 }, { time: 0.45, rate: 92_000 }]
    const { items, undecodable } = await decodeAll(instrument, 'x.fits', rates(rows))
    expect(undecodable).toBe(4)
    expect(ratesOf(items).map(block => [...block.counts])).toEqual([[9000], [9100, 9200]])
  })

  it('are refused without rows or without a usable one', async () => {
    await expect(decodeAll(instrument, 'x.fits', rates([]))).rejects.toMatchObject({ code: 'file-unusable', message: expect.stringContaining('no rows') })
    await expect(decodeAll(instrument, 'x.fits', rates([{ time: Number.NaN, rate: 1 }]))).rejects.toMatchObject({ code: 'file-unusable' })
  })
})

describe('simulated rates', () => {
  it('scatter 1.19 times as much as Poisson and show a burst', async () => {
    const epoch = 8.2e8
    const [file] = instrument.simulate!(stillSky(epoch, epoch + 90), epoch, epoch + 100)
    const [block] = ratesOf((await decodeAll(instrument, file!.name, file!.bytes)).items)
    const quiet = [...block!.counts.subarray(0, 800)]
    const mean = quiet.reduce((sum, n) => sum + n, 0) / quiet.length
    const scatter = Math.sqrt(quiet.reduce((sum, n) => sum + (n - mean) ** 2, 0) / quiet.length / mean)
    expect(Math.abs(scatter - 1.19)).toBeLessThan(0.12)
    expect(Math.max(...block!.counts.subarray(900))).toBeGreaterThan(mean * 1.3)
  })
})
