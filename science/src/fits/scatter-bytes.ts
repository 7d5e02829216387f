import { HeavensError } from '@heavens/schemas'
import type { ElementCode } from './table-columns.js'
import type { NumericArray } from './types.js'

/** Ranges of the integers a code can hold; with the unsigned convention moved by `zero`. */
const RANGES: Readonly<Partial<Record<ElementCode, readonly [number, number]>>> = { B: [0, 255], I: [-32768, 32767], J: [-2147483648, 2147483647] }

/** TZERO of the unsigned convention that an array needs in a column of this code, else 0. */
export function zeroFor(code: ElementCode, values: unknown): number {
  if (code === 'I' && values instanceof Uint16Array) return 32768
  if (code === 'J' && values instanceof Uint32Array) return 2147483648
  if (code === 'K' && values instanceof BigUint64Array) return 2 ** 63
  return code === 'B' && values instanceof Int8Array ? -128 : 0
}

/**
 * Writes elements big-endian: `perRow` of them, from `values[first]` on, to `view` at byte `at`.
 * Throws `internal` where a value does not fit its format; a value that would silently change is never written.
 */
export function scatterElements(view: DataView, at: number, code: ElementCode, values: NumericArray, first: number, perRow: number, zero: number, name: string): void {
  const refuse = (value: unknown): never => {
    throw new HeavensError('internal', { reason: `${String(value)} does not fit column ${name} of format ${code}` })
  }
  switch (code) {
    case 'L':
      for (let k = 0; k < perRow; k++) view.setUint8(at + k, values[first + k] === 255 ? 0 : Number(values[first + k]) === 0 ? 70 : 84)
      return
    case 'X':
      for (let k = 0; k < perRow; k++) if (Number(values[first + k]) !== 0) view.setUint8(at + (k >> 3), view.getUint8(at + (k >> 3)) | (128 >> (k & 7)))
      return
    case 'B':
    case 'I':
    case 'J': {
      const [low, high] = RANGES[code]!
      for (let k = 0; k < perRow; k++) {
        const value = Number(values[first + k]) - zero
        if (!(value >= low && value <= high) || !Number.isInteger(value)) refuse(values[first + k])
        if (code === 'B') view.setUint8(at + k, value)
        else if (code === 'I') view.setInt16(at + 2 * k, value)
        else view.setInt32(at + 4 * k, value)
      }
      return
    }
    case 'K':
      for (let k = 0; k < perRow; k++) {
        const value = values[first + k]!
        if (typeof value === 'number' && !Number.isSafeInteger(value)) refuse(value)
        const whole = BigInt(value) - (zero === 0 ? 0n : 2n ** 63n)
        if (BigInt.asIntN(64, whole) !== whole) refuse(value)
        view.setBigInt64(at + 8 * k, whole)
      }
      return
    case 'E':
    case 'C':
      for (let k = 0; k < perRow; k++) view.setFloat32(at + 4 * k, Number(values[first + k]))
      return
    case 'D':
    case 'M':
      for (let k = 0; k < perRow; k++) view.setFloat64(at + 8 * k, Number(values[first + k]))
      return
    case 'A':
      for (let k = 0; k < perRow; k++) view.setUint8(at + k, Number(values[first + k]))
  }
}
