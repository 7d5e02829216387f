import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, readImage, readTable, tableColumns, verifyChecksums, writeFits } from './index.js'
import { HeavensError, type ErrorCode } from '@heavens/schemas'

const BLOCK = 2880

/** Two HDUs: an empty primary one (block 0) and a table of 300 rows × 10 bytes with a heap (header in block 1, data from block 2). */
function good(): Uint8Array {
  return writeFits([{
    kind: 'bintable', name: 'EVENTS', rows: 300,
    columns: [
      { name: 'N', format: 'I', unit: 's', values: Int16Array.from({ length: 300 }, (_, i) => i) },
      { name: 'V', format: '1PE', values: Array.from({ length: 300 }, (_, i) => Float32Array.of(i)) },
    ],
  }])
}

/** Replaces the card of a keyword by another of 80 characters. */
function withCard(bytes: Uint8Array, keyword: string, card: string): Uint8Array {
  const text = new TextDecoder('latin1').decode(bytes)
  const at = text.indexOf(keyword.padEnd(8), BLOCK)
  expect(at).toBeGreaterThan(0)
  const out = bytes.slice()
  out.set(new TextEncoder().encode(card.padEnd(80).slice(0, 80)), at)
  return out
}

async function readEverything(bytes: Uint8Array): Promise<number> {
  const file = await openFits(bytesSource(bytes), 'some.fits')
  let columns = 0
  for (const hdu of file.hdus) columns += hdu.kind === 'image' ? (await readImage(file, hdu)).shape.length : Object.keys((await readTable(file, hdu)).columns).length
  return columns
}

async function refusal(bytes: Uint8Array): Promise<{ code: ErrorCode; message: string }> {
  return readEverything(bytes).then(
    () => expect.fail('it was read'),
    (error: unknown) => error as { code: ErrorCode; message: string },
  )
}

