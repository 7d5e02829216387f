import { describe, expect, it } from 'vitest'
import { acceptance } from './index.js'
import type { FieldBackground } from './index.js'

const edges = (from: number, step: number, n: number): { low: Float64Array; high: Float64Array } => ({ low: Float64Array.from({ length: n }, (_, i) => from + step * i), high: Float64Array.from({ length: n }, (_, i) => from + step * (i + 1)) })
const energy = { low: Float64Array.of(1, 2), high: Float64Array.of(2, 4) }
const plane = edges(-2, 0.1, 40)

/** A table of 40 × 40 places and two energies, the second with a third of the rate. */
function table(of: (x: number, y: number) => number, aligned: 'sky' | 'mount'): FieldBackground {
  const middle = (i: number): number => -1.95 + 0.1 * i
  return { aligned, table: { axes: [plane, plane, energy], unit: '', values: Float64Array.from({ length: 3200 }, (_, i) => of(middle(i % 40), middle(Math.floor(i / 40) % 40)) / (i < 1600 ? 1 : 3)) } }
}

describe('the acceptance over the field', () => {
  it('is linear between places and weighs energies by their share of the band', () => {
    const at = acceptance(table((x, y) => 10 + x + 2 * y, 'sky'), [{ eMin: 1.5, eMax: 3 }])
    for (const [x, y] of [[0.123, -0.7], [1.5, 1.9], [-1.2, 0]] as const) expect(at(x, y)).toBeCloseTo((10 + x + 2 * y) * (0.5 + 1 / 3), 9)
  })

  it('is nothing beyond the table, and of no energy outside the band', () => {
    expect(acceptance(table(() => 1, 'sky'), [{ eMin: 1, eMax: 4 }])(2.1, 0)).toBe(0)
    expect(acceptance(table(() => 1, 'sky'), [{ eMin: 8, eMax: 9 }])(0, 0)).toBe(0)
  })

  it('is the mean of all directions where the table turns with the mount', () => {
    const at = acceptance(table((x, y) => 10 + x + 2 * y, 'mount'), [{ eMin: 1, eMax: 2 }])
    expect(at(1, 0)).toBeCloseTo(10, 6)
    expect(at(0, -1)).toBeCloseTo(at(1, 0), 9)
  })

  it('goes by the offset alone in a table of two axes', () => {
    const round: FieldBackground = { aligned: 'round', table: { axes: [energy, edges(0, 0.5, 4)], unit: '', values: Float64Array.of(8, 0, 6, 0, 4, 0, 2, 0) } }
    const at = acceptance(round, [{ eMin: 1, eMax: 2 }])
    expect(at(0.3, 0.4)).toBeCloseTo(7, 9)
    expect(at(0, 3)).toBe(0)
  })
})
