import { expect, it } from 'vitest'
import { type ResolvedTarget, instrumentDescriptorExample, skyImageExample } from '@heavens/schemas'
import { ang2pixRing, separation } from '@heavens/science/sky'
import { seenSources } from './seen-sources.js'
import { lonLatOf } from './frames.js'
import { skyGeometry } from './geometry.js'
import { circle, graticuleLines, graticuleStep, skyPath } from './graticule.js'
import { createLabelPlacer } from './label-placer.js'
import { chooseMap } from './map-choice.js'
import { labelLimit } from './draw-overlay.js'

it('leaves out labels that would touch others or leave the picture', () => {
  const labels = createLabelPlacer(200, 100)
  expect(labels.place(10, 10, 50, 12)).toBe(true)
  expect(labels.place(40, 15, 50, 12)).toBe(false)
  expect(labels.place(40, 40, 50, 12)).toBe(true)
  expect(labels.place(180, 40, 50, 12)).toBe(false)
  expect(labels.place(-1, 70, 10, 12)).toBe(false)
})

it('draws a handful of lines at any zoom', () => {
  for (const field of [360, 180, 60, 10, 1]) {
    const { lons, lats } = graticuleLines(83, 22, field)
    expect(lats.length).toBeGreaterThan(1)
    expect(lats.length + lons.length).toBeLessThan(60)
  }
  expect(graticuleStep(360)).toBe(30)
  expect(graticuleStep(4)).toBe(0.5)
})

it('makes circles of the right radius, in one piece or cut at the edge of the map', () => {
  for (const v of circle(120, 89, 12)) {
    const d = lonLatOf(v)
    expect(separation(d.lon, d.lat, 120, 89)).toBeCloseTo(12, 9)
  }
  const g = skyGeometry({ frame: 'icrs', lon: 0, lat: 0, zoom: 1 }, 800, 400)
  expect(skyPath(g, circle(0, 0, 20))).toHaveLength(1)
  expect(skyPath(g, circle(180, 0, 20)).length).toBeGreaterThan(1)
})

it('names fainter sources the nearer one comes', () => {
  expect(labelLimit(1)).toBeGreaterThan(labelLimit(3))
  expect(labelLimit(20)).toBeLessThan(0.001)
})

it('chooses a map that exists', () => {
  const d = { ...instrumentDescriptorExample, id: 'fermi-lat' }
  const images = [{ ...skyImageExample, run: 'main', band: '50-300', window: '1ks' }]
  expect(chooseMap({ instrument: null, band: null, window: null, plane: 'counts', smooth: true }, 'main', images, [d], ['fermi-lat'])).toMatchObject({ instrument: 'fermi-lat', band: '50-300', window: '1ks' })
  expect(chooseMap({ instrument: 'gone', band: 'none', window: 'never', plane: 'counts', smooth: true }, 'main', images, [d], ['fermi-lat'])).toMatchObject({ instrument: 'fermi-lat', band: '50-300', window: '1ks' })
  expect(chooseMap({ instrument: null, band: null, window: null, plane: 'counts', smooth: true }, null, images, [d], ['fermi-lat'])).toBeNull()
  expect(chooseMap({ instrument: null, band: null, window: null, plane: 'counts', smooth: true }, 'replay', images, [d], [])).toBeNull()
  const { images: _none, ...blind } = d
  expect(chooseMap({ instrument: null, band: null, window: null, plane: 'counts', smooth: true }, 'other', images, [blind], ['fermi-lat'])).toBeNull()
})

it('names the sources that stand out in the map, one for each bright place', () => {
  const nside = 32
  const significance = new Float32Array(12 * nside ** 2)
  const target = (name: string, ra: number, dec: number): ResolvedTarget => ({ name, aliases: [], ra, dec, type: 'star', flux: 0.001 })
  const catalogue = [target('bright', 83.6, 22), target('beside it', 84, 22.5), target('other', 200, -30), target('faint', 10, 10)]
  significance[ang2pixRing(nside, 83.6, 22)] = 20
  significance[ang2pixRing(nside, 84, 22.5)] = 20
  significance[ang2pixRing(nside, 200, -30)] = 9
  significance[ang2pixRing(nside, 10, 10)] = 3
  const map = { image: { ...skyImageExample, nside }, counts: significance, exposure: null, background: null, significance }
  expect(seenSources(map, catalogue)).toEqual(['bright', 'other'])
  expect(seenSources(null, catalogue)).toEqual([])
})
