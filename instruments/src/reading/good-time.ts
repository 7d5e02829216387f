import { readTable, tableRows } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import { numericColumn } from './column.js'
import { spelledColumns } from './table-columns.js'

/** Good time intervals [start[i], stop[i]), TT seconds, ascending and disjoint. */
export interface Intervals {
  start: Float64Array
  stop: Float64Array
}

/**
 * The GTI extension of a file as ascending, disjoint intervals; overlapping and touching ones are joined, empty and
 * non-finite ones dropped. Undefined where the file has no GTI extension (a photon list cut out by a tool often has none).
 */
export async function goodTime(file: FitsFile, toTt: (x: number) => number): Promise<Intervals | undefined> {
  const hdu = file.hdu('GTI') ?? file.hdu('STDGTI')
  if (hdu === undefined || hdu.kind !== 'bintable') return undefined
  const names = spelledColumns(hdu, ['START', 'STOP'])
  const slice = await readTable(file, hdu, { columns: names, from: 0, to: tableRows(hdu) })
  const start = numericColumn(file, slice, 'START')
  const stop = numericColumn(file, slice, 'STOP')
  const pairs: { start: number; stop: number }[] = []
  for (let row = 0; row < slice.rows; row++) {
    const pair = { start: toTt(start[row]!), stop: toTt(stop[row]!) }
    if (Number.isFinite(pair.start) && Number.isFinite(pair.stop) && pair.stop > pair.start) pairs.push(pair)
  }
  return joinIntervals(pairs)
}

/** Intervals in any order → ascending and disjoint. */
export function joinIntervals(pairs: readonly { start: number; stop: number }[]): Intervals {
  const joined: { start: number; stop: number }[] = []
  for (const pair of [...pairs].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (last !== undefined && pair.start <= last.stop) last.stop = Math.max(last.stop, pair.stop)
    else joined.push({ ...pair })
  }
  return { start: Float64Array.from(joined, pair => pair.start), stop: Float64Array.from(joined, pair => pair.stop) }
}
