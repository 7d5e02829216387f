import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CurveBins, CurveKey } from '@heavens/schemas'
import type { CurveStore } from '../curves/curve-store.js'

export interface CurveStoreSubject {
  curves: CurveStore
  reopen(): Promise<CurveStore>
  destroy(): Promise<void>
}

const KEY: CurveKey = { instrument: 'conformance', run: 'main', group: 'a', band: '50-300', width: 0.064 }

/** Bins whose values follow from their index and `seed`. */
export function exampleBins(index: number[], seed = 0, phase = 0): CurveBins {
  return {
    phase, index: Float64Array.from(index), counts: Float64Array.from(index, (i) => Math.abs(i) % 1000 + seed), exposure: Float32Array.from(index, () => 0.0625),
    background: Float32Array.from(index, (i) => (i % 2 === 0 ? NaN : 3.5)), revision: Uint16Array.from(index, () => seed), completeness: Float32Array.from(index, () => 0.75),
    flags: Uint8Array.from(index, (i) => Math.abs(i) % 2),
  }
}

const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** What every curve store must do. */
export function curveStoreConformance(name: string, open: () => Promise<CurveStoreSubject>): void {
  describe(`${name} is a curve store`, () => {
    let subject: CurveStoreSubject
    let curves: CurveStore
    beforeEach(async () => {
      subject = await open()
      curves = subject.curves
    })
    afterEach(async () => {
      await subject.destroy()
    })

    it('has nothing of a curve that nobody has put', async () => {
      const { phase: _, ...columns } = await curves.read(KEY, -Infinity, Infinity)
      for (const column of Object.values(columns)) expect(column.length).toBe(0)
      expect(await curves.keys()).toEqual([])
      expect(await curves.bounds(KEY)).toBeUndefined()
      await curves.put([])
      await curves.put([{ key: KEY, bins: exampleBins([]) }])
      expect(await curves.bounds(KEY)).toBeUndefined()
    })

    it('gives bins back with all their fields, NaN included', async () => {
      const bins = exampleBins(span(100, 105), 2, 0.001)
      await curves.put([{ key: KEY, bins }])
      expect(await curves.read(KEY, 0, 1000)).toEqual(bins)
      expect(await curves.bounds(KEY)).toEqual({ first: 100, last: 105 })
    })

    it('gives every number back to the bit: −0, infinities, the least and the greatest', async () => {
      const values = [-0, 0, NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, -1e-7, 1e21, 0.1 + 0.2]
      const bins = exampleBins(span(0, values.length), 3)
      bins.counts.set(values)
      for (const column of [bins.exposure, bins.background, bins.completeness]) column.set(values)
      bins.flags.fill(255)
      bins.revision.fill(65_535)
      await curves.put([{ key: KEY, bins }])
      const read = await curves.read(KEY, 0, 100)
      for (const name of ['counts', 'exposure', 'background', 'completeness', 'revision', 'flags'] as const) expect([...read[name]].map((v) => Object.is(v, -0) ? '-0' : String(v)), name).toEqual([...bins[name]].map((v) => Object.is(v, -0) ? '-0' : String(v)))
    })

    it('keeps names of any letters apart from what no store can write', async () => {
      const odd = { ...KEY, group: 'n 0,1=α"\'', band: '50–300 keV, "hard"', run: 'r #1 ${x}' }
      await curves.put([{ key: odd, bins: exampleBins([7]) }])
      expect(await curves.keys()).toEqual([odd])
      expect([...(await curves.read(odd, 0, 10)).index]).toEqual([7])
    })

    it.each([
      ['an empty group', { group: '' }, 0], ['an empty run', { run: '' }, 0], ['an empty band', { band: '' }, 0], ['an empty instrument', { instrument: '' }, 0], ['a backslash', { group: 'a\\' }, 0], ['a line break', { band: 'a\nb' }, 0],
      ['a name of a thousand letters', { run: 'x'.repeat(1000) }, 0], ['bins narrower than a nanosecond', { width: 4e-10 }, 0], ['bins without width', { width: 0 }, 0], ['bins without end', { width: Infinity }, 0],
      ['the year 2263', { width: 1 }, 8_300_000_000], ['the year 1676', { width: 1 }, -10_300_000_000],
    ] as const)('refuses %s before it takes anything', async (_, part, index) => {
      const failure = curves.put([{ key: KEY, bins: exampleBins([1]) }, { key: { ...KEY, ...part }, bins: exampleBins([index]) }])
      await expect(failure).rejects.toMatchObject({ code: 'curve-unfit' })
      expect(await curves.keys()).toEqual([])
    })

    it('cuts at the indices asked for, also within long curves', async () => {
      await curves.put([{ key: KEY, bins: exampleBins(span(0, 5000)) }])
      for (const [from, to] of [[0, 1], [511, 513], [512, 1024], [1023, 1025], [4999, 5000], [4999, 9999], [-50, 3], [10, 10], [20, 10], [5000, 6000]] as const) {
        const low = Math.max(from, 0)
        expect([...(await curves.read(KEY, from, to)).index], `${from} to ${to}`).toEqual(low < to ? span(low, Math.min(to, 5000)) : [])
      }
    })

    it('takes a bin that is put again instead of the one before, and keeps the others', async () => {
      await curves.put([{ key: KEY, bins: exampleBins(span(0, 2000), 1) }])
      await curves.put([{ key: KEY, bins: exampleBins([3, 700, 1999, 2000], 2) }])
      const read = await curves.read(KEY, -Infinity, Infinity)
      expect(read.index.length).toBe(2001)
      const second = [...read.index].filter((_, i) => read.revision[i] === 2)
      expect(second).toEqual([3, 700, 1999, 2000])
      expect(read.counts[700]).toBe(702)
    })

    it('orders bins of times before 2000 and bins far beyond 32 bits', async () => {
      const index = [-50_000_000_001, -513, -512, -1, 0, 1, 2 ** 31, 2 ** 32 + 1, 50_000_000_000]
      for (const i of [4, 8, 0, 2, 6, 1, 3, 7, 5]) await curves.put([{ key: KEY, bins: exampleBins([index[i]!]) }])
      expect([...(await curves.read(KEY, -Infinity, Infinity)).index]).toEqual(index)
      expect([...(await curves.read(KEY, -513, 1)).index]).toEqual([-513, -512, -1, 0])
      expect(await curves.bounds(KEY)).toEqual({ first: -50_000_000_001, last: 50_000_000_001 })
    })

    it('keeps curves apart that differ in one part of their key, and finds them by it', async () => {
      const keys: CurveKey[] = [KEY, { ...KEY, instrument: 'conformance2' }, { ...KEY, run: 'replay-1' }, { ...KEY, group: 'b' }, { ...KEY, band: '300-1000' }, { ...KEY, width: 0.128 }]
      await curves.put(keys.map((key, i) => ({ key, bins: exampleBins([i], i) })))
      for (const [i, key] of keys.entries()) expect([...(await curves.read(key, -10, 10)).index]).toEqual([i])
      const sorted = (list: CurveKey[]): string[] => list.map((key) => JSON.stringify(Object.entries(key).sort())).sort()
      expect(sorted(await curves.keys())).toEqual(sorted(keys))
      expect(sorted(await curves.keys({ instrument: 'conformance', run: 'main' }))).toEqual(sorted(keys.filter((k) => k.instrument === 'conformance' && k.run === 'main')))
      expect(sorted(await curves.keys({ width: 0.128 }))).toEqual(sorted([keys[5]!]))
      expect(await curves.keys({ band: 'none' })).toEqual([])
    })

    it('takes several entries of the same curve in one call', async () => {
      await curves.put([{ key: KEY, bins: exampleBins([1, 2], 1) }, { key: KEY, bins: exampleBins([2, 3], 2) }])
      const read = await curves.read(KEY, 0, 10)
      expect([[...read.index], [...read.revision]]).toEqual([[1, 2, 3], [1, 2, 2]])
    })

    it('keeps years of scattered bins', async () => {
      const index = span(0, 6000).map((i) => i * 143 + (i % 7))
      await curves.put([{ key: KEY, bins: exampleBins(index) }])
      expect([...(await curves.read(KEY, -Infinity, Infinity)).index]).toEqual(index)
    })

    it('sums neighbouring bins where the data are, on the grid of the sums, also before 2000 and with holes', async () => {
      const index = [...span(-7, 9), 100, 101, 1003]
      await curves.put([{ key: KEY, bins: exampleBins(index) }])
      const sums = await curves.overview(KEY, -6, 102, 5)
      expect([...sums.index]).toEqual([-2, -1, 0, 1, 20])
      const of = (sum: number): number[] => index.filter((i) => Math.floor(i / 5) === sum && i >= -10)
      expect([...sums.counts]).toEqual([-2, -1, 0, 1, 20].map((sum) => of(sum).reduce((total, i) => total + (Math.abs(i) % 1000), 0)))
      expect([...sums.exposure]).toEqual([-2, -1, 0, 1, 20].map((sum) => of(sum).length * 0.0625))
      expect((await curves.overview({ ...KEY, group: 'none' }, -100, 100, 7)).index.length).toBe(0)
    })

    it('refuses bins that do not ascend or are no whole numbers', async () => {
      await expect(curves.put([{ key: KEY, bins: exampleBins([2, 1]) }])).rejects.toMatchObject({ code: 'internal' })
      await expect(curves.put([{ key: KEY, bins: exampleBins([0.5]) }])).rejects.toMatchObject({ code: 'internal' })
      expect(await curves.keys()).toEqual([])
    })

    it('has all of it again after it was closed and opened', async () => {
      await curves.put([{ key: KEY, bins: exampleBins(span(-3, 3)) }])
      curves = await subject.reopen()
      expect(await curves.read(KEY, -Infinity, Infinity)).toEqual(exampleBins(span(-3, 3)))
      await curves.put([{ key: { ...KEY, group: 'b' }, bins: exampleBins([9]) }])
      expect((await curves.read(KEY, -Infinity, Infinity)).index.length).toBe(6)
    })
  })
}
