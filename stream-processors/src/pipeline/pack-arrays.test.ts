import { deserialize, serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { packArrays, unpackArrays } from './pack-arrays.js'

describe('packArrays', () => {
  const sky = new Uint32Array(10_000)
  sky[7] = 3
  sky[9999] = 1
  const stack = new Float64Array(64)
  stack.set([0, 2.5, NaN])
  const data = {
    sky, stack, zeros: new Float32Array(500), full: Float64Array.from({ length: 100 }, (_, i) => i + 0.5), short: Float64Array.of(0, 0),
    cells: [{ line: new Float64Array(32) }, { line: Float64Array.of(1) }], slots: new Map([[5, { exposure: new Float64Array(100), cells: [1, 2], none: null }]]), empty: new Uint8Array(0), name: 'x', n: NaN, none: undefined, list: [1, null, 2],
    focus: Array.from({ length: 50 }, (_, i) => ({ bins: i, sigma: 5, stack: Float64Array.of(0, i, 0, 0), place: i % 2 ? null : { ra: i }, room: new Float64Array(i < 30 ? 4 : 5) })),
    ragged: Array.from({ length: 20 }, (_, i) => (i === 7 ? { b: 1 } : { a: new Float32Array(20), b: 1 })),
  }

  it('gives back what it was given, through a serialisation', () => {
    expect(unpackArrays(deserialize(serialize(packArrays(data))))).toEqual(data)
  })

  it('leaves out zeros, and touches nothing', () => {
    expect(serialize(packArrays(data)).length).toBeLessThan(8000)
    expect(serialize(data).length).toBeGreaterThan(40_000)
    expect(data.sky).toHaveLength(10_000)
  })

  it('keeps arrays that are full as they are', () => {
    expect((packArrays(data) as typeof data).full).toBe(data.full)
  })
})
