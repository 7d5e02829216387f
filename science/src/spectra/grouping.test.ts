import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupByCounts, optimalGroups, type Groups } from './grouping.js'

/** [first, end) of every bin, with its quality. */
function bins({ grouping, quality }: Groups): { first: number; end: number; quality: number }[] {
  const found: { first: number; end: number; quality: number }[] = []
  grouping.forEach((flag, c) => {
    if (flag === 1) found.push({ first: c, end: c + 1, quality: quality[c]! })
    else found.at(-1)!.end = c + 1
  })
  return found
}

const columns = fc.integer({ min: 1, max: 80 }).chain((size) => fc.tuple(
  fc.array(fc.nat(30), { minLength: size, maxLength: size }), fc.array(fc.constantFrom(0, 0, 0, 0, 0, 5), { minLength: size, maxLength: size }), fc.array(fc.double({ min: 1, max: 9, noNaN: true }), { minLength: size, maxLength: size }),
))

describe('bins of least counts', () => {
  it('hold enough counts, or are marked; no shorter bin would do; bad channels stand alone', () => {
    fc.assert(fc.property(columns, fc.integer({ min: 1, max: 60 }), ([counts, bad], least) => {
      for (const { first, end, quality } of bins(groupByCounts(counts, bad, least))) {
        const sum = counts.slice(first, end).reduce((a, b) => a + b, 0)
        if (bad[first]! > 0) expect([end - first, quality]).toEqual([1, bad[first]])
        else if (quality === 0) {
          expect(sum).toBeGreaterThanOrEqual(least)
          expect(sum - counts[end - 1]!).toBeLessThan(least)
        } else {
          expect(quality).toBe(2)
          expect(sum).toBeLessThan(least)
          // Only the end or a bad channel stops a bin early.
          expect(end === counts.length || bad[end]! > 0).toBe(true)
        }
      }
    }))
  })
})

describe('optimal bins', () => {
  it('cover every channel once, and none is wider than a channel of it allows', () => {
    fc.assert(fc.property(columns, ([counts, bad, fwhm]) => {
      const found = bins(optimalGroups(counts, bad, fwhm))
      expect(found.map(({ first }) => first)).toEqual([0, ...found.slice(0, -1).map(({ end }) => end)])
      expect(found.at(-1)!.end).toBe(counts.length)
      for (const { first, end } of found) {
        for (let c = first; c < end; c++) {
          expect(end - c).toBeLessThanOrEqual(Math.max(1, Math.floor(fwhm[c]!)))
          if (bad[c]! > 0) expect(end - first).toBe(1)
        }
      }
    }))
  })

  it('are as wide as the resolution where there are few counts, narrower by the published curve where there are many', () => {
    const size = 600
    const fwhm = new Array<number>(size).fill(30)
    const width = (each: number): number => bins(optimalGroups(new Array<number>(size).fill(each), new Array<number>(size).fill(0), fwhm))[5]!.end - bins(optimalGroups(new Array<number>(size).fill(each), new Array<number>(size).fill(0), fwhm))[5]!.first
    expect(width(0)).toBe(30)
    expect(width(0.1)).toBe(30)
    for (const each of [1, 30, 1000, 1e6]) {
      const x = Math.log(1.314 * each * 31 * (1 + 0.2 * Math.log(1 + size / 30)))
      expect(width(each)).toBe(Math.floor(30 * (0.08 * x + 7 + 1.8 / x) / (x + 5.9)))
    }
    expect(width(1e6)).toBeLessThan(width(1))
  })
})
