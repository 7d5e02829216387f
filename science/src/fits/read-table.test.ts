import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, readImage, readTable, tableColumns, tableRows, writeFits } from './index.js'
import type { ByteSource, CardInput, ColumnInput, FitsFile, TableSlice } from './index.js'

async function tableOf(rows: number, columns: readonly ColumnInput[], cards: readonly CardInput[] = []): Promise<FitsFile> {
  return openFits(bytesSource(writeFits([{ kind: 'bintable', name: 'T', rows, columns, cards }])), 't.fits')
}

async function read(file: FitsFile, options = {}): Promise<TableSlice> {
  return readTable(file, file.hdus[1]!, options)
}

/** A source that notes what is asked of it. */
function watched(bytes: Uint8Array): ByteSource & { asked: [offset: number, length: number][] } {
  const asked: [number, number][] = []
  const inner = bytesSource(bytes)
  return { size: bytes.length, asked, read: (offset, length) => (asked.push([offset, length]), inner.read(offset, length)) }
}

describe('columns of a table', () => {
  it('are described with their place, in order', async () => {
    const file = await tableOf(2, [
      { name: 'TIME', format: 'D', unit: 's', values: new Float64Array(2) },
      { name: 'BITS', format: '11X', values: new Uint8Array(22) },
      { name: 'GRID', format: '6E', dims: [3, 2], values: new Float32Array(12) },
      { name: 'LIST', format: '1QJ', values: [Int32Array.of(1), Int32Array.of()] },
    ])
    const hdu = file.hdus[1]!
    expect(tableRows(hdu)).toBe(2)
    expect(tableRows(file.hdus[0]!)).toBe(0)
    expect(tableColumns(hdu).map(({ index, name, unit, format, code, repeat, offset, width, dims, descriptor }) => [index, name, unit, format, code, repeat, offset, width, dims, descriptor])).toEqual([
      [1, 'TIME', 's', '1D', 'D', 1, 0, 8, undefined, undefined],
      [2, 'BITS', '', '11X', 'X', 11, 8, 2, undefined, undefined],
      [3, 'GRID', '', '6E', 'E', 6, 10, 24, [3, 2], undefined],
      [4, 'LIST', '', '1QJ(1)', 'J', 1, 34, 16, undefined, 'Q'],
    ])
  })

  it('are found in any case, and come under the name that was asked for', async () => {
    const file = await tableOf(1, [{ name: 'Time', format: 'D', values: Float64Array.of(7) }])
    const { columns } = await read(file, { columns: ['TIME'] })
    expect(columns['TIME']).toMatchObject({ name: 'Time', values: Float64Array.of(7) })
    expect(file.hdu('t')).toBe(file.hdus[1])
    expect(file.hdu('primary')).toBe(file.hdus[0])
    expect(file.hdu('absent')).toBeUndefined()
  })

  it('with the same name do not hide each other', async () => {
    const file = await tableOf(1, [{ name: 'A', format: 'I', values: Int16Array.of(1) }, { name: 'A', format: 'I', values: Int16Array.of(2) }])
    const { columns } = await read(file)
    expect(columns['A']!.values).toEqual(Int16Array.of(1))
    expect(columns['A#2']!.values).toEqual(Int16Array.of(2))
  })
})

describe('scaling', () => {
  const stored = Int16Array.of(-32768, 0, 5, 32767)

  it('TSCAL and TZERO give float64, and TNULL NaN', async () => {
    const file = await tableOf(4, [{ name: 'C', format: 'I', values: stored }], [['TSCAL1', 0.5], ['TZERO1', -273.15], ['TNULL1', 5]])
    const column = (await read(file)).columns['C']!
    expect(column.values).toEqual(Float64Array.of(-32768 * 0.5 - 273.15, -273.15, NaN, 32767 * 0.5 - 273.15))
    expect(column.tnull).toBeUndefined()
  })

  it('TNULL of an unscaled column stays, and is named; of an unsigned one it is named as it appears', async () => {
    const plain = (await read(await tableOf(4, [{ name: 'C', format: 'I', values: stored }], [['TNULL1', 5]]))).columns['C']!
    expect([plain.values, plain.tnull]).toEqual([stored, 5])
    const unsigned = (await read(await tableOf(2, [{ name: 'C', format: 'I', values: Uint16Array.of(0, 65535) }], [['TNULL1', -32768]]))).columns['C']!
    expect([unsigned.values, unsigned.tnull]).toEqual([Uint16Array.of(0, 65535), 0])
  })

  it('shifts doubles, as event times of a trigger are written', async () => {
    const file = await tableOf(2, [{ name: 'TIME', format: 'D', values: Float64Array.of(-0.25, 1.5) }], [['TZERO1', 580904353.903198]])
    expect((await read(file)).columns['TIME']!.values).toEqual(Float64Array.of(-0.25 + 580904353.903198, 1.5 + 580904353.903198))
  })

  it('scales 64-bit integers, bytes, floats, and variable-length rows', async () => {
    const file = await tableOf(2, [
      { name: 'K', format: 'K', values: BigInt64Array.of(-(2n ** 40n), 3n) },
      { name: 'B', format: 'B', values: Uint8Array.of(0, 255) },
      { name: 'E', format: 'E', values: Float32Array.of(1.5, NaN) },
      { name: 'P', format: '1PI', values: [Int16Array.of(1, 2), Int16Array.of(3)] },
    ], [1, 2, 3, 4].flatMap(n => [[`TSCAL${n}`, 2], [`TZERO${n}`, 1]] as CardInput[]))
    const { columns } = await read(file)
    expect(columns['K']!.values).toEqual(Float64Array.of(-(2 ** 41) + 1, 7))
    expect(columns['B']!.values).toEqual(Float64Array.of(1, 511))
    expect(columns['E']!.values).toEqual(Float64Array.of(4, NaN))
    expect(columns['P']!.values).toEqual(Float64Array.of(3, 5, 7))
  })

  it('of images: BSCALE, BZERO and BLANK', async () => {
    const bytes = writeFits([{ kind: 'image', shape: [2, 2], values: Int16Array.of(0, 1, -1, 9), cards: [['BSCALE', 10], ['BZERO', 5], ['BLANK', -1]] }])
    const file = await openFits(bytesSource(bytes), 'i.fits')
    expect(await readImage(file, file.hdus[0]!)).toEqual({ shape: [2, 2], values: Float64Array.of(5, 15, NaN, 95) })
  })
})

