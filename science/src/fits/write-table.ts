import { HeavensError } from '@heavens/schemas'
import { partsOf } from './element-reader.js'
import { scatterElements, zeroFor } from './scatter-bytes.js'
import { ELEMENT_BYTES, parseFormat, type ColumnFormat } from './table-columns.js'
import type { CardInput, ColumnInput, HduInput, NumericArray } from './types.js'

type TableInput = Extract<HduInput, { kind: 'bintable' }>
type Planned = Pick<ColumnFormat, 'repeat' | 'code' | 'descriptor' | 'width'> & { input: ColumnInput; format: string; zero: number; offset: number }

/**
 * A binary table: its structural cards and its data, rows first and then the heap, without padding.
 * Throws `internal` for a column whose format or number of values does not fit.
 */
export function writeTable(table: TableInput): { structure: CardInput[]; fields: CardInput[]; data: Uint8Array<ArrayBuffer> } {
  const columns = plan(table)
  const stride = columns.reduce((sum, { width }) => sum + width, 0)
  const heap = heapLength(columns)
  const data = new Uint8Array(stride * table.rows + heap)
  const view = new DataView(data.buffer)
  let heapAt = 0
  for (const column of columns) {
    if (column.descriptor !== undefined) heapAt = writeArrays(view, column, table.rows, stride, heapAt)
    else if (column.code === 'A') writeTexts(data, column, table.rows, stride)
    else writeNumbers(view, column, table.rows, stride)
  }
  const structure: CardInput[] = [
    ['XTENSION', 'BINTABLE', 'binary table extension'],
    ['BITPIX', 8, 'bytes'],
    ['NAXIS', 2, 'rows and columns'],
    ['NAXIS1', stride, 'bytes in a row'],
    ['NAXIS2', table.rows, 'rows'],
    ['PCOUNT', heap, 'bytes of the heap'],
    ['GCOUNT', 1, 'one table'],
    ['TFIELDS', columns.length, 'columns'],
  ]
  return { structure, fields: columns.flatMap(fieldCards), data }
}

function plan(table: TableInput): Planned[] {
  let offset = 0
  return table.columns.map(input => {
    const parsed = parseFormat(input.format.trim().toUpperCase())
    if (parsed === undefined) throw refusal(input, `${JSON.stringify(input.format)} is not a format of a binary table`)
    const { values } = input
    const expected = parsed.descriptor !== undefined || parsed.code === 'A' ? table.rows : table.rows * parsed.repeat * partsOf(parsed.code)
    if (values.length !== expected) throw refusal(input, `${values.length} values for ${table.rows} rows of ${input.format}`)
    const sample: unknown = parsed.descriptor === undefined ? values : (values as readonly NumericArray[])[0]
    const planned = { ...parsed, input, format: formatText(input, parsed), zero: zeroFor(parsed.code, sample), offset }
    offset += parsed.width
    return planned
  })
}

/** A variable-length format names its longest row, as the standard recommends. */
function formatText(input: ColumnInput, { repeat, code, descriptor }: Pick<ColumnFormat, 'repeat' | 'code' | 'descriptor'>): string {
  if (descriptor === undefined) return `${repeat}${code}`
  let longest = 0
  for (const row of input.values as readonly NumericArray[]) longest = Math.max(longest, row.length / partsOf(code))
  return `${repeat}${descriptor}${code}(${longest})`
}

function fieldCards({ input, format, zero, code }: Planned, i: number): CardInput[] {
  const n = i + 1
  const cards: CardInput[] = [[`TTYPE${n}`, input.name, input.comment ?? ''], [`TFORM${n}`, format]]
  if (input.unit !== undefined && input.unit !== '') cards.push([`TUNIT${n}`, input.unit])
  if (zero !== 0) cards.push([`TSCAL${n}`, 1], [`TZERO${n}`, code === 'K' ? 2n ** 63n : zero, code === 'B' ? 'signed bytes' : 'unsigned integers'])
  if (input.dims !== undefined) cards.push([`TDIM${n}`, `(${input.dims.join(',')})`])
  if (input.tlmin !== undefined) cards.push([`TLMIN${n}`, input.tlmin])
  if (input.tlmax !== undefined) cards.push([`TLMAX${n}`, input.tlmax])
  return cards
}

function writeNumbers(view: DataView, { code, repeat, zero, offset, input }: Planned, rows: number, stride: number): void {
  const perRow = repeat * partsOf(code)
  const values = input.values as NumericArray
  for (let r = 0; r < rows; r++) scatterElements(view, r * stride + offset, code, values, r * perRow, perRow, zero, input.name)
}

/** Text, cut and padded with blanks to its width; a character beyond ASCII becomes `?`. */
function writeTexts(data: Uint8Array, { repeat, offset, input }: Planned, rows: number, stride: number): void {
  const texts = input.values as readonly string[]
  for (let r = 0; r < rows; r++) {
    const text = texts[r]!
    if (text.length > repeat) throw refusal(input, `${JSON.stringify(text)} is longer than ${repeat} characters`)
    for (let i = 0, at = r * stride + offset; i < repeat; i++, at++) {
      const code = i < text.length ? text.charCodeAt(i) : 32
      data[at] = code >= 32 && code < 127 ? code : 63
    }
  }
}

function byteLength(column: Planned, row: NumericArray): number {
  return column.code === 'X' ? Math.ceil(row.length / 8) : (row.length / partsOf(column.code)) * ELEMENT_BYTES[column.code]
}

function heapLength(columns: readonly Planned[]): number {
  let length = 0
  for (const column of columns) if (column.descriptor !== undefined) for (const row of column.input.values as readonly NumericArray[]) length += byteLength(column, row)
  return length
}

/** The rows of a variable-length column into the heap, and their descriptors into the table. Returns where the heap goes on. */
function writeArrays(view: DataView, column: Planned, rows: number, stride: number, heapAt: number): number {
  const { code, zero, offset, input, descriptor } = column
  const arrays = input.values as readonly NumericArray[]
  const heap = rows * stride
  let next = heapAt
  for (let r = 0; r < rows; r++) {
    const array = arrays[r]!
    if (zeroFor(code, array) !== zero && array.length > 0) throw refusal(input, 'its rows mix signed and unsigned arrays')
    const length = array.length / partsOf(code)
    const at = r * stride + offset
    if (descriptor === 'P') {
      if (next > 0x7fffffff) throw refusal(input, 'a heap of more than 2 GiB needs the format Q')
      view.setInt32(at, length)
      view.setInt32(at + 4, next)
    } else {
      view.setBigInt64(at, BigInt(length))
      view.setBigInt64(at + 8, BigInt(next))
    }
    scatterElements(view, heap + next, code, array, 0, array.length, zero, input.name)
    next += byteLength(column, array)
  }
  return next
}

function refusal(input: ColumnInput, reason: string): HeavensError {
  return new HeavensError('internal', { reason: `column ${input.name} cannot be written: ${reason}` })
}
