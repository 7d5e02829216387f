import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, writeFits, type FitsFile } from '../fits/index.js'
import { readSpectrum } from './index.js'

const SIZE = 4
/** Three spectra of four channels; the second is 4 5 6 7. */
const three = (columns: { quality?: boolean; rows?: number } = {}): Promise<FitsFile> => {
  const rows = columns.rows ?? 3
  return openFits(bytesSource(writeFits([{
    kind: 'bintable', name: 'SPECTRUM', rows, cards: [['HDUCLASS', 'OGIP'], ['HDUCLAS1', 'SPECTRUM'], ['HDUCLAS4', 'TYPE:II'], ['EXPOSURE', 1], ['POISSERR', true], ['RESPFILE', 'none']],
    columns: [
      { name: 'COUNTS', format: `${SIZE}J`, values: Int32Array.from({ length: rows * SIZE }, (_, i) => i) },
      { name: 'EXPOSURE', format: '1D', values: Float64Array.from({ length: rows }, (_, i) => 10 * (i + 1)) },
      ...(columns.quality === true ? [{ name: 'QUALITY', format: '1I', values: Int16Array.from({ length: rows }, (_, i) => i) }] : []),
    ],
  }])), 'two.pha')
}

describe('a table of several spectra', () => {
  it('gives the one that is asked for, with its own exposure and quality', async () => {
    const spectrum = await readSpectrum(await three({ quality: true }), SIZE, 2)
    expect(Array.from(spectrum.counts)).toEqual([4, 5, 6, 7])
    expect(spectrum.exposure).toBe(20)
    expect(Array.from(spectrum.quality)).toEqual([1, 1, 1, 1])
    expect(spectrum.responseFile).toBeUndefined()
  })

  it('needs no number where there is one', async () => {
    expect(Array.from((await readSpectrum(await three({ rows: 1 }))).counts)).toEqual([0, 1, 2, 3])
  })

  it('says how to choose, and what is not there', async () => {
    await expect(readSpectrum(await three())).rejects.toMatchObject({ code: 'file-unusable', message: expect.stringContaining('two.pha{1}') as string })
    await expect(readSpectrum(await three(), SIZE, 4)).rejects.toMatchObject({ code: 'file-unusable', message: expect.stringContaining('only 3') as string })
    await expect(readSpectrum(await three(), SIZE + 1, 1)).rejects.toMatchObject({ code: 'file-unusable', message: expect.stringContaining('CHANNEL') as string })
  })
})
