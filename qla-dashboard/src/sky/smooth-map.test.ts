import { expect, it } from 'vitest'
import { pix2angRing, separation } from '@heavens/science/sky'
import { neighbourTable, smoothMap } from './smooth-map.js'

it('spreads a photon over its surroundings, and keeps the sum', () => {
  const nside = 16
  const table = neighbourTable(nside)
  for (const pixel of [0, 700, 1500, 12 * nside ** 2 - 1]) {
    const map = new Float32Array(12 * nside ** 2)
    map[pixel] = 8
    const out = smoothMap(map, table, 3)
    expect(out.reduce((a, b) => a + b, 0)).toBeCloseTo(8, 4)
    expect(out[pixel]).toBeLessThan(4)
    expect(out.indexOf(Math.max(...out))).toBe(pixel)
    const [ra, dec] = pix2angRing(nside, pixel)
    const far = [...out.keys()].filter((p) => out[p]! > 0).map((p) => separation(ra, dec, ...pix2angRing(nside, p)))
    expect(Math.max(...far)).toBeLessThan(30)
    expect(map[pixel]).toBe(8)
  }
})
