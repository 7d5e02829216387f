import { HeavensError } from '@heavens/schemas'
import { readTable } from '@heavens/science/fits'
import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import { poissonUpperLimit } from '@heavens/science/statistics'
import { ttFromMjdTt, ttFromMjdUtc } from '@heavens/science/time'
import type { DecodeContext, DecodedItem, FileKind } from '../instrument.js'
import { columnNamed, numericColumn } from '../reading/column.js'
import { identity, keyword } from '../reading/keyword.js'
import { rateBlocks } from '../reading/rate-blocks.js'
import { tableColumns } from '../reading/table-columns.js'

/** What a night's flux stands for [s], around its middle: a day, so that each is in a bin of its own. */
const NIGHT = 86400
/** Confidence at which a limit is taken, where the papers say none. */
const LIMIT = 0.95
const LIMIT_COUNTS = poissonUpperLimit(0, 0, LIMIT)

/** gamma-cat's numbers of sources, by group of the descriptor. */
const SOURCES = [49, 91, 138]

/** A light curve of gamma-cat, of HEGRA, in units of the Crab. Spectra of the same origin have no TIME. */
export function recognise(file: FitsFile): FileKind | undefined {
  if (identity(file).telescope !== 'HEGRA' || keyword(file, 'DATA_TYP') !== 'LC') return undefined
  const table = file.hdu('TABLE')
  if (table === undefined || !['TIME', 'FLUX', 'FLUX_ERR'].every((name) => tableColumns(table).includes(name))) return undefined
  return unitOf(table, 'FLUX') === 'Crab' && unitOf(table, 'TIME') === 'MJD' ? 'rates' : undefined
}

/**
 * Fluxes of nights as rate blocks. A flux F ± σ is told as the counts n = (F/σ)² in the exposure n / F: of these the rate is F and
 * its Poisson error σ, also after several nights are added up (then weighed by F/σ²). A limit U is no count in the
 * exposure in which U is the limit at 95 %; a flux that is not above 0 is the limit F + 1.64 σ. Rows without either are undecodable.
 */
export async function* decode(file: FitsFile, kind: FileKind, context: DecodeContext): AsyncIterable<DecodedItem> {
  const table = file.hdu('TABLE')
  if (kind !== 'rates' || table === undefined) throw new HeavensError('file-unusable', { file: file.name, reason: `hegra has no ${kind} files` })
  const source = table.header.number('SOURCE_I', -1)
  const group = SOURCES.indexOf(source)
  if (group < 0) throw new HeavensError('file-unusable', { file: file.name, reason: `its source ${source} of gamma-cat is none of ${SOURCES.join(', ')}` })
  const toTt = keyword(file, 'TIMESYS', table) === 'TT' ? ttFromMjdTt : ttFromMjdUtc
  const slice = await readTable(file, table)
  const [mjd, flux, error] = ['TIME', 'FLUX', 'FLUX_ERR'].map((name) => numericColumn(file, slice, name)) as unknown as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>]
  const limits = columnNamed(slice, 'FLUX_UL') === undefined ? undefined : numericColumn(file, slice, 'FLUX_UL')
  const nights = Array.from({ length: slice.rows }, (_, row) => night(toTt(mjd[row]!), flux[row]!, error[row]!, limits?.[row] ?? NaN)).filter((one) => one !== undefined)
  if (nights.length < slice.rows) context.undecodable(slice.rows - nights.length, 'a night has neither flux and error nor a limit')
  nights.sort((a, b) => a.time - b.time)
  yield* rateBlocks(file, {
    group, width: NIGHT, channels: 1,
    time: Float64Array.from(nights, ({ time }) => time), counts: Float64Array.from(nights, ({ counts }) => counts),
    live: Float32Array.from(nights, ({ exposure }) => exposure / NIGHT),
  }, context)
}

/** @param middle TT s */
function night(middle: number, flux: number, error: number, limit: number): { time: number; counts: number; exposure: number } | undefined {
  if (!Number.isFinite(middle)) return undefined
  const time = middle - NIGHT / 2
  if (flux > 0 && error > 0) return { time, counts: (flux / error) ** 2, exposure: flux / error ** 2 }
  const upper = limit > 0 ? limit : Math.max(0, flux) + 1.645 * error
  return upper > 0 ? { time, counts: 0, exposure: LIMIT_COUNTS / upper } : undefined
}

function unitOf(table: FitsHdu, name: string): string {
  const unit = table.header.get(`TUNIT${tableColumns(table).indexOf(name) + 1}`)
  return typeof unit === 'string' ? unit.trim() : ''
}
