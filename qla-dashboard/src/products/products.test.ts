import { describe, expect, it } from 'vitest'
import { curveLines, energyText, spectrumLines } from './plot-lines.js'
import { displayRange, stretched } from './stretch.js'

describe('stretch', () => {
  it.each(['linear', 'sqrt', 'log', 'asinh'] as const)('%s rises from 0 to 1', (stretch) => {
    const values = [0, 1, 10, 50, 100].map((v) => stretched(v, 0, 100, stretch))
    expect(values[0]).toBeCloseTo(0, 9)
    expect(values.at(-1)).toBeCloseTo(1, 9)
    expect(values).toEqual([...values].sort((a, b) => a - b))
    expect(stretched(NaN, 0, 1, stretch)).toBeNaN()
    expect(stretched(5, 3, 3, stretch)).toBe(0)
  })
  it('shows significance symmetrically', () => {
    expect(displayRange(Float64Array.of(-2, NaN, 12), true)).toEqual({ low: -12, high: 12 })
    expect(displayRange(Float64Array.of(-1, 1), true)).toEqual({ low: -5, high: 5 })
    expect(displayRange(Float64Array.of(NaN), false)).toEqual({ low: 0, high: 1 })
    expect(displayRange(Float64Array.of(3, 3), false)).toEqual({ low: 3, high: 4 })
  })
})

describe('lines', () => {
  it('draw a light curve as steps from its start, broken at gaps', () => {
    const lines = curveLines({ name: 'x', time: Float64Array.of(100.5, 101.5, 104.5), width: Float64Array.of(1, 1, 1), rate: Float64Array.of(4, 9, NaN), error: Float64Array.of(2, 3, NaN) })
    expect(lines.x).toEqual([0, 1, 1, 2, 3, 4, 5])
    expect(lines.y).toEqual([4, 4, 9, 9, null, null, null])
    expect(lines.errors).toEqual([[0.5, 2, 6], [1.5, 6, 12]])
  })
  it('draw a spectrum per keV, channels without counts left out', () => {
    const lines = spectrumLines({ eMin: Float64Array.of(0, 10, 20), eMax: Float64Array.of(10, 20, 40), counts: Float64Array.of(5, 100, 0), exposure: 10, background: { counts: Float64Array.of(1, 50, 20), exposure: 5 } })
    expect(lines.x).toEqual([10, 20, 20, 40])
    expect(lines.y).toEqual([1, 1, null, null])
    expect(lines.second).toEqual([1, 1, 0.2, 0.2])
    expect(lines.errors).toHaveLength(1)
  })
  it('add neighbouring channels of a fine spectrum', () => {
    const n = 4096
    const lines = spectrumLines({ eMin: Float64Array.from({ length: n }, (_, i) => i + 1), eMax: Float64Array.from({ length: n }, (_, i) => i + 2), counts: new Float64Array(n).fill(1), exposure: 1, background: null })
    expect(lines.x.length).toBeLessThanOrEqual(320)
    expect(lines.y[0]).toBeCloseTo(1, 9)
  })
})

it('writes energies in the unit that suits them', () => {
  expect([8, 1000, 511, 1e5, 3e7, 2e9].map(energyText)).toEqual(['8 keV', '1 MeV', '511 keV', '100 MeV', '30 GeV', '2 TeV'])
})
