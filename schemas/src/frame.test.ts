import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrame, type FrameArray } from './frame.js'

const finite = { noNaN: true, noDefaultInfinity: true }
const array: fc.Arbitrary<FrameArray> = fc.oneof(
  fc.float64Array(), fc.float32Array(), fc.uint32Array(), fc.int32Array(), fc.uint16Array(), fc.int16Array(), fc.uint8Array(),
)
const arrays = fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/), array, { maxKeys: 5 })
const header = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/).filter((name) => name !== 'arrays'),
  fc.oneof(fc.string(), fc.double(finite), fc.boolean(), fc.constant(null), fc.array(fc.integer())),
)

describe('a frame', () => {
  it('gives back its header and its arrays, bit for bit', () => {
    fc.assert(fc.property(header, arrays, (h, a) => {
      const frame = decodeFrame<object>(encodeFrame(h, a))
      expect(frame.header).toEqual(JSON.parse(JSON.stringify(h)))
      expect(Object.keys(frame.arrays)).toEqual(Object.keys(a))
      for (const [name, values] of Object.entries(a)) {
        expect(frame.arrays[name]!.constructor).toBe(values.constructor)
        expect(bytesOf(frame.arrays[name]!)).toEqual(bytesOf(values))
      }
    }), { seed: 20261123, numRuns: 200 })
  })

  it('is read wherever it begins in a bigger buffer', () => {
    fc.assert(fc.property(arrays, fc.integer({ min: 0, max: 16 }), (a, offset) => {
      const bytes = encodeFrame({ n: 1 }, a)
      const bigger = new Uint8Array(offset + bytes.length + 5)
      bigger.set(bytes, offset)
      const frame = decodeFrame(bigger.subarray(offset, offset + bytes.length))
      for (const [name, values] of Object.entries(a)) expect(bytesOf(frame.arrays[name]!)).toEqual(bytesOf(values))
    }), { seed: 20261123, numRuns: 100 })
  })

  it('is read from a Node Buffer at an odd offset, whose slice() is a view and no copy', () => {
    const bytes = encodeFrame({}, { time: new Float64Array([1.5, -2]) })
    const message = Buffer.concat([Buffer.from([0]), bytes]).subarray(1)
    expect(message.byteOffset % 8).not.toBe(0)
    expect(decodeFrame(message).arrays.time).toEqual(new Float64Array([1.5, -2]))
  })

  it('does not copy arrays when it is aligned', () => {
    const bytes = encodeFrame({}, { time: new Float64Array([1]) })
    expect(decodeFrame(bytes).arrays.time!.buffer).toBe(bytes.buffer)
  })

  it('takes a view of an array for what the view shows', () => {
    const view = new Float64Array([0, 1, 2, 3]).subarray(1, 3)
    expect(decodeFrame(encodeFrame({}, { view })).arrays.view).toEqual(new Float64Array([1, 2]))
  })

  it('keeps text of any language in its header', () => {
    expect(decodeFrame(encodeFrame({ label: 'Schönbrunn ⟶ 蟹' }, {})).header).toEqual({ label: 'Schönbrunn ⟶ 蟹' })
  })

  it('has the layout that is documented', () => {
    const bytes = encodeFrame({ a: 1 }, { u: new Uint8Array([7]), t: new Float64Array([0.5]) })
    const view = new DataView(bytes.buffer)
    const header = view.getUint32(0, true)
    expect((4 + header) % 8).toBe(0)
    expect(new TextDecoder().decode(bytes.subarray(4, 4 + header)).trimEnd()).toBe('{"a":1,"arrays":[{"name":"u","type":"u8","length":1},{"name":"t","type":"f64","length":1}]}')
    expect(bytes[4 + header]).toBe(7)
    expect(view.getFloat64(4 + header + 8, true)).toBe(0.5)
    expect(bytes.length).toBe(4 + header + 16)
  })

  it('refuses a header field named arrays, which would be lost', () => {
    expect(() => encodeFrame({ arrays: 3 }, {})).toThrow(TypeError)
  })

  it('refuses an array of a type it does not carry', () => {
    expect(() => encodeFrame({}, { big: new BigInt64Array(1) as unknown as FrameArray })).toThrow(TypeError)
  })
})

describe('a malformed frame', () => {
  const good = encodeFrame({ a: 1 }, { time: new Float64Array([1, 2, 3]) })
  const withHeader = (json: string): Uint8Array => {
    const text = new TextEncoder().encode(json)
    const length = Math.ceil((text.length + 4) / 8) * 8 - 4
    const bytes = new Uint8Array(4 + length).fill(32)
    new DataView(bytes.buffer).setUint32(0, length, true)
    bytes.set(text, 4)
    return bytes
  }

  it.each([
    ['nothing at all', new Uint8Array(0)],
    ['too short for a header', new Uint8Array(7)],
    ['a header longer than the frame', new Uint8Array([255, 255, 0, 0, 0, 0, 0, 0])],
    ['a header that is not padded', new Uint8Array([2, 0, 0, 0, 123, 125, 0, 0])],
    ['a header that is not JSON', withHeader('{"a":')],
    ['a header that is no object', withHeader('7')],
    ['a null header', withHeader('null')],
    ['a header without arrays', withHeader('{"a":1}')],
    ['arrays that are no list', withHeader('{"arrays":{}}')],
    ['an array entry that is null', withHeader('{"arrays":[null]}')],
    ['an array without a name', withHeader('{"arrays":[{"type":"u8","length":0}]}')],
    ['an unknown type', withHeader('{"arrays":[{"name":"a","type":"f16","length":0}]}')],
    ['a type from the prototype', withHeader('{"arrays":[{"name":"a","type":"constructor","length":0}]}')],
    ['a negative length', withHeader('{"arrays":[{"name":"a","type":"u8","length":-1}]}')],
    ['a length that is no whole number', withHeader('{"arrays":[{"name":"a","type":"u8","length":0.5}]}')],
    ['a length that is no number', withHeader('{"arrays":[{"name":"a","type":"u8","length":"9"}]}')],
    ['an array past the end', withHeader('{"arrays":[{"name":"a","type":"f64","length":1}]}')],
    ['a frame cut short', good.subarray(0, good.length - 1)],
  ])('%s is refused', (_, bytes) => {
    expect(() => decodeFrame(bytes)).toThrow(RangeError)
  })

  it('cut or changed anywhere is read or refused with a RangeError, never anything else', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: good.length - 1 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: good.length }), (at, value, length) => {
      const bytes = good.slice(0, length)
      if (at < bytes.length) bytes[at] = value
      expect(outcome(bytes)).toMatch(/^(read|RangeError)$/)
    }), { seed: 20261123, numRuns: 2000 })
  })
})

function outcome(bytes: Uint8Array): string {
  try {
    decodeFrame(bytes)
    return 'read'
  } catch (error) {
    return (error as Error).constructor.name
  }
}

function bytesOf(array: FrameArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice()
}
