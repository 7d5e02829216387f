import { HeavensError } from '@heavens/schemas'
import { readTable, tableRows } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import type { DecodeContext, DecodedItem, FileKind } from '../instrument.js'
import { columnNamed, numericColumn } from '../reading/column.js'
import { identity } from '../reading/keyword.js'
import { rateBlocks } from '../reading/rate-blocks.js'
import { spelledColumns } from '../reading/table-columns.js'
import { timesOfFile } from '../reading/times-of-file.js'
import { usableBins } from '../reading/usable-bins.js'

/** The nominal bin [s]; the unit counts in 50 ms, two of which make a row. */
const WIDTH = 0.1

export function recognise(file: FitsFile): FileKind | undefined {
  const { telescope, instrument } = identity(file)
  if (telescope !== 'INTEGRAL' || !['SPI-ACS', 'SPIACS', 'ACS'].includes(instrument)) return undefined
  return file.hdu('RATE')?.kind === 'bintable' ? 'rates' : undefined
}

/**
 * Rates of SPI-ACS as its archive service gives them: TIME, RATE and ERROR [count/s].
 *
 * Absolute time is MJDREF + TIMEZERO + TIME; DATE-OBS and DATE-END are not used, they are equal (wrong) in these files. TIME is the
 * middle of the bin (no TIMEPIXR, hence 0.5; the bins join without gaps only so). A few bins are 50 or 150 ms long, which
 * no column says: but ERROR is √(RATE / width), so the width is RATE / ERROR². Counts are RATE · width, whole numbers.
 */
export async function* decode(file: FitsFile, kind: FileKind, context: DecodeContext): AsyncIterable<DecodedItem> {
  const table = file.hdu('RATE')
  if (kind !== 'rates' || table === undefined) throw new HeavensError('file-unusable', { file: file.name, reason: `integral-spi-acs has no ${kind} files` })
  const rows = tableRows(table)
  if (rows === 0) throw new HeavensError('file-unusable', { file: file.name, reason: 'no rows in RATE' })
  const { reference, toTt, limits } = timesOfFile(file, table)
  const slice = await readTable(file, table, { columns: spelledColumns(table, ['TIME', 'RATE', 'ERROR']), from: 0, to: rows })
  const middle = numericColumn(file, slice, 'TIME')
  const rate = numericColumn(file, slice, 'RATE')
  const error = columnNamed(slice, 'ERROR') === undefined ? undefined : numericColumn(file, slice, 'ERROR')

  const time = new Float64Array(rows)
  const counts = new Float64Array(rows)
  const width = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    width[row] = binWidth(rate[row]!, error?.[row])
    time[row] = toTt(middle[row]!) - reference.timepixr * width[row]!
    counts[row] = wholeCounts(rate[row]! * width[row]!)
  }
  const order = usableBins(time, counts, 1, limits, context)
  yield* rateBlocks(file, {
    group: 0, width: WIDTH, channels: 1,
    time: Float64Array.from(order, row => time[row]!),
    counts: Float64Array.from(order, row => counts[row]!),
    // Exposure of the bin over its nominal width: 1.5 for a bin of 150 ms, so that counts / (width · live) is its rate.
    live: Float32Array.from(order, row => width[row]! / WIDTH),
  }, context)
}

/** RATE / ERROR² to the next 50 ms; the nominal width where that says nothing. */
function binWidth(rate: number, error: number | undefined): number {
  const steps = error === undefined ? Number.NaN : Math.round(rate / (error * error) / 0.05)
  return steps >= 1 && steps <= 20 ? (steps * 5) / 100 : WIDTH
}

/** RATE · width without its rounding; left as it is where it is not a whole number to 1e-6. */
function wholeCounts(counts: number): number {
  const whole = Math.round(counts)
  return Math.abs(counts - whole) <= 1e-6 * Math.max(1, whole) ? whole : counts
}
