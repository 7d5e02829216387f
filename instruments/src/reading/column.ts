import { HeavensError } from '@heavens/schemas'
import type { ColumnData, FitsFile, NumericArray, TableSlice } from '@heavens/science/fits'

/** A numeric column of a slice by name, in any case (`TIME`, `time`). Throws file-unusable where it is absent or holds text. */
export function numericColumn(file: FitsFile, slice: TableSlice, name: string): Exclude<NumericArray, BigInt64Array | BigUint64Array> {
  const column = columnNamed(slice, name)
  if (column === undefined) throw new HeavensError('file-unusable', { file: file.name, reason: `the column ${name} is missing` })
  const values = column.values
  if (Array.isArray(values) || values instanceof BigInt64Array || values instanceof BigUint64Array) {
    throw new HeavensError('file-unusable', { file: file.name, reason: `the column ${name} has the format ${column.format} and cannot be used as numbers` })
  }
  return values
}

/** A column of a slice by name in any case; undefined where it is absent. */
export function columnNamed(slice: TableSlice, name: string): ColumnData | undefined {
  const wanted = name.toLowerCase()
  return Object.values(slice.columns).find(column => column.name.trim().toLowerCase() === wanted)
}
