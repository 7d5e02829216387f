import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, writeFits } from '@heavens/science/fits'
import { ttFromMjdUtc } from '@heavens/science/time'
import { contractOf, decodeAll, itemFaults } from '../contract.js'
import type { DecodedItem } from '../instrument.js'
import { instrument } from './index.js'

contractOf(instrument)

interface Night { time: number; flux: number; error: number; limit?: number }

/** What the border makes of a light curve of gamma-cat. */
function curve(nights: readonly Night[], cards: Record<string, string | number> = {}, unit = 'Crab'): Uint8Array {
  const column = (name: string, of: (night: Night) => number, in_ = unit): { name: string; format: string; unit: string; values: Float64Array } => ({ name, format: 'D', unit: in_, values: Float64Array.from(nights, of) })
  return writeFits([{ kind: 'image' }, {
    kind: 'bintable', name: 'TABLE', rows: nights.length, cards: Object.entries({ TELESCOP: 'hegra', DATA_TYP: 'lc', SOURCE_I: 91, TIMESYS: 'UTC', ...cards }),
    columns: [column('TIME', (n) => n.time, 'MJD'), column('FLUX', (n) => n.flux), column('FLUX_ERR', (n) => n.error), column('FLUX_UL', (n) => n.limit ?? NaN)],
  }])
}

type Rates = Extract<DecodedItem, { kind: 'rates' }>
const rates = (items: readonly DecodedItem[]): { time: number; rate: number; error: number; exposure: number }[] => items.filter((item): item is Rates => item.kind === 'rates').flatMap((item) => [...item.time].map((time, i) => {
  const exposure = item.width * item.live![i]!
  return { time: time + item.width / 2, rate: item.counts[i]! / exposure, error: Math.sqrt(item.counts[i]!) / exposure, exposure }
}))

describe('light curves of HEGRA', () => {
  it('are told as counts of which rate and Poisson error are flux and error, in the middle of the night', async () => {
    const { items, undecodable } = await decodeAll(instrument, 'lc.ecsv', curve([{ time: 50625.9452, flux: 10.18, error: 0.58 }, { time: 50523.177, flux: 2.03, error: 0.21 }]))
    expect([undecodable, itemFaults(instrument, items)]).toEqual([0, []])
    const [first, second] = rates(items)
    expect(first!.rate).toBeCloseTo(2.03, 5)
    expect(first!.error).toBeCloseTo(0.21, 6)
    expect(second!.time).toBeCloseTo(ttFromMjdUtc(50625.9452), 5)
    expect(second!.rate).toBeCloseTo(10.18, 5)
    expect(second!.error).toBeCloseTo(0.58, 6)
    expect(items.every((item) => item.kind === 'rates' && item.group === 1)).toBe(true)
  })

  it('have no count where there is a limit, in the exposure of which that is the limit', async () => {
    const { items } = await decodeAll(instrument, 'lc.ecsv', curve([{ time: 50527.2371, flux: NaN, error: NaN, limit: 1.73 }, { time: 50529, flux: -0.1, error: 0.2 }]))
    const [limit, negative] = rates(items)
    expect([limit!.rate, negative!.rate]).toEqual([0, 0])
    expect(2.99573227 / limit!.exposure).toBeCloseTo(1.73, 5)
    expect(2.99573227 / negative!.exposure).toBeCloseTo(1.645 * 0.2, 5)
  })

  it('count as undecodable what is neither', async () => {
    expect((await decodeAll(instrument, 'lc.ecsv', curve([{ time: 50527, flux: NaN, error: NaN }, { time: 50528, flux: 1, error: 0.1 }]))).undecodable).toBe(1)
  })

  it('are told from spectra, other telescopes and other units by the header; a source that is not known is refused', async () => {
    const night = [{ time: 50527, flux: 1, error: 0.1 }]
    const recognised = async (bytes: Uint8Array): Promise<string | undefined> => instrument.recognise(await openFits(bytesSource(bytes), 'x.ecsv'))
    expect(await recognised(curve(night))).toBe('rates')
    expect(await recognised(curve(night, { DATA_TYP: 'sed' }))).toBeUndefined()
    expect(await recognised(curve(night, { TELESCOP: 'whipple' }))).toBeUndefined()
    expect(await recognised(curve(night, {}, 'cm-2 s-1'))).toBeUndefined()
    await expect(decodeAll(instrument, 'lc.ecsv', curve(night, { SOURCE_I: 7 }))).rejects.toThrow('its source 7 of gamma-cat is none of 49, 91, 138')
  })
})
