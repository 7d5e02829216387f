import { readTable, tableRows } from '@heavens/science/fits'
import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import { joinPieces } from './join-pieces.js'
import { type CurveTable, curvesOf, isCurveTable } from './read-curves.js'
import { numbers } from './read-product.js'

/** A file of light curves whose bins are read when they are wanted. */
export interface CurveFile {
  /** curves as they are called, in the order of the file, with what the first bins say of them; without bins of their own */
  curves: readonly CurveTable[]
  /** start of the first bin and end of the last, in the clock of the file [s] */
  start: number
  stop: number
  /** widest bin of the first curve, which is shown at first [s] */
  width: number
  /** bins of the longest curve */
  rows: number
  /**
   * Bins that touch [from, to] (s in the clock of the file), joined to bins of `width` from `start` where that is wider than their own.
   *
   * @param told  share of the rows that have been read, now and then
   */
  read(from: number, to: number, width: number, told?: (share: number) => void): Promise<CurveTable[]>
}

/** Rows that are read at once. */
const PIECE = 2 ** 15
/** Rows from which the names and units of curves are known. */
const FIRST = 16

/** Open the light curves of a file: headers and the first and last rows are read, no more. Null where it holds none. */
export async function openCurves(file: FitsFile): Promise<CurveFile | null> {
  const tables = file.hdus.filter(isCurveTable)
  const heads = await Promise.all(tables.map(async (hdu) => curvesOf(hdu, await readTable(file, hdu, { to: FIRST }))))
  const used = tables.flatMap((hdu, i) => (heads[i]!.length ? [{ hdu, head: heads[i]!, rows: tableRows(hdu) }] : []))
  if (used.length === 0) return null
  const ends = await Promise.all(used.filter((t) => t.rows > 0).map(async ({ hdu, rows }) => [curvesOf(hdu, await readTable(file, hdu, { to: 1 }))[0]!, curvesOf(hdu, await readTable(file, hdu, { from: rows - 1 }))[0]!] as const))
  const start = Math.min(...ends.map(([first]) => first.time[0]! - first.width[0]! / 2))
  const stop = Math.max(...ends.map(([, last]) => last.time[0]! + last.width[0]! / 2))
  // A file may have a curve of whole runs behind that of bins.
  const width = used[0]!.head[0]!.width.reduce((a, b) => Math.max(a, b), 0)
  return {
    curves: used.flatMap((t) => t.head), start, stop, width: Number(width.toPrecision(6)), rows: Math.max(...used.map((t) => t.rows)),
    async read(from, to, wanted, told) {
      const out: CurveTable[] = []
      const bounds = await Promise.all(used.map(async ({ hdu, rows }) => [await rowAt(file, hdu, rows, from), Math.min(rows, await rowAt(file, hdu, rows, to) + 1)] as const))
      const all = bounds.reduce((sum, [a, b]) => sum + b - a, 0)
      let done = 0
      for (const [k, { hdu, head }] of used.entries()) {
        const [first, last] = bounds[k]!
        const joined = head.map((curve) => joinPieces(curve, wanted, start))
        for (let row = first; row < last; row += PIECE) {
          const next = Math.min(last, row + PIECE)
          curvesOf(hdu, await readTable(file, hdu, { from: row, to: next })).forEach((piece, i) => joined[i]!.add(piece))
          told?.((done += next - row) / all)
        }
        out.push(...joined.map((j) => j.finish()))
      }
      return out
    },
  }
}

/** The last row whose middle is not after a time; 0 where all are. Times rise. */
async function rowAt(file: FitsFile, hdu: FitsHdu, rows: number, time: number): Promise<number> {
  let [low, high] = [0, Math.max(0, rows - 1)]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const { columns } = await readTable(file, hdu, { columns: ['TIME'], from: middle, to: middle + 1 })
    if (numbers(columns['TIME']!.values)[0]! <= time) low = middle
    else high = middle - 1
  }
  return low
}
