import { HeavensError } from '@heavens/schemas'
import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import type { DecodedItem } from '../instrument.js'
import { numericKeyword } from '../reading/keyword.js'
import type { Intervals } from '../reading/good-time.js'

/**
 * A run looks at one place: RA_PNT, DEC_PNT [deg], with the live share DEADC (1 where absent), one row for each good interval.
 * The x axis is put towards north, as the responses are aligned with the sky (FOVALIGN RADEC); the zenith turns during a run and is left unknown.
 * Throws file-unusable where the header does not say where the telescopes looked, or DEADC is not a share.
 */
export function pointingOfRun(file: FitsFile, events: FitsHdu, good: Intervals): DecodedItem {
  const ra = numericKeyword(file, 'RA_PNT', events)
  const dec = numericKeyword(file, 'DEC_PNT', events)
  const live = numericKeyword(file, 'DEADC', events) ?? 1
  if (ra === undefined || dec === undefined || Math.abs(dec) > 90) throw new HeavensError('file-unusable', { file: file.name, reason: 'RA_PNT and DEC_PNT do not say where it looked' })
  if (!(live > 0 && live <= 1)) throw new HeavensError('file-unusable', { file: file.name, reason: `the live share DEADC is ${live}` })
  const count = good.start.length
  const filled = (value: number): Float32Array => new Float32Array(count).fill(value)
  return {
    kind: 'pointing', start: good.start[0]!, stop: good.stop[count - 1]!, count, time: good.start,
    duration: Float32Array.from(good.start, (start, i) => good.stop[i]! - start), livetime: filled(live),
    ra: filled(ra), dec: filled(dec), raX: filled(dec > 0 ? (ra + 180) % 360 : ra), decX: filled(90 - Math.abs(dec)),
    raZenith: filled(NaN), decZenith: filled(NaN), inSaa: new Uint8Array(count),
  }
}
