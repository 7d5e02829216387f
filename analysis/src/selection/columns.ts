import type { EventColumns } from '@heavens/schemas'

type Column = NonNullable<EventColumns[keyof EventColumns]>

const NAMES = ['time', 'channel', 'energy', 'detector', 'x', 'y', 'ra', 'dec', 'flags'] as const satisfies readonly (keyof EventColumns)[]

/** The same columns, each made by `make` from what was there; absent columns stay absent. */
function mapColumns(columns: EventColumns, make: (column: Column) => Column): EventColumns {
  const out: Record<string, Column> = {}
  for (const name of NAMES) {
    const column = columns[name]
    if (column !== undefined) out[name] = make(column)
  }
  return out as unknown as EventColumns
}

/** Views of rows [from, to): nothing is copied. */
export function sliceColumns(columns: EventColumns, from: number, to: number): EventColumns {
  return mapColumns(columns, (column) => column.subarray(from, to))
}

/** Copies of the rows at `rows`, in that order. */
export function takeRows(columns: EventColumns, rows: Uint32Array): EventColumns {
  return mapColumns(columns, (column) => {
    const out = new (column.constructor as new (length: number) => Column)(rows.length)
    for (let i = 0; i < rows.length; i++) out[i] = column[rows[i]!]!
    return out
  })
}

/** Indices below `length` that pass, ascending. */
export function rowsWhere(length: number, passes: (row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(length)
  let n = 0
  for (let row = 0; row < length; row++) if (passes(row)) rows[n++] = row
  return rows.slice(0, n)
}

/** All parts one after the other. A column that any part lacks is left out; no parts give an empty time column. */
export function joinColumns(parts: readonly EventColumns[]): EventColumns {
  const [first] = parts
  if (first === undefined) return { time: new Float64Array() }
  if (parts.length === 1) return first
  let rows = 0
  for (const part of parts) rows += part.time.length
  const out: Record<string, Column> = {}
  for (const name of NAMES) {
    const start = first[name]
    if (start === undefined || parts.some((part) => part[name] === undefined)) continue
    const column = new (start.constructor as new (length: number) => Column)(rows)
    let at = 0
    for (const part of parts) {
      column.set(part[name]!, at)
      at += part.time.length
    }
    out[name] = column
  }
  return out as unknown as EventColumns
}

/** Rows in ascending order of time; equal times keep their order. Columns that already ascend come back untouched. */
export function sortByTime(columns: EventColumns): EventColumns {
  const { time } = columns
  let ascending = true
  for (let i = 1; i < time.length && ascending; i++) ascending = time[i]! >= time[i - 1]!
  if (ascending) return columns
  const rows = new Uint32Array(time.length)
  for (let i = 0; i < rows.length; i++) rows[i] = i
  return takeRows(columns, rows.sort((a, b) => time[a]! - time[b]! || a - b))
}
