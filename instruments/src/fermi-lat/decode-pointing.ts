import { HeavensError } from '@heavens/schemas'
import { tableRows } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import type { DecodeContext, DecodedItem } from '../instrument.js'
import { orderedRows } from '../reading/ordered-rows.js'
import { timesOfFile } from '../reading/times-of-file.js'

const NEEDED = ['STOP', 'LIVETIME', 'RA_SCZ', 'DEC_SCZ', 'RA_SCX', 'DEC_SCX', 'RA_ZENITH', 'DEC_ZENITH', 'IN_SAA']

/**
 * FT2: one row for about 30 s, with START, STOP, the directions of the spacecraft's z (boresight) and x axes and of the
 * zenith, IN_SAA and LIVETIME [s]. The livetime fraction of a row is LIVETIME / (STOP − START).
 *
 * Rows are cut at SAA borders and at starts of runs, so they last from half a second to half a minute and leave gaps.
 */
export async function* decodePointing(file: FitsFile, context: DecodeContext): AsyncIterable<DecodedItem> {
  const table = file.hdu('SC_DATA')
  if (table === undefined || tableRows(table) === 0) throw new HeavensError('file-unusable', { file: file.name, reason: 'no rows in SC_DATA' })
  const times = timesOfFile(file, table)
  for await (const piece of orderedRows(file, table, { time: 'START', columns: NEEDED, ...times, context })) {
    const { count } = piece
    const stop = piece.values('STOP')
    const live = piece.values('LIVETIME')
    const duration = new Float32Array(count)
    const livetime = new Float32Array(count)
    let end = piece.start
    for (let row = 0; row < count; row++) {
      const until = times.toTt(stop[row]!)
      duration[row] = Math.max(0, until - piece.time[row]!)
      livetime[row] = duration[row]! > 0 ? Math.min(1, live[row]! / duration[row]!) : 0
      if (until > end) end = until
    }
    yield {
      kind: 'pointing', start: piece.start, stop: Math.max(piece.stop, end), count, time: piece.time, duration, livetime,
      ra: floats(piece.values('RA_SCZ')), dec: floats(piece.values('DEC_SCZ')), raX: floats(piece.values('RA_SCX')), decX: floats(piece.values('DEC_SCX')),
      raZenith: floats(piece.values('RA_ZENITH')), decZenith: floats(piece.values('DEC_ZENITH')),
      // Logicals are read as 1, 0 and 255 for "not known", which is not a reason to leave data out.
      inSaa: Uint8Array.from(piece.values('IN_SAA') as Uint8Array, value => (value === 1 ? 1 : 0)),
    }
  }
}

function floats(values: ArrayLike<number>): Float32Array {
  return Float32Array.from(values)
}
