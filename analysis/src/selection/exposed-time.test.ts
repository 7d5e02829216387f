import type { PointingBlock } from '@heavens/schemas'
import { unitVector } from '@heavens/science/sky'
import { expect, test } from 'vitest'
import { azimuthOf, exposedTime, looksWithin } from './exposed-time.js'
import { exposureInBins } from './exposure.js'

const rows = 4
const pointing: PointingBlock = {
  kind: 'pointing', source: 'ft2', sequence: 0, start: 0, stop: 120, count: rows, late: false,
  time: Float64Array.of(0, 30, 60, 90), duration: new Float32Array(rows).fill(30),
  ra: Float32Array.of(10, 10, 10, 200), dec: new Float32Array(rows), raX: new Float32Array(rows), decX: new Float32Array(rows).fill(90),
  raZenith: Float32Array.of(10, 190, NaN, 200), decZenith: new Float32Array(rows), livetime: Float32Array.of(0.5, 1, 1, 1), inSaa: Uint8Array.of(0, 0, 1, 0),
}

test('live time counts where a place is in the field of view, outside the anomaly, in good time', () => {
  const looks = looksWithin([pointing], [[10, 50], [85, 120]])
  expect(looks.intervals).toEqual([[10, 30], [30, 50], [90, 120]])
  expect(exposedTime(looks, 12, 3, { fieldOfView: 30 })).toBeCloseTo(0.5 * 20 + 20, 9)
  expect(exposedTime(looks, 200, 0, { fieldOfView: 30 })).toBeCloseTo(30, 9)
  expect(exposedTime(looks, 100, 0, { fieldOfView: 30 })).toBe(0)
})

test('azimuth counts from the x axis towards y', () => {
  // Boresight at (10, 0), x towards the pole: y = z × x points west, to smaller right ascension.
  const looks = looksWithin([pointing], [[0, 30]])
  for (const [ra, dec, azimuth] of [[10, 20, 0], [350, 0, 90], [30, 0, -90], [10, -20, 180]] as const) {
    expect(Math.abs(azimuthOf(looks, 0, unitVector(ra, dec)) - azimuth) % 360, `${ra} ${dec}`).toBeCloseTo(0, 4)
  }
})

test('a zenith limit takes off the time in which the place was low', () => {
  const looks = looksWithin([pointing], [[0, 120]])
  expect(exposedTime(looks, 10, 0, { fieldOfView: 30, zenith: 100 })).toBeCloseTo(15, 9)
})

test('rows that come twice count once', () => {
  expect(exposedTime(looksWithin([pointing, pointing], [[0, 120]]), 200, 0, { fieldOfView: 30 })).toBeCloseTo(30, 9)
})

test('exposure falls into bins by its overlap with them', () => {
  const bins = exposureInBins({ intervals: [[1, 4], [6, 7]], live: Float64Array.of(0.5, 1) }, Float64Array.of(0, 2, 4, 6.5, 9))
  expect(Array.from(bins)).toEqual([0.5, 1, 0.5, 0.5])
})
