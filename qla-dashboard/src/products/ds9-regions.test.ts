import { describe, expect, it } from 'vitest'
import { icrsFromGalactic } from '@heavens/science/sky'
import { regionsFromDs9, regionsToDs9 } from './ds9-regions.js'
import type { Region } from './image-region.js'

const REGIONS: Region[] = [
  { shape: 'circle', lon: 83.63308, lat: 22.0145, radius: 0.5 },
  { shape: 'annulus', lon: 83.63308, lat: -22.0145, inner: 0.75, outer: 1.5, off: true },
  { shape: 'box', lon: 10, lat: -60, width: 0.2, height: 0.1, angle: 30 },
]

describe('region files of DS9', () => {
  it('are written as DS9 reads them, and come back', () => {
    const text = regionsToDs9(REGIONS, true)
    expect(text).toBe(`# Region file format: DS9 version 4.1
icrs
circle(83.63308,22.0145,1800.000")
annulus(83.63308,-22.0145,2700.000",5400.000") # background
box(10,-60,720.000",360.000",30)
`)
    expect(regionsFromDs9(text, true)).toEqual({ regions: REGIONS, refused: [] })
  })
  it('are read as DS9 writes them: header, frames, sexagesimal positions, units, several on a line', () => {
    const { regions, refused } = regionsFromDs9(`# Region file format: DS9 version 4.1
global color=green dashlist=8 3 width=1 font="helvetica 10 normal roman" select=1
fk5
circle(5:34:31.939,+22:00:52.20,30') # text={Crab} color=red
circle(5h34m31.939s,22d00m52.2s,0.5d); annulus(83.6,22,1',2',4') # background
galactic;circle(184.5575,-5.7843,0.5)
`, true)
    expect(refused).toEqual([])
    expect(regions.map((r) => [r.shape, r.off ?? false])).toEqual([['circle', false], ['circle', false], ['annulus', true], ['annulus', true], ['circle', false]])
    for (const r of [regions[0]!, regions[1]!, regions[4]!]) {
      expect(r.lon).toBeCloseTo(83.6331, 3)
      expect(r.lat).toBeCloseTo(22.0145, 3)
      expect(r.shape === 'circle' && r.radius).toBeCloseTo(0.5, 9)
    }
    expect(regions[3]).toMatchObject({ inner: 2 / 60, outer: 4 / 60 })
  })
  it('turn a box of galactic coordinates into those of ICRS', () => {
    const [box] = regionsFromDs9('galactic\nbox(184.5575,-5.7843,1,0.1,0)', true).regions
    const [lon, lat] = icrsFromGalactic(184.0575, -5.7843)
    // The end of its long side, half a degree along galactic longitude: west is +x, so east of north is counter-clockwise.
    const turned = ((box!.shape === 'box' ? box!.angle! : NaN) * Math.PI) / 180
    const [right, up] = [-(lon - box!.lon) * Math.cos((box!.lat * Math.PI) / 180), lat - box!.lat]
    expect(Math.abs(up * Math.cos(turned) - right * Math.sin(turned))).toBeLessThan(0.005)
    expect(right * Math.cos(turned) + up * Math.sin(turned)).toBeCloseTo(0.5, 2)
  })
  it('say why a line is not taken, and take the others', () => {
    const { regions, refused } = regionsFromDs9('icrs\npolygon(1,2,3,4,5,6)\n-circle(1,2,3")\ncircle(1,2)\ncircle(1,95,3")\nannulus(1,2,3",2")\necliptic\ncircle(1,2,3")\nimage\ncircle(5,5,2)\nfk5\ncircle(1,2,3")', true)
    expect(regions).toHaveLength(1)
    expect(refused.map((r) => r.slice(r.lastIndexOf(': ') + 2))).toEqual([
      'polygon is none of circle, annulus and box', 'parts that are cut out are not supported', 'it has too few numbers', expect.stringContaining('is not a declination'), 'its radii do not rise',
      'its frame is none of icrs, fk5, galactic and image', 'it is in pixels, and this list is in degrees',
    ])
  })
  it('count pixels for pictures without coordinates', () => {
    const region: Region = { shape: 'box', lon: 51, lat: 50.5, width: 10, height: 4 }
    expect(regionsToDs9([region], false)).toContain('image\nbox(51,50.5,10,4,0)')
    expect(regionsFromDs9(regionsToDs9([region], false), false).regions).toEqual([region])
    expect(regionsFromDs9('icrs\ncircle(1,2,3")', false).refused).toHaveLength(1)
  })
})