describe('a slice of rows', () => {
  const rows = 100_000
  const input: ColumnInput[] = [
    { name: 'N', format: 'J', values: Int32Array.from({ length: rows }, (_, i) => i) },
    { name: 'TEXT', format: '8A', values: Array.from({ length: rows }, (_, i) => `row ${i % 1000}`) },
    { name: 'V', format: '1PE', values: Array.from({ length: rows }, (_, i) => new Float32Array(i % 3).fill(i)) },
  ]
  const bytes = writeFits([{ kind: 'bintable', name: 'T', rows, columns: input }])

  it('is read alone: nothing else of the file is asked for', async () => {
    const source = watched(bytes)
    const file = await openFits(source, 't.fits')
    const hdu = file.hdus[1]!
    source.asked.length = 0
    const slice = await readTable(file, hdu, { from: 50_000, to: 50_004 })
    expect(slice).toMatchObject({ from: 50_000, rows: 4 })
    expect(slice.columns['N']!.values).toEqual(Int32Array.of(50_000, 50_001, 50_002, 50_003))
    expect(slice.columns['TEXT']!.values).toEqual(['row 0', 'row 1', 'row 2', 'row 3'])
    // 50,000 = 2 (mod 3): lengths 2, 0, 1, 2
    expect(slice.columns['V']!.offsets).toEqual(Uint32Array.of(0, 2, 2, 3, 5))
    expect(slice.columns['V']!.values).toEqual(Float32Array.of(50_000, 50_000, 50_002, 50_003, 50_003))
    const stride = 4 + 8 + 8
    expect(source.asked[0]).toEqual([hdu.dataOffset + 50_000 * stride, 4 * stride])
    expect(source.asked.slice(1).reduce((sum, [, length]) => sum + length, 0)).toBe(5 * 4)
  })

  it('is the same wherever the table is cut', async () => {
    const file = await openFits(bytesSource(bytes), 't.fits')
    const whole = await readTable(file, file.hdus[1]!)
    const joined = { n: [] as number[], text: [] as string[], v: [] as number[] }
    for (let from = 0; from < rows; from += 33_333) {
      const { columns } = await readTable(file, file.hdus[1]!, { from, to: from + 33_333 })
      for (const n of columns['N']!.values as Int32Array) joined.n.push(n)
      for (const text of columns['TEXT']!.values as string[]) joined.text.push(text)
      for (const v of columns['V']!.values as Float32Array) joined.v.push(v)
    }
    expect(Int32Array.from(joined.n)).toEqual(whole.columns['N']!.values)
    expect(joined.text).toEqual(whole.columns['TEXT']!.values)
    expect(Float32Array.from(joined.v)).toEqual(whole.columns['V']!.values)
  })

  it('of arrays that lie across each other in the heap is read right', async () => {
    const file = await tableOf(4, [{ name: 'V', format: '1PI', values: [Int16Array.of(1, 2), Int16Array.of(), Int16Array.of(3), Int16Array.of(4, 5, 6)] }])
    const bytes = (await file.source.read(0, file.source.size)).slice()
    // Descriptors anew: row 0 the last two, row 1 empty with an offset far outside, row 2 all six, row 3 the first.
    const view = new DataView(bytes.buffer, file.hdus[1]!.dataOffset)
    ;[[2, 8], [0, 99999], [6, 0], [1, 0]].forEach(([count, start], r) => {
      view.setInt32(8 * r, count!)
      view.setInt32(8 * r + 4, start!)
    })
    const other = await openFits(bytesSource(bytes), 't.fits')
    const { values, offsets } = (await readTable(other, other.hdus[1]!)).columns['V']!
    expect(offsets).toEqual(Uint32Array.of(0, 2, 2, 8, 9))
    expect(values).toEqual(Int16Array.of(5, 6, 1, 2, 3, 4, 5, 6, 1))
  })

  it('is cut to what the table has, down to no rows', async () => {
    const file = await openFits(bytesSource(bytes), 't.fits')
    expect((await readTable(file, file.hdus[1]!, { from: rows - 1, to: rows + 5, columns: ['N'] })).rows).toBe(1)
    const none = await readTable(file, file.hdus[1]!, { from: 10, to: 5 })
    expect(none.rows).toBe(0)
    expect(none.columns['V']).toMatchObject({ values: new Float32Array(0), offsets: new Uint32Array(1) })
    expect((await readTable(file, file.hdus[1]!, { columns: [] })).columns).toEqual({})
  })
})
