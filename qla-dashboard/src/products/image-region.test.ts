import { describe, expect, it } from 'vitest'
import { makeWcs, separation } from '@heavens/science/sky'
import { regionsFromDs9 } from './ds9-regions.js'
import { type Region, regionOf, regionText, regionsOf, regionsText, resized } from './image-region.js'
import { pictureOf } from './picture-of.js'
import { regionCounts } from './region-counts.js'
import { drawnRegion, isInRegion } from './region-drawing.js'
import { regionMask } from './region-mask.js'
import { northAngle, regionOutline } from './region-outline.js'

const [LON, LAT] = [83.6, 22]
const wcs = makeWcs({ projection: 'TAN', crpix: [100.5, 100.5], crval: [LON, LAT], cdelt: [-0.02, 0.02] })
const about = { name: 'COUNTS all', unit: 'count', width: 200, height: 200, values: new Float64Array(200 * 200).fill(2), reader: 'heavens' } as const
const picture = pictureOf(about, wcs)
const galactic = pictureOf(about, makeWcs({ projection: 'TAN', crpix: [100.5, 100.5], crval: [184.5575, -5.7843], cdelt: [-0.02, 0.02], frame: 'galactic' }))
const total = (mask: Uint8Array): number => mask.reduce((a, b) => a + b, 0)

describe('regions of an image', () => {
  it('come back from the address in their order, with what is background', () => {
    const regions: Region[] = [
      { shape: 'circle', lon: 83.63308, lat: -22.01, radius: 0.5 }, { shape: 'annulus', lon: 83.6, lat: 22, inner: 0.7, outer: 1.5, off: true }, { shape: 'box', lon: 1, lat: 2, width: 3, height: 4, angle: 30 },
    ]
    expect(regionsOf(regionsText(regions))).toEqual(regions)
    expect(regionsOf(`nonsense;${regionText(regions[0]!)};annulus,1,2,3,3;;box,1,2,0,4`)).toEqual([regions[0]])
    expect(regionOf('off-circle,1,2,3')).toEqual({ shape: 'circle', lon: 1, lat: 2, radius: 3, off: true })
  })
  it('cover the area of their shape', () => {
    const area = 0.02 ** 2
    expect(total(regionMask(picture, { shape: 'annulus', lon: LON, lat: LAT, inner: 0.5, outer: 1 })) * area).toBeCloseTo(Math.PI * 0.75, 1)
    for (const angle of [0, 30, 90, -45]) expect(total(regionMask(picture, { shape: 'box', lon: LON, lat: LAT, width: 1.5, height: 0.5, angle })) * area).toBeCloseTo(0.75, 1)
  })
  it('turn a box counter-clockwise: at 45° its corner is in the north-west', () => {
    const box: Region = { shape: 'box', lon: LON, lat: LAT, width: 3, height: 0.2, angle: 45 }
    expect(isInRegion(picture, box, [130, 130])).toBe(true)
    expect(isInRegion(picture, box, [70, 130])).toBe(false)
    const mask = regionMask(picture, box)
    expect([mask[129 * 200 + 129], mask[129 * 200 + 69]]).toEqual([1, 0])
  })
  it('have outlines that agree with what they hold', () => {
    for (const region of [{ shape: 'annulus', lon: 83.9, lat: 21.8, inner: 0.4, outer: 0.9 }, { shape: 'box', lon: 83.9, lat: 21.8, width: 1.2, height: 0.6, angle: 20 }] as const) {
      for (const map of [picture, galactic]) {
        const middle = map.pixelOf(region.lon, region.lat)!
        for (const [x, y] of regionOutline(map, region)[0]!) {
          const towards = (t: number): [number, number] => [middle[0] + (x - middle[0]) * t, middle[1] + (y - middle[1]) * t]
          expect([isInRegion(map, region, towards(0.98)), isInRegion(map, region, towards(1.02))]).toEqual([true, false])
        }
      }
    }
  })
  it('are drawn from the middle to the rim, a box along the picture whatever its coordinates', () => {
    const circle = drawnRegion(picture, 'circle', [100.5, 100.5], [125.5, 100.5])!
    expect(circle).toMatchObject({ shape: 'circle' })
    expect(circle.lat).toBeCloseTo(LAT, 9)
    expect(circle.shape === 'circle' && circle.radius).toBeCloseTo(separation(LON, LAT, ...picture.worldOf(125.5, 100.5)!), 9)
    const box = drawnRegion(galactic, 'box', [60, 80], [140, 120])!
    expect(box.shape === 'box' && box.angle).toBeCloseTo(-northAngle(galactic, box.lon, box.lat), 1)
    expect(Math.abs(northAngle(galactic, box.lon, box.lat))).toBeGreaterThan(30)
    for (const [x, y] of [[61, 81], [139, 81], [61, 119], [139, 119]] as const) expect(isInRegion(galactic, box, [x, y])).toBe(true)
    for (const [x, y] of [[59, 100], [141, 100], [100, 79], [100, 121]] as const) expect(isInRegion(galactic, box, [x, y])).toBe(false)
    expect(drawnRegion(picture, 'circle', [50, 50], [50.2, 50])).toBeNull()
  })
  it('keep their form when they are resized', () => {
    expect(resized({ shape: 'annulus', lon: 0, lat: 0, inner: 1, outer: 2 }, 4)).toMatchObject({ inner: 2, outer: 4 })
    expect(resized({ shape: 'box', lon: 0, lat: 0, width: 4, height: 2, angle: 9 }, 1)).toMatchObject({ width: 2, height: 1, angle: 9 })
  })
})

