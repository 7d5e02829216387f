import type { PointingBlock } from '@heavens/schemas'
import { expect, test } from 'vitest'
import { exposedTime, looksWithin } from './exposed-time.js'
import { livetimeCube } from './livetime-cube.js'

const pointing: PointingBlock = {
  kind: 'pointing', source: 'ft2', sequence: 0, start: 0, stop: 90, count: 3, late: false,
  time: Float64Array.of(0, 30, 60), duration: new Float32Array(3).fill(30),
  ra: Float32Array.of(0, 40, 115), dec: new Float32Array(3), raX: new Float32Array(3), decX: new Float32Array(3).fill(90),
  raZenith: Float32Array.of(0, 95, 120), decZenith: new Float32Array(3), livetime: Float32Array.of(0.5, 1, 1), inSaa: new Uint8Array(3),
}
const looks = looksWithin([pointing], [[0, 90]])
const edges = Float64Array.of(1, Math.cos(Math.PI / 6), Math.cos(Math.PI / 3), 0)

test('live time falls into the bin of its angle from the boresight; what is behind it is left out', () => {
  expect(Array.from(livetimeCube(looks, [0, 88], [0, 0], edges).live)).toEqual([15, 30, 0, 30, 30, 15])
})

test('a zenith limit takes off the time in which a place was low', () => {
  expect(Array.from(livetimeCube(looks, [0], [0], edges, 90).live)).toEqual([15, 0, 0])
})

test('the bins of a place add up to the time for which it was exposed', () => {
  const { live, weighted } = livetimeCube(looks, [20], [10], edges, 100)
  expect(live.reduce((a, b) => a + b, 0)).toBeCloseTo(exposedTime(looks, 20, 10, { fieldOfView: 90, zenith: 100 }), 9)
  // 15 live seconds at a live fraction of a half, the others at 1.
  expect(live.reduce((a, b) => a + b, 0) - weighted.reduce((a, b) => a + b, 0)).toBeCloseTo(7.5, 9)
})
