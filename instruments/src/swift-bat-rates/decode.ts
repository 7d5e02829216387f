import { HeavensError } from '@heavens/schemas'
import { readTable, tableRows } from '@heavens/science/fits'
import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import type { DecodeContext, DecodedItem, FileKind } from '../instrument.js'
import { numericColumn } from '../reading/column.js'
import { identity, keyword, numericKeyword } from '../reading/keyword.js'
import { rateBlocks } from '../reading/rate-blocks.js'
import { spelledColumns } from '../reading/table-columns.js'
import { timesOfFile } from '../reading/times-of-file.js'
import { usableBins } from '../reading/usable-bins.js'
import { clockCorrection } from './clock-correction.js'

const BANDS = 4
const WIDTH = 0.064

/** The 64-ms rates of the whole array (`…brtms.lc`). The 1-s and 1.6-s rates of BAT (`brt1s`, `brtqd`) have other bins and are not these. */
export function recognise(file: FitsFile): FileKind | undefined {
  const { telescope, instrument } = identity(file)
  if (telescope !== 'SWIFT' || instrument !== 'BAT') return undefined
  const table = file.hdu('RATE')
  if (table === undefined || table.kind !== 'bintable') return undefined
  return keyword(file, 'DATAMODE', table) === 'RATES_ARR_64MS' || Math.abs((numericKeyword(file, 'TIMEDEL', table) ?? 0) - WIDTH) < 1e-6 ? 'rates' : undefined
}

/** TIME (start of the bin: TIMEPIXR = 0) and COUNTS in four bands, for each 64 ms. Gaps, as in SAA, are gaps between rows. */
export async function* decode(file: FitsFile, kind: FileKind, context: DecodeContext): AsyncIterable<DecodedItem> {
  const table = file.hdu('RATE')
  if (kind !== 'rates' || table === undefined) throw new HeavensError('file-unusable', { file: file.name, reason: `swift-bat-rates has no ${kind} files` })
  const rows = tableRows(table)
  if (rows === 0) throw new HeavensError('file-unusable', { file: file.name, reason: 'no rows in RATE' })
  const { reference, toTt, limits } = timesOfFile(file, table)
  const slice = await readTable(file, table, { columns: spelledColumns(table, ['TIME', 'COUNTS']), from: 0, to: rows })
  const raw = numericColumn(file, slice, 'TIME')
  const table4 = numericColumn(file, slice, 'COUNTS')
  const channels = bandsOf(file, table, table4.length, rows)

  const correction = clockCorrection(table.header, file.hdus[0]?.header, limits.start ?? toTt(raw.find(x => Number.isFinite(x)) ?? 0))
  const time = Float64Array.from(raw, x => toTt(x) - reference.timepixr * WIDTH + correction)
  const counts = Float64Array.from(table4)
  const order = usableBins(time, counts, channels, limits, context)
  const kept = new Float64Array(order.length * channels)
  order.forEach((row, i) => kept.set(counts.subarray(row * channels, (row + 1) * channels), i * channels))
  yield* rateBlocks(file, { group: 0, width: WIDTH, channels, time: Float64Array.from(order, row => time[row]!), counts: kept }, context)
}

function bandsOf(file: FitsFile, table: FitsHdu, values: number, rows: number): number {
  if (values !== rows * BANDS) {
    throw new HeavensError('file-unusable', { file: file.name, reason: `COUNTS of ${table.name} has ${values / rows} bands; four are known` })
  }
  return BANDS
}
