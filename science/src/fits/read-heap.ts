import { damaged } from './damage.js'
import { elementReader, partsOf } from './element-reader.js'
import { readExactly } from './read-exactly.js'
import { readTexts } from './read-texts.js'
import { gather4, gather8, viewOf, type Layout } from './swap-bytes.js'
import { ELEMENT_BYTES, type ColumnFormat } from './table-columns.js'
import type { FitsFile, FitsHdu, NumericArray } from './types.js'

/** Heap bytes read at once, and the gap between two rows that is read along rather than left out. */
const PIECE = 8 * 2 ** 20
const GAP = 2 ** 16
/** Rows may share bytes of the heap, but not so that a small file unfolds into gigabytes. */
const LARGEST_SHARED = 2 ** 28

/** Descriptors of a variable-length column: elements and byte offset in the heap, one pair for each row. */
export interface Descriptors {
  counts: Float64Array
  starts: Float64Array
}

/** Descriptors of `rows` rows, to be filled: all empty. */
export function noDescriptors(rows: number): Descriptors {
  return { counts: new Float64Array(rows), starts: new Float64Array(rows) }
}

/** Takes the descriptors of some rows (FITS 4.0, section 7.3.5) into `into`, from row `at` on. */
export function gatherDescriptors(view: DataView, column: ColumnFormat, layout: Layout, into: Descriptors, at: number): void {
  if (column.repeat === 0) return
  const pairs = { ...layout, perRow: 2 }
  if (column.descriptor === 'P') {
    const words = new Int32Array(2 * layout.rows)
    gather4(view, pairs, words, 0)
    for (let r = 0; r < layout.rows; r++) {
      // Heaps of 2 to 4 GiB exist: the offset counts as unsigned.
      into.counts[at + r] = words[2 * r]!
      into.starts[at + r] = words[2 * r + 1]! >>> 0
    }
    return
  }
  const words = new BigInt64Array(2 * layout.rows)
  gather8(view, pairs, new Int32Array(words.buffer), 0)
  for (let r = 0; r < layout.rows; r++) {
    into.counts[at + r] = Number(words[2 * r])
    into.starts[at + r] = Number(words[2 * r + 1])
  }
}

/**
 * The elements the descriptors point at: row r is values[offsets[r] … offsets[r + 1]); text: one string per row.
 * Throws fits-damaged where a descriptor points outside the heap.
 */
export async function readHeap(file: FitsFile, hdu: FitsHdu, column: ColumnFormat, { counts, starts }: Descriptors): Promise<{ values: NumericArray | string[]; offsets: Uint32Array }> {
  const table = hdu.header.number('NAXIS1') * hdu.header.number('NAXIS2')
  const heap = hdu.header.number('THEAP', table)
  const size = hdu.dataLength - heap
  if (heap < table || size < 0) throw damaged(file.name, `THEAP = ${heap} of ${hdu.name} lies outside its data`)
  const rows = counts.length
  const byteLength = (r: number): number => (column.code === 'X' ? Math.ceil(counts[r]! / 8) : counts[r]! * ELEMENT_BYTES[column.code])
  const offsets = new Uint32Array(rows + 1)
  let total = 0
  let bytesOfRows = 0
  for (let r = 0; r < rows; r++) {
    if (counts[r]! < 0 || (counts[r]! > 0 && (starts[r]! < 0 || starts[r]! + byteLength(r) > size))) {
      throw damaged(file.name, `column ${column.name} of ${hdu.name}: an array of ${counts[r]} elements at byte ${starts[r]} does not lie in the heap of ${size} bytes`)
    }
    total += counts[r]!
    bytesOfRows += byteLength(r)
    if (bytesOfRows > Math.max(size, LARGEST_SHARED)) throw damaged(file.name, `the rows of column ${column.name} of ${hdu.name} hold more bytes than its heap of ${size}`)
    offsets[r + 1] = total
  }
  const reader = column.code === 'A' ? undefined : elementReader(column, total)
  const texts: string[] = []
  for (let r = 0; r < rows; ) {
    const begin = starts[r]!
    let end = begin + byteLength(r)
    let last = r + 1
    // Rows that follow each other in the heap are read together, also with the rows of another column between them, as
    // writers that go row by row leave them. Where an empty row points to does not matter.
    for (; last < rows && end - begin < PIECE; last++) {
      if (counts[last] === 0) continue
      if (end === begin || starts[last]! < begin || starts[last]! > end + GAP) break
      end = Math.max(end, starts[last]! + byteLength(last))
    }
    const bytes = end > begin ? await readExactly(file, hdu.dataOffset + heap + begin, end - begin, `the heap of ${hdu.name}`) : new Uint8Array(0)
    const view = viewOf(bytes)
    for (; r < last; r++) {
      const layout = { rows: 1, stride: 0, offset: counts[r] === 0 ? 0 : starts[r]! - begin, perRow: counts[r]! }
      if (reader === undefined) readTexts(bytes, layout, texts, r)
      else if (counts[r]! > 0) reader.gather(view, layout, offsets[r]!)
    }
  }
  if (reader === undefined) return { values: texts, offsets: Uint32Array.from({ length: rows + 1 }, (_, r) => r) }
  if (partsOf(column.code) === 2) for (let r = 0; r <= rows; r++) offsets[r] = 2 * offsets[r]!
  return { values: reader.values, offsets }
}