describe('regions of a DS9 file hold the pixels that astropy regions 0.11 finds in them', () => {
  // Number of pixels and sums of their x and y: Regions.parse(text, format='ds9')[k].to_pixel(wcs).contains(pixels) on TAN maps of 200 × 200 pixels of 0.02°.
  const text = 'icrs\ncircle(83.9,22.3,1800")\nannulus(83.4,21.8,1440",3600")\nbox(83.7,22.1,5400",1800",0)\nbox(83.7,22.1,5400",1800",30)\nbox(84.2,21.5,3000",1200",-70)'
  it.each([
    ['equatorial', picture, [[1971, 170673, 227666], [6597, 723711, 597064], [1875, 180000, 197875], [1875, 179749, 197811], [695, 50457, 52501]]],
    ['galactic', galactic, [[1960, 207664, 232369], [6595, 641599, 564584], [1876, 192194, 197780], [1874, 192007, 197499], [694, 44903, 75653]]],
  ] as const)('%s', (_, map, wanted) => {
    regionsFromDs9(text, true).regions.forEach((region, k) => {
      let [n, x, y] = [0, 0, 0]
      regionMask(map, region).forEach((v, i) => {
        if (!v) return
        n++
        x += (i % 200) + 1
        y += Math.floor(i / 200) + 1
      })
      const [pixels, sumX, sumY] = wanted[k]!
      // A pixel whose middle lies on the rim may fall on either side.
      expect(Math.abs(n - pixels)).toBeLessThanOrEqual(1)
      expect(Math.abs(x / n - sumX / pixels)).toBeLessThan(0.02)
      expect(Math.abs(y / n - sumY / pixels)).toBeLessThan(0.02)
    })
  })
})

describe('net counts of a region', () => {
  const source: Region = { shape: 'circle', lon: LON, lat: LAT, radius: 0.2 }
  const away: Region = { shape: 'circle', lon: LON, lat: LAT + 1, radius: 0.3, off: true }
  const bright = pictureOf({ ...about, values: about.values.map((v, i) => (i === 100 * 200 + 100 ? 500 : v)) }, wcs)

  it('come from background regions, in the ratio of the areas', () => {
    const c = regionCounts(bright, source, { regions: [source, away] })
    expect(c.excess!.from).toBe('regions')
    expect(c.sum - c.excess!.expected).toBeCloseTo(498, 6)
    const off = regionCounts(bright, away)
    expect(c.excess!.error).toBeCloseTo(Math.sqrt(c.sum + (c.pixels / off.pixels) ** 2 * off.sum), 6)
    expect(c.excess!.sigma).toBeGreaterThan(10)
  })
  it('of a background region are none', () => expect(regionCounts(bright, away, { regions: [source, away] }).excess).toBeNull())
  it('leave other sources out of the background', () => {
    const ring: Region = { shape: 'annulus', lon: LON, lat: LAT - 1, inner: 0.3, outer: 1.2, off: true }
    const faint: Region = { shape: 'circle', lon: LON + 0.5, lat: LAT - 0.7, radius: 0.1 }
    expect(regionCounts(bright, faint, { regions: [source, faint, ring] }).excess!.expected).toBeCloseTo(regionCounts(bright, faint).sum, 6)
  })
  it('expect as much more as there is more exposure', () => {
    const exposure = pictureOf({ ...about, name: 'EXPOSURE', unit: 's', values: about.values.map((_, i) => (i < 125 * 200 ? 3 : 1)) }, wcs)
    const c = regionCounts(bright, source, { regions: [source, away], exposure })
    expect(c.excess!.expected).toBeCloseTo(3 * (c.sum - 498), 6)
  })
  it('come from the background map where there is one, with the likelihood ratio of a known background', () => {
    const background = pictureOf({ ...about, name: 'BACKGROUND', values: about.values.map(() => 1) }, wcs)
    const c = regionCounts(bright, source, { background })
    expect(c.excess).toMatchObject({ from: 'map', expected: c.pixels })
    expect(c.excess!.sigma).toBeCloseTo(Math.sqrt(2 * (c.sum * Math.log(c.sum / c.pixels) - c.sum + c.pixels)), 9)
  })
  it('of a box or an annulus need a background of their own', () => {
    expect(regionCounts(bright, { shape: 'box', lon: LON, lat: LAT, width: 1, height: 1 }).excess).toBeNull()
  })
})
