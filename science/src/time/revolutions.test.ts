import { expect, it } from 'vitest'
import { isKnownRevolution, revolutionFromTt, ttFromRevolution, type Passages } from './revolutions.js'
import { ttFromUtcIso } from './utc-iso.js'

const PASSAGES: Passages = [[10, '2019-01-01T00:00:00'], [11, '2019-01-04T00:00:00'], [21, '2019-01-24T00:00:00']]

it('gives the passages themselves, and times between them in proportion', () => {
  expect([10, 10.5, 11, 16, 21].map((r) => ttFromRevolution(r, PASSAGES))).toEqual(['2019-01-01T00:00:00', '2019-01-02T12:00:00', '2019-01-04T00:00:00', '2019-01-14T00:00:00', '2019-01-24T00:00:00'].map((t) => ttFromUtcIso(t)))
  for (const r of [10, 10.25, 11, 20.75, 21]) expect(revolutionFromTt(ttFromRevolution(r, PASSAGES)!, PASSAGES)).toBeCloseTo(r, 9)
})

it('says nothing of times outside, or of none', () => {
  for (const r of [9.99, 21.01, NaN]) expect(ttFromRevolution(r, PASSAGES)).toBeUndefined()
  expect(revolutionFromTt(ttFromUtcIso('2018-12-31T23:59:59'), PASSAGES)).toBeUndefined()
  expect(ttFromRevolution(10, [])).toBeUndefined()
})

it('tells what is known from what is interpolated over passages that are not', () => {
  expect([10, 10.5, 11, 11.5, 21, 22].map((r) => isKnownRevolution(r, PASSAGES))).toEqual([true, true, true, false, true, false])
})