describe('a file that is not FITS, or not all of it', () => {
  it('reads the whole one', async () => {
    expect(await readEverything(good())).toBe(2)
  })

  it.each<[string, Uint8Array, ErrorCode]>([
    ['nothing at all', new Uint8Array(0), 'fits-not-fits'],
    ['text named .fits', new TextEncoder().encode('Dear observer,\n'.repeat(500)), 'fits-not-fits'],
    ['zeros', new Uint8Array(5 * BLOCK), 'fits-not-fits'],
    ['SIMPLE = F', withPrimary("SIMPLE  =                    F"), 'fits-not-fits'],
    ['ends in the primary header', good().subarray(0, 1000), 'fits-truncated'],
    ['ends in the header of the table', good().subarray(0, BLOCK + 800), 'fits-truncated'],
    ['ends in the rows', good().subarray(0, 2 * BLOCK + 500), 'fits-truncated'],
    ['ends in the heap', good().subarray(0, 2 * BLOCK + 300 * 10 + 1199), 'fits-truncated'],
    ['a header without END', withCard(good(), 'END', ''), 'fits-damaged'],
    ['more rows than the file holds', withCard(good(), 'NAXIS2', 'NAXIS2  =             99999999'), 'fits-truncated'],
    ['a number of rows beyond all files', withCard(good(), 'NAXIS2', 'NAXIS2  =  9999999999999999999'), 'fits-damaged'],
    ['a negative number of rows', withCard(good(), 'NAXIS2', 'NAXIS2  =                   -1'), 'fits-damaged'],
    ['no NAXIS1', withCard(good(), 'NAXIS1', ''), 'fits-damaged'],
    ['BITPIX = 12', withCard(good(), 'BITPIX', 'BITPIX  =                   12'), 'fits-damaged'],
    ['a negative repeat count', withCard(good(), 'TFORM1', "TFORM1  = '-1I     '"), 'fits-damaged'],
    ['an unknown format', withCard(good(), 'TFORM1', "TFORM1  = '1Z      '"), 'fits-damaged'],
    ['columns wider than the row', withCard(good(), 'TFORM1', "TFORM1  = '9I      '"), 'fits-damaged'],
    ['a missing TFORM', withCard(good(), 'TFORM2', ''), 'fits-damaged'],
    ['a bad number of columns', withCard(good(), 'TFIELDS', 'TFIELDS =                 1000'), 'fits-damaged'],
    ['a heap before the rows end', withCard(good(), 'TUNIT1', 'THEAP   =                    8'), 'fits-damaged'],
    ['something else behind the first HDU', flipped(BLOCK), 'fits-damaged'],
    ['a heap descriptor pointing outside', withByte(2 * BLOCK + 6, 0x40), 'fits-damaged'],
    ['a negative length in the heap', withByte(2 * BLOCK + 2, 0x80), 'fits-damaged'],
    ['an ASCII table', withCard(good(), 'XTENSION', "XTENSION= 'TABLE   '"), 'fits-unsupported'],
    ['a compressed image', withCard(good(), 'TUNIT1', 'ZIMAGE  =                    T'), 'fits-unsupported'],
  ])('refuses %s', async (_, bytes, code) => {
    const error = await refusal(bytes)
    expect(error).toMatchObject({ name: 'HeavensError', code })
    expect(error.message).toContain('some.fits')
  })

  it('does not believe a source that gives fewer bytes than its size', async () => {
    const bytes = good()
    const source = { size: bytes.length, read: bytesSource(bytes.subarray(0, 2 * BLOCK + 100)).read }
    const file = await openFits(source, 'some.fits')
    await expect(readTable(file, file.hdus[1]!)).rejects.toMatchObject({ code: 'fits-truncated' })
    await expect(openFits({ ...source, size: bytes.length + BLOCK, read: bytesSource(bytes).read }, 'some.fits')).rejects.toMatchObject({ code: 'fits-truncated' })
  })

  it('is read or refused, but never breaks the reader, whatever bytes of its headers and descriptors change', async () => {
    const digits = fc.constantFrom(...'0123456789-.EDTF \'=ABIJKPQXLM(),/\0\xff')
    const change = fc.tuple(fc.integer({ min: 0, max: 3 * BLOCK }), fc.string({ unit: digits, minLength: 1, maxLength: 3 }))
    const seen = new Set<string>()
    await fc.assert(fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async changes => {
      const bytes = good()
      for (const [at, text] of changes) for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
      const outcome = await readEverything(bytes).then(() => 'read', (error: unknown) => (error instanceof HeavensError ? error.code : String(error)))
      expect(outcome).toMatch(/^(read|fits-[a-z-]+|too-large)$/)
      seen.add(outcome)
    }), { seed: 5, numRuns: 1000 })
    expect([...seen]).toEqual(expect.arrayContaining(['read', 'fits-damaged']))
  })

  it('lets a missing last padding and padding too much pass', async () => {
    expect(await readEverything(good().subarray(0, 2 * BLOCK + 300 * 10 + 1200))).toBe(2)
    const longer = new Uint8Array(good().length + BLOCK)
    longer.set(good())
    expect(await readEverything(longer)).toBe(2)
  })

  it('names the column that is missing', async () => {
    const file = await openFits(bytesSource(good()), 'some.fits')
    await expect(readTable(file, file.hdus[1]!, { columns: ['ENERGY'] })).rejects.toMatchObject({ code: 'file-unusable', message: expect.stringContaining('EVENTS has no column ENERGY; it has N, V') })
    await expect(readTable(file, file.hdus[0]!)).rejects.toMatchObject({ code: 'fits-unsupported' })
    await expect(readImage(file, file.hdus[1]!)).rejects.toMatchObject({ code: 'fits-unsupported' })
    expect(() => tableColumns(file.hdus[0]!)).toThrow('is not a binary table')
  })

  it('sees by its checksums that any one byte of a file was changed', () => {
    const whole = good()
    expect(verifyChecksums(whole)).toEqual([{ hdu: 0, checksum: true, datasum: true }, { hdu: 1, checksum: true, datasum: true }])
    // Bytes of data, of a comment and of the padding.
    for (const at of [2 * BLOCK, 2 * BLOCK + 1234, BLOCK + 70, whole.length - 1]) {
      const bytes = whole.slice()
      bytes[at]! ^= 1
      expect(verifyChecksums(bytes)[1], `byte ${at}`).toEqual({ hdu: 1, checksum: false, datasum: at < 2 * BLOCK })
    }
    expect(verifyChecksums(withCard(withCard(whole, 'CHECKSUM', ''), 'DATASUM', ''))[1]).toEqual({ hdu: 1, checksum: null, datasum: null })
    expect(() => verifyChecksums(whole.subarray(0, 2 * BLOCK))).toThrow('cut short')
  })
})

function withPrimary(card: string): Uint8Array {
  const bytes = good()
  bytes.set(new TextEncoder().encode(card))
  return bytes
}

function flipped(at: number): Uint8Array {
  const bytes = good()
  bytes[at]! ^= 0x10
  return bytes
}

function withByte(at: number, value: number): Uint8Array {
  const bytes = good()
  bytes[at] = value
  return bytes
}
