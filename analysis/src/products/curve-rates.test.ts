import { describe, expect, it } from 'vitest'
import { curveRates } from './curve-rates.js'
import { withBackground } from './curve-background.js'
import type { LightCurve } from './light-curve.js'
import type { Reflected } from './reflected-context.js'

const band = { id: 'all', eMin: 1, eMax: 10 }
const curve = (start: number[], counts: number[], width = 10): LightCurve => ({
  band, start: Float64Array.from(start), width: new Float64Array(start.length).fill(width), counts: Int32Array.from(counts), live: new Float64Array(start.length).fill(width / 2),
})

/** Two pointings of ten seconds: the first with 4 regions, the second with 8. */
function reflected(times: number[], regions: [number, number] = [4, 8]): Reflected {
  const events = { time: Float64Array.from(times), energy: new Float32Array(times.length).fill(2) }
  const looks = regions.map((n, i) => ({ interval: [10 * i, 10 * i + 10] as const, live: 5, regions: n }))
  return {
    context: { group: { events }, all: { bounds: [] } } as unknown as Reflected['context'],
    share: 1, weights: Float64Array.from(times, (t) => 1 / regions[t < 10 ? 0 : 1]), regions: 6, looks,
  }
}

describe('rates over a background', () => {
  it('are counts over live time where none is counted', () => {
    expect([...curveRates(curve([0], [9])).rate]).toEqual([Math.fround(1.8)])
    // A bin without a count is 0, and says how much it may be.
    const { rate, upper } = curveRates(curve([0, 10], [9, 0]))
    expect(rate[1]).toBe(0)
    expect(upper[0]).toBeNaN()
    expect(upper[1]! * 5).toBeCloseTo(2.9957, 3)
  })

  it('take alpha times off from the counts, each bin with the regions of its pointing', () => {
    const [out] = withBackground(reflected([1, 2, 11, 12, 13, 14]), [curve([0, 10], [9, 4])], [{ band, bands: [band] }])
    expect([...out!.background!.off]).toEqual([2, 4])
    expect([...out!.background!.alpha]).toEqual([0.25, 0.125])
    const { rate, error } = curveRates(out!)
    expect(rate[0]).toBeCloseTo((9 - 0.5) / 5, 6)
    expect(error[0]).toBeCloseTo(Math.sqrt(9 + 2 / 16) / 5, 6)
    expect(rate[1]).toBeCloseTo((4 - 0.5) / 5, 6)
  })

  it('share a bin of two pointings so that alpha times off is what is expected of both', () => {
    const [out] = withBackground(reflected([1, 2, 11, 12, 13, 14]), [curve([0], [9], 20)], [{ band, bands: [band] }])
    expect(out!.background!.off[0]! * out!.background!.alpha[0]!).toBeCloseTo(2 / 4 + 4 / 8, 12)
  })

  it('have no value where nothing was seen, and 3.00 counts as upper limit (95 %)', () => {
    const [out] = withBackground(reflected([]), [curve([0], [0])], [{ band, bands: [band] }])
    const { rate, error, upper, sigma } = curveRates(out!)
    expect([rate[0], error[0], sigma![0]]).toEqual([NaN, NaN, 0])
    expect(upper[0]! * 5).toBeCloseTo(2.9957, 3)
  })

  it('are unknown where a part of a bin has no background', () => {
    const [out] = withBackground(reflected([1, 2], [4, 0]), [curve([5], [3])], [{ band, bands: [band] }])
    expect(curveRates(out!).rate[0]).toBeNaN()
  })
})
