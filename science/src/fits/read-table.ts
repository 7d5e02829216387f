import { HeavensError } from '@heavens/schemas'
import { damaged } from './damage.js'
import { elementReader, visibleNull } from './element-reader.js'
import { readExactly } from './read-exactly.js'
import { gatherDescriptors, noDescriptors, readHeap } from './read-heap.js'
import { readTexts } from './read-texts.js'
import { viewOf, type Layout } from './swap-bytes.js'
import { tableColumns, tableRows, type ColumnFormat } from './table-columns.js'
import type { ColumnData, FitsFile, FitsHdu, TableSlice } from './types.js'

export interface ReadTableOptions {
  /** names in any case; all columns where absent */
  columns?: readonly string[]
  /** rows [from, to), cut to what the table has */
  from?: number
  to?: number
}

/** Bytes of rows read at once, and taken apart at once: the second stays in the cache until every column has been there. */
const PIECE = 4 * 2 ** 20
const BLOCK = 2 ** 18
const MOST_EMPTY_ROWS = 2 ** 20

/**
 * Rows [from, to) of a binary table; nothing but these rows and their part of the heap is read from the source.
 *
 * The slice's record is keyed by the names asked for; without a list by the header's names, where a name that stands
 * twice gets `#<n>` behind it the second time. Text columns give one string per row. Complex columns give 2 · repeat numbers per row.
 *
 * Throws file-unusable (a wanted column is missing), fits-truncated, fits-damaged, fits-unsupported (ASCII tables, tile compression).
 */
export async function readTable(file: FitsFile, hdu: FitsHdu, options: ReadTableOptions = {}): Promise<TableSlice> {
  const total = tableRows(hdu)
  const from = Math.min(total, Math.max(0, Math.floor(options.from ?? 0)))
  const to = Math.min(total, Math.max(from, Math.floor(options.to ?? total)))
  const rows = to - from
  const stride = hdu.header.number('NAXIS1', 0)
  // Rows without bytes cost the file nothing, but the reader memory.
  if (stride === 0 && rows > MOST_EMPTY_ROWS) throw damaged(file.name, `${hdu.name} has ${rows} rows of no bytes`)
  const collectors = chooseColumns(file, hdu, options.columns).map(([key, column]) => [key, collector(file, hdu, column, rows)] as const)
  const [rowsRead, rowsTaken] = [PIECE, BLOCK].map(size => Math.max(4, Math.floor(size / Math.max(1, stride)))) as [number, number]
  for (let row = 0; row < rows && collectors.length > 0 && stride > 0; row += rowsRead) {
    const count = Math.min(rowsRead, rows - row)
    const bytes = await readExactly(file, hdu.dataOffset + (from + row) * stride, count * stride, `rows of ${hdu.name}`)
    const view = viewOf(bytes)
    for (let first = 0; first < count; first += rowsTaken) {
      const block = { view, bytes, first, rows: Math.min(rowsTaken, count - first), stride }
      for (const [, { take }] of collectors) take(block, row + first)
    }
  }
  const columns: [string, ColumnData][] = []
  for (const [key, { finish }] of collectors) columns.push([key, await finish()])
  return { from, rows, columns: Object.fromEntries(columns) }
}

function chooseColumns(file: FitsFile, hdu: FitsHdu, wanted: readonly string[] | undefined): [key: string, column: ColumnFormat][] {
  const present = tableColumns(hdu, file.name)
  if (wanted !== undefined) {
    return wanted.map(name => {
      const column = present.find(other => other.name.toLowerCase() === name.trim().toLowerCase())
      if (column === undefined) throw new HeavensError('file-unusable', { file: file.name, reason: `${hdu.name} has no column ${name}; it has ${present.map(other => other.name).join(', ')}` })
      return [name, column]
    })
  }
  const taken = new Set<string>()
  return present.map(column => {
    const key = taken.has(column.name) ? `${column.name}#${column.index}` : column.name
    taken.add(key)
    return [key, column]
  })
}

/** Rows of the table from row `first` of the bytes that were read. */
interface Block {
  view: DataView
  bytes: Uint8Array
  first: number
  rows: number
  stride: number
}

interface Collector {
  /** `row`: of the slice, where the block's rows go */
  take(block: Block, row: number): void
  finish(): Promise<ColumnData>
}

function collector(file: FitsFile, hdu: FitsHdu, column: ColumnFormat, rows: number): Collector {
  const { name, unit, format, repeat, dims, offset } = column
  const described = { name, unit, format, repeat, dims }
  const layout = ({ first, rows: count, stride }: Block): Layout => ({ rows: count, stride, offset: first * stride + offset, perRow: repeat })
  const tnull = visibleNull(column)
  const nulls = tnull === undefined ? {} : { tnull }
  if (column.descriptor !== undefined) {
    const descriptors = noDescriptors(rows)
    return {
      take: (block, row) => gatherDescriptors(block.view, column, layout(block), descriptors, row),
      finish: async () => ({ ...described, ...(await readHeap(file, hdu, column, descriptors)), ...nulls }),
    }
  }
  if (column.code === 'A') {
    const values: string[] = Array.from({ length: rows }, () => '')
    return { take: (block, row) => readTexts(block.bytes, layout(block), values, row), finish: async () => ({ ...described, values }) }
  }
  const reader = elementReader(column, rows * repeat)
  return {
    take: (block, row) => reader.gather(block.view, layout(block), row * repeat),
    finish: async () => ({ ...described, values: reader.values, ...nulls }),
  }
}
