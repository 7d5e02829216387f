type Numbers = Float64Array | Float32Array | Uint32Array | Int32Array | Uint16Array | Int16Array | Uint8Array

/** A typed array of which only what is not zero is kept: `values` lie at `at`, or from the beginning on where that is null. */
interface PackedArray {
  packedArray: true
  length: number
  at: Uint32Array | null
  values: Numbers
}

/** Many objects with the same keys, kept by column: numbers, or typed arrays one behind the other with the length of each. */
interface PackedRows {
  packedRows: true
  count: number
  columns: { key: string; kind: 'numbers' | 'arrays' | 'others'; values: unknown; lengths?: unknown }[]
}

/** Arrays shorter than this are not worth it. */
const LEAST = 16
/** Elements that are looked through before others may go on; a millisecond or two. */
const STEP = 1 << 18

/**
 * A copy of plain data that later changes do not reach, many small objects already by column: the part of `packArrays` that must see one moment. It copies memory and
 * looks at no element, so that it takes milliseconds for tens of megabytes.
 */
export function captureArrays(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return (value as Numbers).slice()
  if (Array.isArray(value) && value.length >= LEAST && isPlain(value[0])) return captureRows(value as Record<string, unknown>[])
  return mapped(value, captureArrays)
}

/**
 * What `captureArrays` gave, with typed arrays made short: maps of the sky are mostly zeros, and stacks have room that is not used. −0 becomes 0 where an array is
 * packed. Others may go on between its steps.
 */
export async function packCaptured(captured: unknown): Promise<unknown> {
  const steps = packing(captured, { elements: 0 })
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The data that were captured, of what `packCaptured` or `captureArrays` gave. */
export function unpackArrays(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return value
  if (isPackedArray(value)) return unpackOne(value)
  return isPackedRows(value) ? unpackRows(value) : mapped(value, unpackArrays)
}

function* packing(value: unknown, seen: { elements: number }): Generator<void, unknown> {
  if (seen.elements > STEP) {
    seen.elements = 0
    yield
  }
  seen.elements++
  if (ArrayBuffer.isView(value)) {
    seen.elements += (value as Numbers).length
    return packOne(value as Numbers)
  }
  if (isPackedRows(value)) {
    const columns: PackedRows['columns'] = []
    for (const column of value.columns) columns.push({ ...column, values: yield* packing(column.values, seen) })
    return { ...value, columns }
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    if (value.every((part) => typeof part !== 'object')) return value
    const out: unknown[] = []
    for (const part of value) out.push(yield* packing(part, seen))
    return out
  }
  if (value instanceof Map) {
    const out = new Map<unknown, unknown>()
    for (const [key, part] of value) out.set(key, yield* packing(part, seen))
    return out
  }
  const out: Record<string, unknown> = {}
  for (const [key, part] of Object.entries(value)) out[key] = yield* packing(part, seen)
  return out
}

function captureRows(rows: readonly Record<string, unknown>[]): unknown {
  const keys = Object.keys(rows[0]!)
  for (const row of rows) if (!isPlain(row) || !sameKeys(row, keys)) return rows.map(captureArrays)
  const columns = keys.map((key) => numbersOf(rows, key) ?? arraysOf(rows, key) ?? { key, kind: 'others' as const, values: rows.map((row) => captureArrays(row[key])) })
  return { packedRows: true, count: rows.length, columns } satisfies PackedRows
}

/** A column of numbers; undefined where something else is among them. */
function numbersOf(rows: readonly Record<string, unknown>[], key: string): PackedRows['columns'][number] | undefined {
  const values = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    const value = rows[i]![key]
    if (typeof value !== 'number') return undefined
    values[i] = value
  }
  return { key, kind: 'numbers', values }
}

/** A column of typed arrays of one kind; undefined where something else is among them. */
function arraysOf(rows: readonly Record<string, unknown>[], key: string): PackedRows['columns'][number] | undefined {
  const first = rows[0]![key]
  if (!ArrayBuffer.isView(first)) return undefined
  const lengths = new Float64Array(rows.length)
  let total = 0
  for (let i = 0; i < rows.length; i++) {
    const value = rows[i]![key]
    if (!isAlike(value, first as Numbers)) return undefined
    total += lengths[i] = (value as Numbers).length
  }
  const all = alike(first as Numbers, total)
  for (let i = 0, at = 0; i < rows.length; i++) {
    const value = rows[i]![key] as Numbers
    // Faster than set() for the few elements that each has.
    for (let k = 0; k < value.length; k++) all[at++] = value[k]!
  }
  return { key, kind: 'arrays', values: all, lengths: lengths.every((n) => n === lengths[0]) ? lengths[0] : lengths }
}

function unpackRows({ count, columns }: PackedRows): Record<string, unknown>[] {
  const rows = Array.from({ length: count }, (): Record<string, unknown> => ({}))
  for (const { key, kind, values, lengths } of columns) {
    const all = unpackArrays(values) as Numbers | unknown[]
    for (let i = 0, at = 0; i < count; i++) {
      const length = kind !== 'arrays' ? 1 : typeof lengths === 'number' ? lengths : (lengths as Float64Array)[i]!
      rows[i]![key] = kind === 'arrays' ? (all as Numbers).slice(at, at + length) : all[i]
      at += length
    }
  }
  return rows
}

function unpackOne({ length, at, values }: PackedArray): Numbers {
  const whole = alike(values, length)
  if (at) for (let i = 0; i < at.length; i++) whole[at[i]!] = values[i]!
  else whole.set(values)
  return whole
}

function packOne(array: Numbers): Numbers | PackedArray {
  const { length } = array
  if (length < LEAST) return array
  let full = 0
  let end = 0
  for (let i = 0; i < length; i++) {
    if (array[i] === 0) continue
    full++
    end = i + 1
  }
  const { BYTES_PER_ELEMENT } = array
  if (full * (BYTES_PER_ELEMENT + 4) < 0.8 * end * BYTES_PER_ELEMENT) {
    const at = new Uint32Array(full)
    for (let i = 0, k = 0; i < end; i++) if (array[i] !== 0) at[k++] = i
    return { packedArray: true, length, at, values: takeAt(array, at) }
  }
  return end < 0.8 * length ? { packedArray: true, length, at: null, values: array.slice(0, end) } : array
}

function takeAt(array: Numbers, at: Uint32Array): Numbers {
  const values = alike(array, at.length)
  for (let i = 0; i < at.length; i++) values[i] = array[at[i]!]!
  return values
}

function alike(array: Numbers, length: number): Numbers {
  return new (array.constructor as new (n: number) => Numbers)(length)
}

function isPackedArray(value: unknown): value is PackedArray {
  return typeof value === 'object' && value !== null && 'packedArray' in value
}

function isPackedRows(value: unknown): value is PackedRows {
  return typeof value === 'object' && value !== null && 'packedRows' in value
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function sameKeys(row: Record<string, unknown>, keys: readonly string[]): boolean {
  let i = 0
  for (const key in row) if (key !== keys[i++]) return false
  return i === keys.length
}

function isAlike(value: unknown, first: Numbers): boolean {
  return ArrayBuffer.isView(value) && value.constructor === first.constructor
}

function mapped(value: unknown, change: (part: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((part: unknown) => (typeof part === 'object' ? change(part) : part))
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, change(part)]))
  const out: Record<string, unknown> = {}
  for (const [key, part] of Object.entries(value)) out[key] = typeof part === 'object' ? change(part) : part
  return out
}
