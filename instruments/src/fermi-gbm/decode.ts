import { HeavensError } from '@heavens/schemas'
import { readTable, tableRows } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import type { DecodeContext, DecodedItem, FileKind } from '../instrument.js'
import { numericColumn } from '../reading/column.js'
import { goodTime } from '../reading/good-time.js'
import { identity, keyword } from '../reading/keyword.js'
import { orderedRows } from '../reading/ordered-rows.js'
import { spelledColumns } from '../reading/table-columns.js'
import { timesOfFile } from '../reading/times-of-file.js'
import { decodeCalibration } from './decode-calibration.js'
import { detectorIndex } from './detector-index.js'

/** TTE → events; CSPEC, CTIME and response files → calibration. Anything else of GBM (position history, catalogue) is not known. */
export function recognise(file: FitsFile): FileKind | undefined {
  const { telescope, instrument } = identity(file)
  if ((telescope !== 'GLAST' && telescope !== 'FERMI') || instrument !== 'GBM') return undefined
  if (keyword(file, 'DATATYPE') === 'TTE' || file.hdu('EVENTS') !== undefined) return 'events'
  if (file.hdus.some(hdu => hdu.name.toUpperCase().includes('MATRIX')) || file.hdu('SPECTRUM') !== undefined) return 'calibration'
  return undefined
}

export async function* decode(file: FitsFile, kind: FileKind, context: DecodeContext): AsyncIterable<DecodedItem> {
  if (kind === 'calibration') yield await decodeCalibration(file, context)
  else if (kind === 'events') yield* decodeTte(file, context)
  else throw new HeavensError('file-unusable', { file: file.name, reason: `fermi-gbm has no ${kind} files` })
}

/** Time-tagged events: EBOUNDS first, as PHA means nothing without them; then GTI; then EVENTS. */
async function* decodeTte(file: FitsFile, context: DecodeContext): AsyncIterable<DecodedItem> {
  const events = file.hdu('EVENTS')
  if (events === undefined || events.kind !== 'bintable') throw new HeavensError('file-unusable', { file: file.name, reason: 'a TTE file without an EVENTS table' })
  if (tableRows(events) === 0) throw new HeavensError('file-unusable', { file: file.name, reason: 'no rows in EVENTS' })
  const detector = detectorIndex(file)
  const times = timesOfFile(file, events)
  const bounds = await channelBounds(file)
  const good = await goodTime(file, timesOfFile(file, file.hdu('GTI') ?? events).toTt)

  let announced = false
  for await (const piece of orderedRows(file, events, { time: 'TIME', columns: ['PHA'], ...times, context })) {
    if (!announced) {
      yield { kind: 'ebounds', group: detector, from: piece.start, ...bounds }
      if (good !== undefined) yield { kind: 'gti', group: detector, ...good }
      announced = true
    }
    const pha = piece.values('PHA')
    // Channels are small and never negative: the 16-bit column is looked at as unsigned where it lies.
    const channel = pha instanceof Int16Array ? new Uint16Array(pha.buffer as ArrayBuffer, pha.byteOffset, pha.length) : new Uint16Array(pha as Uint8Array)
    yield {
      kind: 'events', start: piece.start, stop: piece.stop, count: piece.count,
      columns: { time: piece.time, channel, detector: new Uint8Array(piece.count).fill(detector) },
    }
  }
}

async function channelBounds(file: FitsFile): Promise<{ first: number; eMin: Float32Array; eMax: Float32Array }> {
  const hdu = file.hdu('EBOUNDS')
  if (hdu === undefined || hdu.kind !== 'bintable' || tableRows(hdu) === 0) {
    throw new HeavensError('file-unusable', { file: file.name, reason: 'a TTE file without EBOUNDS: its channels have no energies' })
  }
  const slice = await readTable(file, hdu, { columns: spelledColumns(hdu, ['CHANNEL', 'E_MIN', 'E_MAX']), from: 0, to: tableRows(hdu) })
  const channel = numericColumn(file, slice, 'CHANNEL')
  for (let row = 0; row < slice.rows; row++) {
    if (channel[row] !== channel[0]! + row) throw new HeavensError('file-unusable', { file: file.name, reason: `the channels of EBOUNDS are not consecutive (row ${row + 1})` })
  }
  return { first: channel[0]!, eMin: Float32Array.from(numericColumn(file, slice, 'E_MIN')), eMax: Float32Array.from(numericColumn(file, slice, 'E_MAX')) }
}
