import { describe, expect, it } from 'vitest'
import { indexRange } from './select-series.js'

describe('indexRange', () => {
  it('holds the bins that overlap the interval', () => {
    expect(indexRange(10, 12, 1, 0)).toEqual({ from: 10, to: 12 })
    expect(indexRange(10.5, 11.5, 1, 0)).toEqual({ from: 10, to: 12 })
    expect(indexRange(10.5, 11.5, 1, 0.5)).toEqual({ from: 10, to: 11 })
  })
  it('takes an edge that rounding has moved for the edge it is', () => {
    for (let k = 0; k < 1000; k++) {
      const index = 38_280_226_200 + 7 * k
      const start = index * 0.016
      expect(indexRange(start, start + 0.016, 0.016, 0)).toEqual({ from: index, to: index + 1 })
    }
  })
})
