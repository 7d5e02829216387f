import { gather1, gather2, gather4, gather8, type Layout } from './swap-bytes.js'
import type { ColumnFormat, ElementCode } from './table-columns.js'
import type { NumericArray } from './types.js'

/** Collects the elements of one column or image, piece by piece, and scales them at the end. */
export interface ElementReader {
  /** elements of `layout` into the result, from element `at` on */
  gather(bytes: Uint8Array, layout: Layout, at: number): void
  finish(): NumericArray
}

type Scaling = Pick<ColumnFormat, 'code' | 'scale' | 'zero' | 'tnull'>

/** Numbers in one element: a complex one has a real and an imaginary part. */
export function partsOf(code: ElementCode): number {
  return code === 'C' || code === 'M' ? 2 : 1
}

/** Is this the convention for an unsigned integer (or, of bytes, a signed one): TSCAL = 1 and TZERO half the range? */
export function isUnsigned({ code, scale, zero }: Scaling): boolean {
  return scale === 1 && zero === ({ B: -128, I: 32768, J: 2147483648, K: 2 ** 63 } as Partial<Record<ElementCode, number>>)[code]
}

/** TNULL as it appears among the values that are handed out; undefined where there is none or its elements are NaN. */
export function visibleNull(scaling: Scaling): number | undefined {
  if (scaling.tnull === undefined || !'BIJK'.includes(scaling.code)) return undefined
  if (isUnsigned(scaling)) return scaling.tnull + scaling.zero
  return scaling.scale === 1 && scaling.zero === 0 ? scaling.tnull : undefined
}

/**
 * A reader of `count` elements of a code. L: 1, 0, or 255 for neither T nor F. X: one byte per bit, the first is the
 * highest. C and M: real and imaginary parts in turn, 2 · count numbers. Scaling other than the unsigned conventions gives float64.
 */
export function elementReader(scaling: Scaling, count: number): ElementReader {
  switch (scaling.code) {
    case 'A':
    case 'L':
    case 'X': {
      const values = new Uint8Array(count)
      if (scaling.code === 'X') return { gather: (bytes, layout, at) => gatherBits(bytes, layout, values, at), finish: () => values }
      return { gather: (bytes, layout, at) => gather1(bytes, layout, values, at), finish: () => (scaling.code === 'L' ? logicals(values) : values) }
    }
    case 'B': {
      const values = new Uint8Array(count)
      return { gather: (bytes, layout, at) => gather1(bytes, layout, values, at), finish: () => scaled(scaling, values, () => new Int8Array(flip(values, 0x80).buffer)) }
    }
    case 'I': {
      const values = new Int16Array(count)
      return { gather: (bytes, layout, at) => gather2(bytes, layout, values, at), finish: () => scaled(scaling, values, () => new Uint16Array(flip(values, 0x8000).buffer)) }
    }
    case 'J': {
      const values = new Int32Array(count)
      return { gather: (bytes, layout, at) => gather4(bytes, layout, values, at), finish: () => scaled(scaling, values, () => new Uint32Array(flip(values, 0x80000000).buffer)) }
    }
    case 'K': {
      const values = new BigInt64Array(count)
      const halves = new Int32Array(values.buffer)
      return { gather: (bytes, layout, at) => gather8(bytes, layout, halves, at), finish: () => scaled(scaling, values, () => unsigned64(values)) }
    }
    case 'E':
    case 'C': {
      const parts = partsOf(scaling.code)
      const values = new Float32Array(count * parts)
      const words = new Int32Array(values.buffer)
      return { gather: (bytes, layout, at) => gather4(bytes, { ...layout, perRow: layout.perRow * parts }, words, at * parts), finish: () => scaled(scaling, values) }
    }
    case 'D':
    case 'M': {
      const parts = partsOf(scaling.code)
      const values = new Float64Array(count * parts)
      const halves = new Int32Array(values.buffer)
      return { gather: (bytes, layout, at) => gather8(bytes, { ...layout, perRow: layout.perRow * parts }, halves, at * parts), finish: () => scaled(scaling, values) }
    }
  }
}

/** Toggling the highest bit adds half the range. */
function flip<T extends Uint8Array<ArrayBuffer> | Int16Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(values: T, bit: number): T {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! ^ bit
  return values
}

function unsigned64(values: BigInt64Array<ArrayBuffer>): BigUint64Array {
  const out = new BigUint64Array(values.buffer)
  for (let i = 0; i < out.length; i++) out[i] = out[i]! ^ 0x8000000000000000n
  return out
}

function scaled(scaling: Scaling, values: NumericArray, asUnsigned?: () => NumericArray): NumericArray {
  const { scale, zero, tnull } = scaling
  if (asUnsigned !== undefined && isUnsigned(scaling)) return asUnsigned()
  // A complex number is scaled as a whole by real TSCAL and TZERO; nothing known does that, and it stays as it is.
  if ((scale === 1 && zero === 0) || scaling.code === 'C' || scaling.code === 'M') return values
  const out = values instanceof Float64Array ? values : new Float64Array(values.length)
  const nulls = tnull !== undefined && 'BIJK'.includes(scaling.code)
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    for (let i = 0; i < out.length; i++) out[i] = nulls && Number(values[i]) === tnull ? NaN : Number(values[i]) * scale + zero
  } else if (nulls) {
    for (let i = 0; i < out.length; i++) out[i] = values[i] === tnull ? NaN : values[i]! * scale + zero
  } else {
    for (let i = 0; i < out.length; i++) out[i] = values[i]! * scale + zero
  }
  return out
}

function logicals(values: Uint8Array): Uint8Array {
  for (let i = 0; i < values.length; i++) values[i] = values[i] === 84 ? 1 : values[i] === 70 ? 0 : 255
  return values
}

function gatherBits(bytes: Uint8Array, { rows, stride, offset, perRow }: Layout, out: Uint8Array, at: number): void {
  let o = at
  for (let r = 0, p = offset; r < rows; r++, p += stride) for (let k = 0; k < perRow; k++) out[o++] = (bytes[p + (k >> 3)]! >> (7 - (k & 7))) & 1
}
