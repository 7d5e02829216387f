import { describe, expect, it } from 'vitest'
import { makeWcs } from '@heavens/science/sky'
import { tickText } from './graticule-ticks.js'
import { type Stage, picturePoint, wholeOf } from './image-camera.js'
import { imageGraticule } from './image-graticule.js'
import { pictureOf } from './picture-of.js'
import type { Picture } from './read-product.js'

const about = { name: 'COUNTS', unit: 'count', width: 120, height: 120, values: new Float64Array(120 * 120), reader: 'heavens' } as const
const crab = pictureOf(about, makeWcs({ projection: 'TAN', crpix: [60.5, 60.5], crval: [83.6331, 22.0145], cdelt: [-0.05, 0.05] }))
const stageOf = (picture: Picture, zoom = 1): Stage => ({ picture, camera: { ...wholeOf(picture), zoom }, width: 600, height: 600 })

describe('the graticule of an image', () => {
  it('has lines at round degrees, each where its coordinate is', () => {
    const stage = stageOf(crab)
    const { paths, labels } = imageGraticule(crab, stage, 'degrees')
    expect(labels.map((l) => l.text).sort()).toEqual(['+19°', '+20°', '+21°', '+22°', '+23°', '+24°', '+25°', '81°', '82°', '83°', '84°', '85°', '86°'])
    for (const path of paths) {
      const worlds = path.map((p) => crab.worldOf(...picturePoint(stage, p))!)
      const same = (values: number[]): boolean => values.every((v) => Math.abs(v - Math.round(v)) < 1e-6 && Math.abs(v - values[0]!) < 1e-6)
      expect(same(worlds.map((w) => w[0])) || same(worlds.map((w) => w[1]))).toBe(true)
    }
  })
  it('goes over to galactic coordinates and to hours and minutes', () => {
    expect(imageGraticule(crab, stageOf(crab), 'galactic').labels.map((l) => l.text)).toEqual(expect.arrayContaining(['l 184°', 'b −6°']))
    expect(imageGraticule(crab, stageOf(crab), 'sexagesimal').labels.map((l) => l.text)).toEqual(expect.arrayContaining(['5h35m', '+22°']))
  })
  it('takes finer steps when one comes nearer', () => {
    const labels = imageGraticule(crab, stageOf(crab, 20), 'degrees').labels.map((l) => l.text)
    expect(labels).toEqual(expect.arrayContaining(['83.65°', '+22.05°']))
    expect(labels.length).toBeLessThan(20)
  })
  it('goes on across 0° and around a pole', () => {
    const zero = pictureOf(about, makeWcs({ projection: 'TAN', crpix: [60.5, 60.5], crval: [0.2, 0], cdelt: [-0.05, 0.05] }))
    const texts = imageGraticule(zero, stageOf(zero), 'degrees').labels.map((l) => l.text)
    expect(texts).toEqual(expect.arrayContaining(['0°', '359°', '1°', '−1°']))
    const pole = pictureOf(about, makeWcs({ projection: 'TAN', crpix: [60.5, 60.5], crval: [30, 90], cdelt: [-0.05, 0.05] }))
    const around = imageGraticule(pole, stageOf(pole), 'degrees')
    expect(around.paths.length).toBeGreaterThan(6)
    expect(around.labels.map((l) => l.text)).toEqual(expect.arrayContaining(['60°', '120°', '180°', '240°', '+88°', '+89°']))
  })
  it('labels do not touch and lie in the frame', () => {
    for (const form of ['degrees', 'sexagesimal', 'galactic'] as const) {
      const { labels } = imageGraticule(crab, { ...stageOf(crab), width: 340, height: 340 }, form)
      labels.forEach((a, i) => {
        expect(a.x >= 0 && a.y <= 340 && a.y >= 0).toBe(true)
        for (const b of labels.slice(i + 1)) expect(Math.abs(a.y - b.y) >= 12 || Math.abs(a.x - b.x) >= 20).toBe(true)
      })
    }
  })
  it('is not there without coordinates', () => {
    const plain = pictureOf(about, null)
    expect(imageGraticule(plain, stageOf(plain), 'degrees')).toEqual({ paths: [], labels: [] })
  })
  it('writes as many digits as a step has', () => {
    expect(tickText(-6, 'lat', 'galactic', 1)).toBe('b −6°')
    expect(tickText(-0.25, 'lon', 'degrees', 0.05)).toBe('359.75°')
    expect(tickText(83.625, 'lon', 'sexagesimal', 7.5 / 60)).toBe('5h34m30s')
    expect(tickText(22 + 1 / 6, 'lat', 'sexagesimal', 1 / 6)).toBe('+22°10′')
    expect(tickText(-5.5, 'lat', 'sexagesimal', 0.5 / 3600)).toBe('−5°30′00.0″')
  })
})
