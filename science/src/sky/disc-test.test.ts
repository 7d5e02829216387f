import fc from 'fast-check'
import { expect, it } from 'vitest'
import { discRows } from './disc-rows.js'
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

it('says so of places around a small disc, which a series tells', () => {
  const away = fc.double({ min: -1.3, max: 1.3, noNaN: true })
  fc.assert(fc.property(lon, fc.double({ min: -75, max: 75, noNaN: true }), fc.double({ min: 1e-4, max: 25, noNaN: true }), away, away, fc.constantFrom(0, 360, -360), (ra, dec, r, along, up, turns) => {
    const [l, b] = [ra + turns + (along * r) / Math.cos((dec * Math.PI) / 180), Math.max(-90, Math.min(90, dec + up * r))]
    expect(discTest(ra, dec, r)(l, b)).toBe(separation(ra, dec, l, b) <= r)
  }), { numRuns: 50_000 })
})

it('says so where a meridian touches the disc, however close to a pole that is', () => {
  const degree = Math.PI / 180
  fc.assert(fc.property(lon, fc.double({ min: -89, max: 89, noNaN: true }), fc.double({ min: -0.5, max: 11, noNaN: true }), fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.double({ min: 3, max: 13, noNaN: true }), (ra, dec, gap, i, j, fine) => {
    const r = Math.max(1e-3, 90 - Math.abs(dec) - 10 ** -gap)
    const step = Math.asin(Math.min(1, Math.sin(r * degree) / Math.cos(dec * degree))) / degree
    const touches = Math.asin(Math.max(-1, Math.min(1, Math.sin(dec * degree) / Math.cos(r * degree)))) / degree
    const [l, b] = [ra + step + i * 10 ** -fine, Math.max(-90, Math.min(90, touches + j * 10 ** -fine))]
    expect(discTest(ra, dec, r)(l, b)).toBe(separation(ra, dec, l, b) <= r)
  }), { numRuns: 20_000 })
  // Places that an arc sine alone gets wrong.
  const wrong = [
    [131.1218864192449, 1.8041682179612621, 88.19583178089245, 221.12182209356172, 89.99795790764138], [26.378952838040213, 0.03845588513229359, 89.96154411306209, 116.37894103993025, 89.98244144360251],
    [199.20154110721995, -21.08739571649339, 68.91260428248201, 109.20175388710001, -89.99944820614617], [195.19082983049654, 55.22883619840795, 34.77116380056033, 105.19124248973061, 89.99971350201648],
  ] as const
  for (const [ra, dec, r, l, b] of wrong) expect(discTest(ra, dec, r)(l, b)).toBe(separation(ra, dec, l, b) <= r)
})

it('finds nothing that is not a number', () => {
  expect(discTest(0, 0, 180)(NaN, 0)).toBe(false)
  expect(discTest(0, 0, 180)(0, NaN)).toBe(false)
})

it('picks rows as it says of each, the short way too', () => {
  const near = fc.oneof(fc.double({ min: 0, max: 25, noNaN: true }), radius)
  fc.assert(fc.property(lon, lat, near, fc.array(fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(-360, 0, 0, 0, 360, NaN, Infinity))), (ra, dec, r, places) => {
    const lons = Float32Array.from(places, ([l, , turns]) => ra + l * r + turns)
    const lats = Float32Array.from(places, ([, b]) => Math.max(-90, Math.min(90, dec + b * r)))
    const rows = new Uint32Array(places.length + 1)
    const found = [...rows.subarray(0, discRows(ra, dec, r)(lons, lats, rows))]
    expect(found).toEqual([...lons.keys()].filter((i) => separation(ra, dec, lons[i]!, lats[i]!) <= r))
  }), { numRuns: 5000 })
})

it('tells places on the edge of a small disc by their separation', () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 360, noNaN: true }), fc.double({ min: -80, max: 80, noNaN: true }), fc.double({ min: 0, max: 8, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -9, max: 9 }), fc.double({ min: 6, max: 14, noNaN: true }), (ra, dec, size, x, y, k, fine) => {
    const [l, b] = [ra + x * size, dec + y * size]
    const r = Math.max(0, separation(ra, dec, l, b) + k * 10 ** -fine)
    expect(discTest(ra, dec, r)(l, b)).toBe(separation(ra, dec, l, b) <= r)
  }), { numRuns: 20_000 })
})
