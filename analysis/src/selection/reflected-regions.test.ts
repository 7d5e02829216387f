import { separation } from '@heavens/science/sky'
import { describe, expect, it } from 'vitest'
import { reflectedRegions } from './reflected-regions.js'

const CRAB = { ra: 83.633333, dec: 22.014444 }

describe('reflected regions', () => {
  it.each([
    ['north of the pointing', { ra: 83.633333, dec: 21.514444 }],
    ['east of it', { ra: 83.094, dec: 22.014444 }],
  ])('lie side by side at the offset of a target %s, clear of it: eleven of 0.11° at 0.5°', (_, pointing) => {
    const offset = separation(pointing.ra, pointing.dec, CRAB.ra, CRAB.dec)
    const places = reflectedRegions(pointing, CRAB, 0.11, 0.3)
    expect(places).toHaveLength(11)
    places.forEach((place, i) => {
      expect(separation(pointing.ra, pointing.dec, place.ra, place.dec)).toBeCloseTo(offset, 9)
      expect(separation(place.ra, place.dec, CRAB.ra, CRAB.dec)).toBeGreaterThanOrEqual(0.41)
      for (const other of places.slice(i + 1)) expect(separation(place.ra, place.dec, other.ra, other.dec)).toBeGreaterThan(0.2199)
    })
  })

  it('cross the pole and the meridian', () => {
    for (const pointing of [{ ra: 10, dec: 89.9 }, { ra: 359.9, dec: -0.2 }]) {
      const target = { ra: pointing.ra, dec: pointing.dec - 0.5 }
      const places = reflectedRegions(pointing, target, 0.11, 0.3)
      expect(places).toHaveLength(11)
      for (const place of places) expect(separation(pointing.ra, pointing.dec, place.ra, place.dec)).toBeCloseTo(0.5, 6)
    }
  })

  it('are none where the target is at the pointing, or all is excluded', () => {
    expect(reflectedRegions(CRAB, CRAB, 0.11, 0.3)).toEqual([])
    expect(reflectedRegions({ ra: 83.633333, dec: 21.514444 }, CRAB, 0.11, 1)).toEqual([])
  })
})
