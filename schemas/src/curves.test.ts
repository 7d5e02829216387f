import { expect, it } from 'vitest'
import { binRate, CurveKey, curveKeyExample, type CurveBins } from './curves.js'

const bins: CurveBins = {
  phase: 0, index: new Float64Array([10, 11, 12]), counts: new Float64Array([16, 0, 9]), exposure: new Float32Array([2, 0.5, 0]),
  background: new Float32Array(3), revision: new Uint16Array(3), completeness: new Float32Array(3), flags: new Uint8Array(3),
}

it('gives rate and error of a bin over its live time', () => {
  expect(binRate(bins, 0)).toEqual({ rate: 8, error: 2 })
  expect(binRate(bins, 1)).toEqual({ rate: 0, error: 0 })
})

it('gives no rate where nothing was exposed: zero exposure is not zero counts', () => {
  expect(binRate(bins, 2)).toEqual({ rate: NaN, error: NaN })
})

it.each([0, -0.064])('refuses a curve with bins of %d s', (width) => {
  expect(CurveKey.safeParse({ ...curveKeyExample, width }).success).toBe(false)
})
