import { HeavensError } from '@heavens/schemas'
import { readTable, type FitsFile } from '../fits/index.js'
import { timeReference } from './time-reference.js'

/**
 * Good time of a FITS file: its first table with START and STOP whose name speaks of GTI, else the first with both columns. Where that table does
 * not say from when its times count (MJDREF), the primary header does.
 *
 * @returns intervals [start, stop) in TT seconds, in the order of the file, without empty ones
 * @throws file-unusable where no table has both columns; what timeReference throws
 */
export async function readGoodTime(fits: FitsFile): Promise<[number, number][]> {
  const tables = fits.hdus.filter((hdu) => hdu.kind === 'bintable')
  const named = (hdu: { name: string }): boolean => /gti/i.test(hdu.name)
  for (const hdu of [...tables.filter(named), ...tables.filter((one) => !named(one))]) {
    const { columns: first } = await readTable(fits, hdu, { to: 1 })
    const [start, stop] = ['START', 'STOP'].map((name) => Object.keys(first).find((key) => key.toUpperCase() === name))
    if (start === undefined || stop === undefined) continue
    const { toTt } = timeReference(hdu.header.has('MJDREFI') || hdu.header.has('MJDREF') ? hdu.header : fits.hdus[0]!.header)
    const { columns } = await readTable(fits, hdu, { columns: [start, stop] })
    const times = (name: string): number[] => Array.from(columns[name]!.values as ArrayLike<number>, (value) => toTt(Number(value)))
    const stops = times(stop)
    return times(start).map((t, i): [number, number] => [t, stops[i]!]).filter(([from, to]) => to > from)
  }
  throw new HeavensError('file-unusable', { file: fits.name, reason: 'it holds no good time: no table has START and STOP' })
}
