import type { FitsFile, FitsHdu } from '../fits/index.js'
import { lowestValue } from './column-numbers.js'
import { spectrumColumns, type SpectrumColumns } from './spectrum-columns.js'
import { spectrumHdu, unusable } from './spectrum-hdus.js'
import type { Spectrum } from './types.js'

/** QUALITY of a channel that is not to be used. */
const BAD = 5

/**
 * Reads a spectrum (OGIP/92-007): COUNTS or RATE, and as a column or a keyword STAT_ERR, SYS_ERR, QUALITY,
 * GROUPING, BACKSCAL, AREASCAL. Channels whose counts, or errors, are not a number get bad quality.
 *
 * @param detchans channels of the response; rows are taken in their order where there are as many, else placed by CHANNEL
 * @param row which spectrum of a table of several (type II), from 1
 * @throws file-unusable: no spectrum, several and none chosen, no counts, no exposure, channels that do not fit the response
 */
export async function readSpectrum(file: FitsFile, detchans?: number, row?: number): Promise<Spectrum> {
  const hdu = spectrumHdu(file) ?? unusable(file, 'it has no SPECTRUM table')
  const columns = await spectrumColumns(file, hdu, row)
  const { channels } = columns
  const size = detchans ?? channels
  const place = await placement(file, hdu, columns, size)
  const counts = await columns.perChannel('COUNTS')
  const measured = counts ?? (await columns.perChannel('RATE')) ?? unusable(file, `${hdu.name} has neither COUNTS nor RATE`)
  const exposure = Number((await columns.value('EXPOSURE')) ?? 0)
  if (!(exposure > 0 && exposure < Infinity)) unusable(file, `EXPOSURE is ${exposure}`)
  const scale = counts === undefined ? exposure : 1
  const poisson = hdu.header.get('POISSERR') === true
  const stated = poisson ? undefined : await columns.perChannel('STAT_ERR')
  const put = (values: ArrayLike<number>, factor = 1, elsewhere = 0): Float64Array => {
    const out = new Float64Array(size).fill(elsewhere)
    for (let c = 0; c < channels; c++) out[place(c)] = values[c]! * factor
    return out
  }
  const column = async (name: string, otherwise: number): Promise<Float64Array> => {
    const found = await columns.perChannel(name)
    if (found !== undefined) return put(found, 1, otherwise)
    const value = Number((await columns.value(name)) ?? otherwise)
    return new Float64Array(size).fill(Number.isFinite(value) ? value : otherwise)
  }
  const grouping = await columns.perChannel('GROUPING')
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
    quality, grouping: grouping === undefined ? undefined : Int16Array.from(put(grouping)),
    responseFile: fileName(await columns.value('RESPFILE')), arfFile: fileName(await columns.value('ANCRFILE')), backgroundFile: fileName(await columns.value('BACKFILE')),
  }
}

async function placement(file: FitsFile, hdu: FitsHdu, { channels, perChannel }: SpectrumColumns, size: number): Promise<(at: number) => number> {
  if (channels === size) return (at) => at
  const numbers = (await perChannel('CHANNEL')) ?? unusable(file, `${channels} channels do not fit a response of ${size}, and ${hdu.name} has no column CHANNEL that says where they belong`)
  const first = lowestValue(file, hdu, 'CHANNEL') ?? 1
  for (const channel of numbers) if (!(channel >= first && channel - first < size)) unusable(file, `channel ${channel} does not fit a response of ${size} channels from ${first}`)
  return (at) => numbers[at]! - first
}

function fileName(value: string | number | boolean | undefined): string | undefined {
  const name = typeof value === 'string' ? value.trim() : ''
  return name === '' || name.toUpperCase() === 'NONE' ? undefined : name
}
