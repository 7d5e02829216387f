import type { FitsFile, FitsHdu } from '../fits/index.js'
import { columnNumbers, lowestValue, neededNumbers } from './column-numbers.js'
import { spectrumHdu, unusable } from './spectrum-hdus.js'
import type { Spectrum } from './types.js'

/** QUALITY of a channel that is not to be used. */
const BAD = 5

/**
 * Reads a type I spectrum (OGIP/92-007): COUNTS or RATE, and as a column or a keyword STAT_ERR, SYS_ERR, QUALITY,
 * GROUPING, BACKSCAL, AREASCAL. Channels whose counts, or errors, are not a number get bad quality.
 *
 * @param detchans channels of the response; rows are taken in their order where there are as many, else placed by CHANNEL
 * @throws file-unusable: no spectrum, type II, no counts, no exposure, channels that do not fit the response
 */
export async function readSpectrum(file: FitsFile, detchans?: number): Promise<Spectrum> {
  const hdu = spectrumHdu(file) ?? unusable(file, 'it has no SPECTRUM table')
  const rows = hdu.header.number('NAXIS2')
  const size = detchans ?? rows
  const place = await placement(file, hdu, rows, size)
  const counts = await columnNumbers(file, hdu, 'COUNTS')
  const rate = counts === undefined ? await columnNumbers(file, hdu, 'RATE') : undefined
  const measured = (counts ?? rate)?.values ?? unusable(file, `${hdu.name} has neither COUNTS nor RATE`)
  if (measured.length !== rows) unusable(file, `${hdu.name} holds several spectra (type II); write one of them to a file of its own`)
  const exposure = hdu.header.number('EXPOSURE', 0)
  if (!(exposure > 0)) unusable(file, `EXPOSURE is ${exposure}`)
  const scale = counts === undefined ? exposure : 1
  const poisson = hdu.header.get('POISSERR') === true
  const stated = poisson ? undefined : (await columnNumbers(file, hdu, 'STAT_ERR'))?.values
  const put = (values: ArrayLike<number>, factor = 1): Float64Array => {
    const out = new Float64Array(size)
    for (let row = 0; row < rows; row++) out[place(row)] = Number(values[row]) * factor
    return out
  }
  const column = async (name: string, otherwise: number): Promise<Float64Array> => {
    const found = await columnNumbers(file, hdu, name)
    if (found !== undefined) return put(found.values)
    const value = Number(hdu.header.get(name) ?? otherwise)
    return new Float64Array(size).fill(Number.isFinite(value) ? value : otherwise)
  }
  const grouping = await columnNumbers(file, hdu, 'GROUPING')
  const all = put(measured, scale)
  const quality = Int16Array.from(await column('QUALITY', 0))
  const errors = stated === undefined ? undefined : put(stated, scale)
  const systematic = await column('SYS_ERR', 0)
  // A channel without a number was not measured.
  all.forEach((value, c) => {
    if (Number.isFinite(value)) return
    all[c] = 0
    quality[c] = BAD
  })
  // Nor is a channel of use whose weight is unknown.
  for (const spread of [errors, systematic]) {
    spread?.forEach((value, c) => {
      if (Number.isFinite(value)) return
      spread[c] = 0
      quality[c] = BAD
    })
  }
  return {
    file: file.name, counts: all, errors, systematic,
    counted: counts !== undefined, exposure, backscal: await column('BACKSCAL', 1), areascal: await column('AREASCAL', 1),
    quality, grouping: grouping === undefined ? undefined : Int16Array.from(put(grouping.values)),
    responseFile: fileName(hdu, 'RESPFILE'), arfFile: fileName(hdu, 'ANCRFILE'), backgroundFile: fileName(hdu, 'BACKFILE'),
  }
}

async function placement(file: FitsFile, hdu: FitsHdu, rows: number, size: number): Promise<(row: number) => number> {
  if (rows === size) return (row) => row
  const channels = (await neededNumbers(file, hdu, 'CHANNEL')).values
  const first = lowestValue(file, hdu, 'CHANNEL') ?? 1
  for (const channel of channels) if (!(channel >= first && channel - first < size)) unusable(file, `channel ${channel} does not fit a response of ${size} channels from ${first}`)
  return (row) => channels[row]! - first
}

function fileName(hdu: FitsHdu, keyword: string): string | undefined {
  const value = hdu.header.get(keyword)
  const name = typeof value === 'string' ? value.trim() : ''
  return name === '' || name.toUpperCase() === 'NONE' ? undefined : name
}
