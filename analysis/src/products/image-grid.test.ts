import fc from 'fast-check'
import { expect, it } from 'vitest'
import { imageGrid } from './image-grid.js'

it('finds the pixel that the rounded coordinates name, on edges, far away and around the pole too', () => {
  const near = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -40, max: 40, noNaN: true }))
  const dec0 = fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(-90, -84.9, 0, 84.9, 90))
  fc.assert(fc.property(fc.constantFrom('TAN', 'TAN', 'SIN', 'ZEA'), fc.double({ min: 0, max: 360, noNaN: true }), dec0, fc.constantFrom(1e-7, 1e-4, 0.01, 0.1, 1), fc.array(fc.tuple(near, near, fc.constantFrom(-360, 0, 360, NaN))), (projection, ra, dec, pixel, places) => {
    const side = 101
    const [at, cells] = [new Float64Array(2), new Int32Array(1)]
    const grid = imageGrid(projection as 'TAN', { ra, dec }, pixel, side)
    for (const [l, b, turns] of places) {
      // Where pixels meet, and places given as float32, as those of photons are.
      const edge = grid.skyOf(Math.round(l * 50) + 0.5, Math.round(b * 50) + 49.5)
      for (const place of [[ra + l * pixel * 50 + turns, Math.max(-90, Math.min(90, dec + b * pixel * 50))], [Math.fround(ra + l), Math.fround(Math.max(-90, Math.min(90, dec + b)))], ...(edge === undefined ? [] : [edge])] as [number, number][]) {
        const [x, y] = grid.pixelInto(...place, at) ? [Math.round(at[0]!), Math.round(at[1]!)] : [-1, -1]
        grid.cellsOf([place[0]], [place[1]], Uint32Array.of(0), 1, cells)
        expect(cells[0]).toBe(x >= 0 && y >= 0 && x < side && y < side ? y * side + x : -1)
      }
    }
  }), { numRuns: 3000 })
})
