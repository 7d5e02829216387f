import { gather1, gather2, gather4, gather8, gatherDouble, refuseBeyondIntegers, type Layout } from './swap-bytes.js'
import type { ColumnFormat, ElementCode } from './table-columns.js'
import type { NumericArray } from './types.js'

/** Collects the elements of one column or image, block by block. */
export interface ElementReader {
  /** elements of `layout` to element `at` and on, scaled at once, while the block is in the cache; every element once */
  gather(view: DataView, layout: Layout, at: number): void
  readonly values: NumericArray
}

const HIGHEST_BIT = 0x80000000 | 0

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
 * Throws too-large from 2^30 elements on: read fewer rows at once.
 */
export function elementReader(scaling: Scaling, count: number): ElementReader {
  const { code, scale, zero } = scaling
  refuseBeyondIntegers('what is read at once', 2 * count)
  // A complex number would be scaled as a whole; nothing known does that, and it stays as it is.
  const parts = partsOf(code)
  if (parts === 2) {
    const reader = elementReader({ code: code === 'C' ? 'E' : 'D', scale: 1, zero: 0, tnull: undefined }, 2 * count)
    return { values: reader.values, gather: (view, layout, at) => reader.gather(view, { ...layout, perRow: 2 * layout.perRow }, 2 * at) }
  }
  if ((scale === 1 && zero === 0) || code === 'L' || code === 'X' || code === 'A') return plainReader(code, count)
  if (isUnsigned(scaling)) return unsignedReader(code, count)
  return code === 'D' ? scaledDoubles(count, scale, zero) : scaledReader(scaling, count)
}

function plainReader(code: ElementCode, count: number): ElementReader {
  switch (code) {
    case 'I': {
      const values = new Int16Array(count)
      return { values, gather: (view, layout, at) => gather2(view, layout, values, at) }
    }
    case 'J':
    case 'E': {
      const values = code === 'J' ? new Int32Array(count) : new Float32Array(count)
      const words = new Int32Array(values.buffer)
      return { values, gather: (view, layout, at) => gather4(view, layout, words, at) }
    }
    case 'K': {
      const values = new BigInt64Array(count)
      const halves = new Int32Array(values.buffer)
      return { values, gather: (view, layout, at) => gather8(view, layout, halves, at) }
    }
    case 'D': {
      const values = new Float64Array(count)
      return { values, gather: (view, layout, at) => gatherDouble(view, layout, values, at) }
    }
    case 'X': {
      const values = new Uint8Array(count)
      return { values, gather: (view, layout, at) => gatherBits(view, layout, values, at) }
    }
    case 'L': {
      const values = new Uint8Array(count)
      return {
        values,
        gather: (view, layout, at) => {
          gather1(view, layout, values, at)
          for (let i = at, end = at + layout.rows * layout.perRow; i < end; i++) values[i] = values[i] === 84 ? 1 : values[i] === 70 ? 0 : 255
        },
      }
    }
    default: {
      const values = new Uint8Array(count)
      return { values, gather: (view, layout, at) => gather1(view, layout, values, at) }
    }
  }
}

/** Unsigned integers, or signed bytes: the stored number with its highest bit turned over. */
function unsignedReader(code: ElementCode, count: number): ElementReader {
  if (code === 'B') {
    const values = new Int8Array(count)
    const bytes = new Uint8Array(values.buffer)
    return { values, gather: (view, layout, at) => gather1(view, layout, bytes, at, 0x80) }
  }
  if (code === 'I') {
    const values = new Uint16Array(count)
    const words = new Int16Array(values.buffer)
    return { values, gather: (view, layout, at) => gather2(view, layout, words, at, 0x8000) }
  }
  const values = code === 'J' ? new Uint32Array(count) : new BigUint64Array(count)
  const words = new Int32Array(values.buffer)
  const take = code === 'J' ? gather4 : gather8
  return { values, gather: (view, layout, at) => take(view, layout, words, at, HIGHEST_BIT) }
}

function scaledDoubles(count: number, scale: number, zero: number): ElementReader {
  const values = new Float64Array(count)
  // x · 1 is x: without TSCAL only the shift is left, as for event times with TZERO.
  if (scale === 1) return { values, gather: (view, layout, at) => gatherDouble(view, layout, values, at, zero) }
  return {
    values,
    gather: (view, layout, at) => {
      gatherDouble(view, layout, values, at)
      for (let i = at, end = at + layout.rows * layout.perRow; i < end; i++) values[i] = values[i]! * scale + zero
    },
  }
}

function scaledReader(scaling: Scaling, count: number): ElementReader {
  const { code, scale, zero, tnull } = scaling
  const values = new Float64Array(count)
  const nulls = tnull !== undefined && 'BIJK'.includes(code)
  let raw = plainReader(code, 0)
  return {
    values,
    gather: (view, layout, at) => {
      const length = layout.rows * layout.perRow
      if (raw.values.length < length) raw = plainReader(code, length)
      raw.gather(view, layout, 0)
      for (let i = 0; i < length; i++) {
        const value = Number(raw.values[i])
        values[at + i] = nulls && value === tnull ? NaN : value * scale + zero
      }
    },
  }
}

function gatherBits(view: DataView, { rows, stride, offset, perRow }: Layout, out: Uint8Array, at: number): void {
  let o = at
  for (let r = 0, p = offset; r < rows; r++, p += stride) for (let k = 0; k < perRow; k++) out[o++] = (view.getUint8(p + (k >> 3)) >> (7 - (k & 7))) & 1
}
