import fc from 'fast-check'
import { expect, it } from 'vitest'
import { discTest } from './disc-test.js'
import { separation } from './geometry.js'

const lon = fc.oneof(fc.double({ min: -360, max: 720, noNaN: true }), fc.constantFrom(0, 90, 180, 270, 359.99999999, 360))
const lat = fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(-90, -89.9999, 0, 89.9999, 90))
const radius = fc.oneof(fc.double({ min: 0, max: 180, noNaN: true }), fc.constantFrom(0, 1e-7, 1, 89.999, 90, 180))

it('says what the separation says, near the edge and at the poles too', () => {
  fc.assert(fc.property(lon, lat, radius, lon, lat, (ra, dec, r, l, b) => {
    expect(discTest(ra, dec, r)(l, b)).toBe(separation(ra, dec, l, b) <= r)
  }), { numRuns: 5000 })
  // The disc whose edge is the very place.
  fc.assert(fc.property(lon, lat, lon, lat, fc.constantFrom(-1e-9, -1e-13, 0, 1e-13, 1e-9), (ra, dec, l, b, more) => {
    const r = Math.min(180, Math.max(0, separation(ra, dec, l, b) + more))
    expect(discTest(ra, dec, r)(l, b)).toBe(separation(ra, dec, l, b) <= r)
  }), { numRuns: 5000 })
})

it('finds nothing that is not a number', () => {
  expect(discTest(0, 0, 180)(NaN, 0)).toBe(false)
  expect(discTest(0, 0, 180)(0, NaN)).toBe(false)
})
