import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, readImage, readTable, verifyChecksums, writeFits } from './index.js'
import type { CardInput, ColumnInput, HduInput, NumericArray } from './index.js'

/** An unsigned or signed array of each type a column can hold, with the format that stores it. */
function numbers(length: number): fc.Arbitrary<{ code: string; values: NumericArray }> {
  const size = { minLength: length, maxLength: length }
  return fc.oneof(
    fc.uint8Array(size).map(values => ({ code: 'B', values })),
    fc.int8Array(size).map(values => ({ code: 'B', values })),
    fc.int16Array(size).map(values => ({ code: 'I', values })),
    fc.uint16Array(size).map(values => ({ code: 'I', values })),
    fc.int32Array(size).map(values => ({ code: 'J', values })),
    fc.uint32Array(size).map(values => ({ code: 'J', values })),
    fc.bigInt64Array(size).map(values => ({ code: 'K', values })),
    fc.bigUint64Array(size).map(values => ({ code: 'K', values })),
    fc.float32Array(size).map(values => ({ code: 'E', values })),
    fc.float64Array(size).map(values => ({ code: 'D', values })),
    fc.array(fc.integer({ min: 0, max: 1 }), size).map(bits => ({ code: 'L', values: Uint8Array.from(bits) })),
    fc.array(fc.integer({ min: 0, max: 1 }), size).map(bits => ({ code: 'X', values: Uint8Array.from(bits) })),
  )
}

const text = fc.string({ unit: fc.integer({ min: 32, max: 126 }).map(code => String.fromCharCode(code)), maxLength: 12 }).map(value => value.trimEnd())

/** Columns with a given number of rows: fixed length, variable length, text. */
function columnsOf(rows: number): fc.Arbitrary<ColumnInput[]> {
  const fixed = fc.integer({ min: 0, max: 9 }).chain(repeat => numbers(rows * repeat).map(({ code, values }) => ({ format: `${repeat}${code}`, values })))
  const texts = fc.array(text, { minLength: rows, maxLength: rows }).map(values => ({ format: '12A', values }))
  const ragged = fc.tuple(fc.constantFrom('P', 'Q'), fc.array(fc.integer({ min: 0, max: 5 }), { minLength: rows, maxLength: rows })).chain(([letter, lengths]) =>
    numbers(lengths.reduce((sum, length) => sum + length, 0)).map(({ code, values }) => {
      let at = 0
      return { format: `1${letter}${code}`, values: lengths.map(length => values.slice(at, (at += length))) as NumericArray[] }
    }))
  return fc.array(fc.oneof(fixed, texts, ragged), { minLength: 1, maxLength: 8 }).map(columns => columns.map((column, i) => ({ ...column, name: `C${i}` })))
}

function flat(input: ColumnInput): unknown {
  const { values } = input
  if (!/^1[PQ]/.test(input.format)) return values
  const rows = values as readonly NumericArray[]
  return rows.flatMap(row => Array.from(row as Float64Array))
}

describe('what is written and read again', () => {
  it('is the same: any columns, any values', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 30 }).chain(rows => fc.tuple(fc.constant(rows), columnsOf(rows))), async ([rows, columns]) => {
      const bytes = writeFits([{ kind: 'bintable', name: 'T', rows, columns }])
      expect(verifyChecksums(bytes).every(({ checksum, datasum }) => checksum === true && datasum === true)).toBe(true)
      const file = await openFits(bytesSource(bytes), 't.fits')
      const slice = await readTable(file, file.hdus[1]!)
      expect(slice.rows).toBe(rows)
      for (const input of columns) {
        const { values, offsets } = slice.columns[input.name]!
        expect(offsets === undefined ? values : Array.from(values as Float64Array)).toStrictEqual(flat(input))
      }
    }), { seed: 20230307, numRuns: 150 })
  })

  it('is the same: any image', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }).chain(shape => fc.tuple(fc.constant(shape), numbers(shape.reduce((a, b) => a * b, 1)))), async ([shape, { values }]) => {
      const file = await openFits(bytesSource(writeFits([{ kind: 'image', shape, values }, { kind: 'image', name: 'TWO', shape, values }])), 'i.fits')
      for (const hdu of file.hdus) expect(await readImage(file, hdu)).toStrictEqual({ shape, values })
    }), { seed: 20230307, numRuns: 100 })
  })

  it('is the same: any text and number in a header', async () => {
    const value = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', "'", '&', ' ', '/', 'é'.normalize('NFKD')[0]!), maxLength: 300 }).map(string => string.trimEnd()),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => (Object.is(number, -0) ? 0 : number)),
      fc.bigInt({ min: 2n ** 54n, max: 2n ** 63n }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null),
    )
    await fc.assert(fc.asyncProperty(fc.array(value, { maxLength: 6 }), async values => {
      const cards = values.map((one, i): CardInput => [`KEY${i}`, one, 'comment'])
      const file = await openFits(bytesSource(writeFits([{ kind: 'image', cards }])), 'h.fits')
      values.forEach((one, i) => {
        const got = file.hdus[0]!.header.get(`KEY${i}`)
        // Doubles beyond 2^53 without a fraction are integers in a header.
        expect(typeof got === 'bigint' && typeof one === 'number' ? Number(got) : got).toEqual(one)
      })
    }), { seed: 20230307, numRuns: 300 })
  })
})

