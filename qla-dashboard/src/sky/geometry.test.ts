import { separation, unitVector } from '@heavens/science/sky'
import { describe, expect, it } from 'vitest'
import { lonLatOf, fromFrame, toFrame } from './frames.js'
import { type SkyView, moveView, pixelOf, positionAt, skyGeometry, unproject } from './geometry.js'

const views: SkyView[] = [
  { frame: 'galactic', lon: 0, lat: 0, zoom: 1 }, { frame: 'icrs', lon: 200, lat: -40, zoom: 1 }, { frame: 'galactic', lon: 184.5, lat: -5.8, zoom: 2 },
  { frame: 'icrs', lon: 83.6, lat: 22, zoom: 5 }, { frame: 'icrs', lon: 10, lat: 80, zoom: 30 }, { frame: 'galactic', lon: 359, lat: 0, zoom: 900 },
]

describe('frames', () => {
  it('puts the Crab, the Galactic centre and the pole where catalogues have them', () => {
    const crab = toFrame('galactic', 83.6331, 22.0145)
    expect(crab.lon).toBeCloseTo(184.5575, 3)
    expect(crab.lat).toBeCloseTo(-5.7844, 3)
    const centre = fromFrame('galactic', 0, 0)
    expect(centre.ra).toBeCloseTo(266.4051, 3)
    expect(centre.dec).toBeCloseTo(-28.9362, 3)
    expect(fromFrame('galactic', 0, 90).dec).toBeCloseTo(27.12825, 4)
  })
  it('measures small and large angles', () => {
    expect(separation(10, 20, 10, 20 + 1 / 3600)).toBeCloseTo(1 / 3600, 10)
    expect(separation(0, 90, 123, -90)).toBeCloseTo(180, 9)
  })
})

describe('the projections', () => {
  it.each(views)('come back to the direction they came from: %o', (view) => {
    const g = skyGeometry(view, 950, 470)
    let checked = 0
    for (let x = 15; x < 950; x += 73) {
      for (let y = 11; y < 470; y += 61) {
        const v = unproject(g, x, y)
        if (!v) continue
        const d = lonLatOf(v)
        const p = pixelOf(g, d.lon, d.lat)!
        expect(Math.hypot(p[0] - x, p[1] - y)).toBeLessThan(0.01)
        checked++
      }
    }
    expect(checked).toBeGreaterThan(40)
  })
  it('show the whole sky upright at zoom 1, the centre in the middle, east to the left', () => {
    const g = skyGeometry(views[0]!, 1000, 500)
    const centre = fromFrame('galactic', 0, 0)
    expect(pixelOf(g, centre.ra, centre.dec)).toEqual([expect.closeTo(500, 6), expect.closeTo(250, 6)])
    const east = fromFrame('galactic', 30, 0)
    expect(pixelOf(g, east.ra, east.dec)![0]).toBeLessThan(500)
    const north = fromFrame('galactic', 0, 80)
    expect(pixelOf(g, north.ra, north.dec)![1]).toBeLessThan(50)
    expect(unproject(g, 2, 2)).toBeNull()
  })
  it('keeps areas in the whole sky: equal patches cover equal numbers of pixels', () => {
    const g = skyGeometry(views[0]!, 1200, 600)
    const hits = { equator: 0, high: 0 }
    for (let x = 0; x < 1200; x++) {
      for (let y = 0; y < 600; y++) {
        const p = positionAt(g, x + 0.5, y + 0.5)
        if (!p) continue
        const { lat } = toFrame('galactic', p.ra, p.dec)
        // Zones of equal height in sin b have equal areas.
        if (Math.abs(Math.sin((lat * Math.PI) / 180)) < 0.1) hits.equator++
        if (Math.abs(Math.sin((lat * Math.PI) / 180) - 0.8) < 0.1) hits.high++
      }
    }
    expect(hits.high / hits.equator).toBeCloseTo(1, 1)
  })
  it('changes to the tangent plane without a jump', () => {
    const [w, h] = [950, 470]
    const at = (zoom: number): ReturnType<typeof skyGeometry> => skyGeometry({ frame: 'icrs', lon: 120, lat: -30, zoom }, w, h)
    let zoom = 3
    while (at(zoom).kind === 'mollweide') zoom *= 1.001
    const [before, after] = [at(zoom / 1.001), at(zoom)]
    for (const [ra, dec] of [[120, -30], [125, -27], [113, -34], [128, -30]] as const) {
      const [a, b] = [pixelOf(before, ra, dec)!, pixelOf(after, ra, dec)!]
      expect(Math.hypot(a[0] - b[0], a[1] - b[1])).toBeLessThan(12)
    }
  })
})

describe('moveView', () => {
  it('keeps the direction under the pointer while zooming, and follows a drag', () => {
    for (const [from, to, factor] of [[[300, 200], [300, 200], 1.4], [[500, 250], [430, 310], 1]] as const) {
      const view: SkyView = { frame: 'icrs', lon: 83, lat: 20, zoom: 8 }
      const grabbed = unproject(skyGeometry(view, 950, 470), from[0], from[1])!
      const next = moveView(view, 950, 470, from, to, view.zoom * factor)
      const under = unproject(skyGeometry(next, 950, 470), to[0], to[1])!
      const [a, b] = [lonLatOf(grabbed), lonLatOf(under)]
      expect(separation(a.lon, a.lat, b.lon, b.lat)).toBeLessThan(0.05)
    }
  })
  it('turns the whole sky in longitude only', () => {
    const next = moveView({ frame: 'galactic', lon: 0, lat: 0, zoom: 1 }, 1000, 500, [500, 250], [600, 250], 1)
    expect(next.lon).toBeGreaterThan(20)
    expect(next.lon).toBeLessThan(60)
  })
  it('stays where it is when the pointer was outside the sky', () => {
    expect(moveView({ frame: 'galactic', lon: 7, lat: 3, zoom: 1 }, 1000, 500, [1, 1], [90, 90], 1)).toEqual({ frame: 'galactic', lon: 7, lat: 3, zoom: 1 })
  })
})

it('vectors have unit length', () => {
  expect(Math.hypot(...unitVector(123, -45))).toBeCloseTo(1, 14)
})
