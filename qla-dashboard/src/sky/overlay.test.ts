import { expect, it } from 'vitest'
import { instrumentDescriptorExample, skyImageExample } from '@heavens/schemas'
import { separation, directionOf } from './frames.js'
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
    const d = directionOf(v)
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
  expect(chooseMap({ instrument: null, band: null, window: null, plane: 'counts', smooth: true }, 'main', images, [d])).toMatchObject({ instrument: 'fermi-lat', band: '50-300', window: '1ks' })
  expect(chooseMap({ instrument: 'gone', band: 'none', window: 'never', plane: 'counts', smooth: true }, 'main', images, [d])).toMatchObject({ instrument: 'fermi-lat', band: '50-300', window: '1ks' })
  expect(chooseMap({ instrument: null, band: null, window: null, plane: 'counts', smooth: true }, null, images, [d])).toBeNull()
  const { images: _none, ...blind } = d
  expect(chooseMap({ instrument: null, band: null, window: null, plane: 'counts', smooth: true }, 'other', images, [blind])).toBeNull()
})
