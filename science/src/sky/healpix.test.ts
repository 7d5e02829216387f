import { describe, expect, it } from 'vitest'
import { seededRandom } from '../statistics/index.js'
import {
  ang2pixNest, ang2pixRing, ang2pixRingMany, nest2ring, neighboursRing, nside2npix, pix2angNest, pix2angRing, pix2vecRing, queryDisc, ring2nest, separation, udGradeRing, vec2pixRing,
} from './index.js'

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

describe('HEALPix', () => {
  it.each([1, 2, 8, 32])('nside %i: every centre lies in its pixel, in both numberings', (nside) => {
    const npix = nside2npix(nside)
    expect(range(npix).map((pix) => ang2pixRing(nside, ...pix2angRing(nside, pix)))).toEqual(range(npix))
    expect(range(npix).map((pix) => ang2pixNest(nside, ...pix2angNest(nside, pix)))).toEqual(range(npix))
    expect(range(npix).map((pix) => vec2pixRing(nside, ...pix2vecRing(nside, pix)))).toEqual(range(npix))
    expect(range(npix).map((pix) => nest2ring(nside, ring2nest(nside, pix)))).toEqual(range(npix))
    expect(range(npix).map((pix) => pix2angRing(nside, nest2ring(nside, pix)))).toEqual(range(npix).map((pix) => pix2angNest(nside, pix).map((angle) => expect.closeTo(angle, 9))))
  })

  it('takes nsides that are no power of two in the ring scheme only', () => {
    expect(range(nside2npix(5)).map((pix) => ang2pixRing(5, ...pix2angRing(5, pix)))).toEqual(range(300))
    expect(() => ang2pixNest(5, 0, 0)).toThrow('power of two')
  })

  it('takes poles, edges and any turn', () => {
    for (const nside of [1, 4, 8192]) {
      expect(ang2pixRing(nside, 0, 90)).toBe(0)
      expect(ang2pixRing(nside, 359.9999, -90)).toBe(nside2npix(nside) - 1)
      expect(ang2pixRing(nside, -30, 12.3)).toBe(ang2pixRing(nside, 330, 12.3))
      expect(ang2pixRing(nside, 360, 5)).toBe(ang2pixRing(nside, 0, 5))
      expect(nest2ring(nside, ang2pixNest(nside, 123.4, -56.7))).toBe(ang2pixRing(nside, 123.4, -56.7))
      expect(nest2ring(nside, ang2pixNest(nside, -1e-15, 80))).toBe(ang2pixRing(nside, -1e-15, 80))
    }
  })

  it('refuses what is no pixel', () => {
    for (const [nside, pix] of [[0, 0], [1.5, 0], [16384, 0], [4, -1], [4, 192], [4, 2.5]] as const) expect(() => pix2angRing(nside, pix)).toThrow(/nside|pixel/)
  })

  it('does many as one', () => {
    const random = seededRandom('many')
    const ra = Float64Array.from({ length: 5000 }, () => 400 * random.uniform() - 20)
    const dec = Float64Array.from({ length: 5000 }, () => 180 * random.uniform() - 90)
    const out = new Int32Array(5000)
    ang2pixRingMany(128, ra, dec, out)
    expect([...out]).toEqual([...ra].map((lon, i) => ang2pixRing(128, lon, dec[i]!)))
  })

  it('has mutual neighbours, 24 pixels with seven', () => {
    let sevens = 0
    for (const pix of range(nside2npix(8))) {
      const around = [...neighboursRing(8, pix)].filter((near) => near >= 0)
      if (around.length === 7) sevens++
      expect(new Set(around).size).toBe(around.length)
      expect(around.every((near) => neighboursRing(8, near).includes(pix))).toBe(true)
    }
    expect(sevens).toBe(24)
  })

  it.each([[0, 90, 12], [210, -89, 30], [359, 1, 7], [45, 41.8, 100], [10, -60, 0.1], [10, 20, 180]])('finds the disc at (%f, %f) of %f degrees', (ra, dec, radius) => {
    const distance = range(nside2npix(16)).map((pix) => separation(ra, dec, ...pix2angRing(16, pix)))
    expect([...queryDisc(16, ra, dec, radius)]).toEqual(range(nside2npix(16)).filter((pix) => distance[pix]! <= radius))
    const overlap = new Set(queryDisc(16, ra, dec, radius, true))
    // Every pixel that holds a place of the disc, seen at a finer resolution.
    expect([...queryDisc(128, ra, dec, radius)].every((fine) => overlap.has(ang2pixRing(16, ...pix2angRing(128, fine))))).toBe(true)
    expect(overlap.has(ang2pixRing(16, ra, dec))).toBe(true)
  })

  it('keeps sums and means through resolutions', () => {
    const random = seededRandom('map')
    const map = Float64Array.from({ length: nside2npix(8) }, () => random.poisson(5))
    const total = (values: Float64Array): number => values.reduce((a, b) => a + b, 0)
    expect(total(udGradeRing(map, 2, 'sum'))).toBe(total(map))
    expect(total(udGradeRing(map, 16, 'sum'))).toBeCloseTo(total(map), 9)
    expect(udGradeRing(udGradeRing(map, 32, 'mean'), 8, 'mean')).toEqual(map)
    map.fill(NaN, 0, 700)
    expect(udGradeRing(map, 1, 'mean').some(Number.isNaN)).toBe(true)
    expect(() => udGradeRing(new Float64Array(13), 2, 'sum')).toThrow('HEALPix')
    expect(() => udGradeRing(map, 3, 'sum')).toThrow('divide')
  })
})
