import { expect, it } from 'vitest'
import { forgetPhotons, keepPhoton, keptPhotons, rowFrom, sortPhotons } from './kept-photons.js'

it('keeps photons in columns, sorts them by time with equal ones as they came, and forgets the oldest', () => {
  const photons = keptPhotons()
  const times = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 1000)
  times.forEach((time, i) => keepPhoton(photons, time, i % 360, 0, i % 3072))
  expect(photons.sorted).toBe(false)
  sortPhotons(photons)
  const expected = times.map((time, i) => ({ time, i })).toSorted((a, b) => a.time - b.time || a.i - b.i)
  expect(Array.from(photons.time.subarray(photons.from, photons.size))).toEqual(expected.map(({ time }) => time))
  expect(Array.from(photons.cell.subarray(photons.from, photons.size))).toEqual(expected.map(({ i }) => i % 3072))
  forgetPhotons(photons, 900)
  expect(photons.size - photons.from).toBe(times.filter((time) => time >= 900).length)
  expect(rowFrom(photons, 950) - photons.from).toBe(times.filter((time) => time >= 900 && time < 950).length)
})

it('uses the room of what it forgot: columns stay as long as what they hold needs', () => {
  const photons = keptPhotons()
  for (let t = 0; t < 200_000; t++) {
    keepPhoton(photons, t, 10, 20, 5)
    if (t % 100 === 0) forgetPhotons(photons, t - 500)
  }
  expect(photons.sorted).toBe(true)
  expect(photons.time.length).toBeLessThanOrEqual(2048)
  expect(photons.time[photons.size - 1]).toBe(199_999)
})
