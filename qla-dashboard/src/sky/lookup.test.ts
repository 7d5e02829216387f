import { expect, it } from 'vitest'
import { ang2pixRing } from '@heavens/science/sky'
import type { SkyMap } from '../state/console-state.js'
import { divergingTable, sequentialTable, wordOf } from './colours.js'
import { positionAt, skyGeometry } from './geometry.js'
import { buildLookup } from './lookup.js'
import { colourMap, niceCeiling, paint, positionOnScale, scaleOf } from './paint.js'

it.each([{ zoom: 1 }, { zoom: 4 }, { zoom: 60 }])('looks up the HEALPix pixel of each picture pixel at $zoom', ({ zoom }) => {
  const g = skyGeometry({ frame: 'galactic', lon: 120, lat: 30, zoom }, 300, 160)
  const { columns, rows, index } = buildLookup(g, 32, 2)
  expect([columns, rows]).toEqual([150, 80])
  let outside = 0
  for (let row = 0; row < rows; row += 3) {
    for (let column = 0; column < columns; column += 3) {
      const p = positionAt(g, (column + 0.5) * 2, (row + 0.5) * 2)
      const pixel = index[row * columns + column]!
      if (p === null) outside++
      expect(pixel).toBe(p === null ? -1 : ang2pixRing(32, p.ra, p.dec))
    }
  }
  expect(outside > 0).toBe(zoom === 1)
})

const image = { instrument: 'x', run: 'main', band: 'all', window: 'run', nside: 1, ordering: 'ring', frame: 'icrs', start: 0, stop: 1, counts: 3, exposureUnit: 's', revision: 0, peak: null } as const
const map = (change: Partial<SkyMap>): SkyMap => ({ image, counts: new Float32Array(12), exposure: new Float32Array(12).fill(1), background: null, significance: null, ...change })

it('draws no exposure grey, and zero counts not', () => {
  const m = map({ counts: Float32Array.from({ length: 12 }, (_, i) => i), exposure: Float32Array.from({ length: 12 }, (_, i) => (i === 0 ? 0 : 1)) })
  const scale = scaleOf(m, 'counts', 'dark')
  const colours = colourMap(m, scale, 'dark', '#23272f')
  expect(colours[0]).toBe(wordOf('#23272f'))
  m.exposure![0] = 1
  expect(colourMap(m, scale, 'dark', '#23272f')[0]).toBe(sequentialTable('inferno', 'dark')[0])
  expect(colours[11]).toBe(scale.table[Math.round(positionOnScale(scale, 11) * 255)])
})

it('keeps the scale of significance fixed and marks what is beyond it', () => {
  const m = map({ significance: Float32Array.from({ length: 12 }, (_, i) => [NaN, -9, -5, 0, 5, 9][i % 6]!) })
  const scale = scaleOf(m, 'significance', 'dark')
  expect([scale.low, scale.high]).toEqual([-5, 5])
  const [blank, below, low, zero, high, above] = colourMap(m, scale, 'dark', '#23272f')
  const table = divergingTable('dark')
  expect(blank).toBe(wordOf('#23272f'))
  expect(low).toBe(table[0])
  expect(high).toBe(table[255])
  expect(zero).toBe(table[128])
  expect(table.includes(above!)).toBe(false)
  expect(table.includes(below!)).toBe(false)
})

it('runs the scale of counts up to a round number, and one hot pixel does not darken the sky', () => {
  expect([0.9, 1, 1.1, 23, 480, 6_100].map(niceCeiling)).toEqual([1, 1, 2, 30, 500, 7000])
  const counts = new Float32Array(49_152).fill(4)
  counts[17] = 40_000
  expect(scaleOf(map({ counts, image: { ...image, nside: 64 } }), 'counts', 'dark').high).toBeLessThan(100)
  expect(scaleOf(map({}), 'counts', 'dark').high).toBe(1)
})

it('paints through the lookup', () => {
  const words = new Uint32Array(3)
  paint({ columns: 3, rows: 1, index: Int32Array.of(1, -1, 0) }, Uint32Array.of(7, 8), 9, words)
  expect([...words]).toEqual([8, 9, 7])
})

it('knows colours in both notations', () => {
  expect(wordOf('#ff8001')).toBe(0xff0180ff)
  expect(wordOf('rgb(255, 128, 1)')).toBe(0xff0180ff)
  expect(sequentialTable('inferno', 'light')[0]).not.toBe(sequentialTable('inferno', 'dark')[0])
})