describe('the writer', () => {
  const table: HduInput = { kind: 'bintable', name: 'T', rows: 2, columns: [{ name: 'A', format: 'I', unit: 'count', comment: 'a number', values: Int16Array.of(1, 2), tlmin: 0, tlmax: 7 }] }

  it('writes fixed-format cards and whole blocks', () => {
    const bytes = writeFits([table])
    expect(bytes.length).toBe(3 * 2880)
    const cards = Array.from({ length: 36 }, (_, i) => new TextDecoder('latin1').decode(bytes.subarray(2880 + 80 * i, 2880 + 80 * (i + 1))).trimEnd())
    expect(cards.slice(0, 16)).toMatchInlineSnapshot(`
      [
        "XTENSION= 'BINTABLE'           / binary table extension",
        "BITPIX  =                    8 / bytes",
        "NAXIS   =                    2 / rows and columns",
        "NAXIS1  =                    2 / bytes in a row",
        "NAXIS2  =                    2 / rows",
        "PCOUNT  =                    0 / bytes of the heap",
        "GCOUNT  =                    1 / one table",
        "TFIELDS =                    1 / columns",
        "TTYPE1  = 'A       '           / a number",
        "TFORM1  = '1I      '",
        "TUNIT1  = 'count   '",
        "TLMIN1  =                    0",
        "TLMAX1  =                    7",
        "EXTNAME = 'T       '           / name of this extension",
        "CHECKSUM= 'YECgbEBfZEBfaEBf'   / HDU checksum",
        "DATASUM = '65538   '           / data unit checksum",
      ]
    `)
  })

  it('gives the same bytes for the same input', () => {
    expect(writeFits([table])).toEqual(writeFits([table]))
  })

  it('turns text into ASCII and breaks long history', async () => {
    const bytes = writeFits([{ kind: 'image', cards: [['OBJECT', 'Čerenkov ×'], ['HISTORY', 'h'.repeat(100)], ['COMMENT', '']] }])
    const { header } = (await openFits(bytesSource(bytes), 'h.fits')).hdus[0]!
    expect(header.get('OBJECT')).toBe('Cerenkov ?')
    expect(header.cards.filter(({ keyword }) => keyword === 'HISTORY').map(({ comment }) => comment)).toEqual(['h'.repeat(72), 'h'.repeat(28)])
  })

  it.each<[string, HduInput, string]>([
    ['a value beyond its format', { ...table, columns: [{ name: 'A', format: 'I', values: Int32Array.of(1, 40000) }] }, '40000 does not fit column A'],
    ['a fraction in an integer column', { ...table, columns: [{ name: 'A', format: 'J', values: Float64Array.of(1, 1.5) }] }, '1.5 does not fit column A'],
    ['too few values', { ...table, columns: [{ name: 'A', format: '2D', values: new Float64Array(3) }] }, '3 values for 2 rows'],
    ['text that is too long', { ...table, columns: [{ name: 'A', format: '3A', values: ['abcd', ''] }] }, 'longer than 3'],
    ['an unknown format', { ...table, columns: [{ name: 'A', format: 'Z', values: new Float64Array(2) }] }, 'not a format'],
    ['a keyword twice', { ...table, cards: [['NAXIS2', 3]] }, 'NAXIS2 is given twice'],
    ['a checksum of its own', { ...table, cards: [['CHECKSUM', 'x']] }, 'CHECKSUM is given twice'],
    ['a keyword that is too long', { ...table, cards: [['TOOLONGKEY', 3]] }, 'cannot be a FITS keyword'],
    ['NaN in a header', { ...table, cards: [['EXPOSURE', NaN]] }, 'EXPOSURE = NaN cannot be written'],
    ['pixels that do not fill the shape', { kind: 'image', shape: [2, 2], values: new Float32Array(3) }, 'cannot have 3 pixels'],
  ])('refuses %s', (_, hdu, reason) => {
    expect(() => writeFits([hdu])).toThrow(reason)
  })
})
