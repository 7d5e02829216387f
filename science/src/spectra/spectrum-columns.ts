import { readTable, tableColumns, type FitsFile, type FitsHdu } from '../fits/index.js'
import { columnNumbers } from './column-numbers.js'
import { unusable } from './spectrum-hdus.js'

/** What one spectrum of a table says: of type I (a row for each channel) or one row of type II (a row for each spectrum). */
export interface SpectrumColumns {
  channels: number
  /** one number for each channel; undefined where there is no such column */
  perChannel(name: string): Promise<Float64Array | undefined>
  /** a column of one value for the whole spectrum (type II), else the keyword; undefined where there is neither */
  value(name: string): Promise<string | number | boolean | undefined>
}

/**
 * Tells the types apart by the counts: in type II they are a vector. QUALITY and the like may then be one number a row, which holds for all its
 * channels; EXPOSURE, RESPFILE and the like may be columns, and go before the keywords.
 *
 * @param row which spectrum of type II, from 1; may be left out where there is one
 * @throws file-unusable: no such row, several and none chosen, vectors that differ in length
 */
export async function spectrumColumns(file: FitsFile, hdu: FitsHdu, row: number | undefined): Promise<SpectrumColumns> {
  const rows = hdu.header.number('NAXIS2')
  const formats = tableColumns(hdu, file.name)
  const format = (name: string): (typeof formats)[number] | undefined => formats.find((column) => column.name.toUpperCase() === name)
  const measured = format('COUNTS') ?? format('RATE') ?? unusable(file, `${hdu.name} has neither COUNTS nor RATE`)
  const keyword = (name: string): string | number | boolean | undefined => {
    const value = hdu.header.get(name)
    return typeof value === 'bigint' ? Number(value) : (value as string | number | boolean | undefined)
  }
  const several = measured.repeat > 1 || /TYPE:?\s?II\b/i.test([1, 2, 3, 4].map((k) => String(hdu.header.get(`HDUCLAS${k}`) ?? '')).join(' '))
  if (!several) {
    if (row !== undefined && row !== 1) unusable(file, `it holds one spectrum; there is no number ${row}`)
    return { channels: rows, perChannel: async (name) => (await columnNumbers(file, hdu, name))?.values, value: async (name) => keyword(name) }
  }
  if (row === undefined && rows !== 1) unusable(file, `${hdu.name} holds ${rows} spectra (type II); choose one by its number, as in ${file.name}{1}`)
  const at = (row ?? 1) - 1
  if (!(at >= 0 && at < rows)) unusable(file, `it has no spectrum ${row}, only ${rows}`)
  const of = async (name: string): Promise<ArrayLike<number | bigint> | readonly string[] | undefined> => {
    const column = format(name)
    if (column === undefined) return undefined
    return (await readTable(file, hdu, { columns: [column.name], from: at, to: at + 1 })).columns[column.name]!.values
  }
  const channels = ((await of(measured.name.toUpperCase())) ?? []).length
  return {
    channels,
    async perChannel(name) {
      const values = await of(name)
      if (values === undefined) return undefined
      if (values.length === 1) return new Float64Array(channels).fill(Number(values[0]))
      if (values.length !== channels) unusable(file, `${name} of spectrum ${at + 1} has ${values.length} values for ${channels} channels`)
      return Float64Array.from(values as ArrayLike<number>, Number)
    },
    async value(name) {
      const values = await of(name)
      if (values === undefined) return keyword(name)
      return typeof values[0] === 'bigint' ? Number(values[0]) : values[0]
    },
  }
}
