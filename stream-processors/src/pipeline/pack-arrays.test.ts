import { deserialize, serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { captureArrays, packCaptured, unpackArrays } from './pack-arrays.js'

describe('packing captured arrays', () => {
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

  const packArrays = (value: unknown): Promise<unknown> => packCaptured(captureArrays(value))

  it('gives back what it was given, through a serialisation', async () => {
    expect(unpackArrays(deserialize(serialize(await packArrays(data))))).toEqual(data)
    expect(unpackArrays(captureArrays(data))).toEqual(data)
  })

  it('leaves out zeros, and touches nothing', async () => {
    expect(serialize(await packArrays(data)).length).toBeLessThan(8000)
    expect(serialize(data).length).toBeGreaterThan(40_000)
    expect(data.sky).toHaveLength(10_000)
  })

  it('keeps arrays that are full as they are', async () => {
    expect(((await packArrays(data)) as typeof data).full).toEqual(data.full)
  })

  it('does not see what is changed after the capture, wherever it lies', async () => {
    const before = structuredClone(data)
    const mine = structuredClone(data)
    const packed = packCaptured(captureArrays(mine))
    const spoil = (value: unknown): void => {
      if (ArrayBuffer.isView(value)) (value as Float64Array).fill(77)
      else if (value instanceof Map) {
        for (const part of value.values()) spoil(part)
        value.set(-1, 77)
      } else if (typeof value === 'object' && value !== null) {
        for (const [key, part] of Object.entries(value)) {
          if (typeof part === 'object' && part !== null) spoil(part)
          else (value as Record<string, unknown>)[key] = 77
        }
        if (Array.isArray(value)) value.push(77)
      }
    }
    spoil(mine)
    expect(mine).not.toEqual(before)
    expect(unpackArrays(await packed)).toEqual(before)
  })

  it('lets others go on while it packs', async () => {
    const large = Array.from({ length: 30 }, () => new Uint32Array(200_000))
    const captured = captureArrays(large)
    let turns = 0
    let packed = false
    const others = (async () => {
      for (; !packed; turns++) await new Promise((resolve) => setImmediate(resolve))
    })()
    await packCaptured(captured)
    packed = true
    await others
    expect(turns).toBeGreaterThan(10)
  })
})
