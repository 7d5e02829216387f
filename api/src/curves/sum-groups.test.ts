import { describe, expect, it } from 'vitest'
import type { CurveBins } from '@heavens/schemas'
import { sumGroups } from './sum-groups.js'

function bins(index: number[], counts: number[], more: Partial<CurveBins> = {}): CurveBins {
  const n = index.length
  return {
    phase: 0, index: Float64Array.from(index), counts: Float64Array.from(counts), exposure: new Float32Array(n).fill(0.5), background: new Float32Array(n).fill(2),
    revision: new Uint16Array(n), completeness: new Float32Array(n).fill(1), flags: new Uint8Array(n), ...more,
  }
}

describe('sumGroups', () => {
  it('gives the one part as it is', () => {
    const one = bins([1], [2])
    expect(sumGroups([one])).toBe(one)
  })
  it('adds counts and backgrounds, averages exposures, in the union of the bins', () => {
    const sum = sumGroups([bins([1, 2], [10, 20]), bins([2, 5], [1, 2], { exposure: Float32Array.of(0.25, 0.25) })])
    expect([[...sum.index], [...sum.counts], [...sum.background], [...sum.exposure]]).toEqual([[1, 2, 5], [10, 21, 2], [2, 4, 2], [0.5, 0.375, 0.25]])
  })
  it('sorts by number, also indices of many digits', () => {
    expect([...sumGroups([bins([9, 100], [1, 1]), bins([-3, 10], [1, 1])]).index]).toEqual([-3, 9, 10, 100])
  })
  it('raises the revision with any part, keeps the least completeness, and is provisional when a part is', () => {
    const sum = sumGroups([bins([1], [1], { revision: Uint16Array.of(2), completeness: Float32Array.of(0.5) }), bins([1], [1], { revision: Uint16Array.of(1), flags: Uint8Array.of(1) })])
    expect([sum.revision[0], sum.completeness[0], sum.flags[0]]).toEqual([3, 0.5, 1])
  })
  it('does not know a background that a part does not know', () => {
    expect(sumGroups([bins([1], [1]), bins([1], [1], { background: Float32Array.of(NaN) })]).background[0]).toBeNaN()
  })
})
