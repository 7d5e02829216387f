import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import { numericKeyword } from './keyword.js'

/** TT seconds since MJD 51544.0. */
export interface TimeLimits {
  /** earliest and latest time that is believed, inclusive */
  earliest: number
  latest: number
  /** what the header says the file covers; undefined where it does not say */
  start: number | undefined
  stop: number | undefined
}

const DAY = 86400
/** 1970-01-01 and 2100-01-01, TT seconds since MJD 51544.0 */
const YEAR_1970 = (40587 - 51544) * DAY
const YEAR_2100 = (88069 - 51544) * DAY

/**
 * Times a file may hold: its own TSTART to TSTOP with a day on each side; 1970 to 2100 where it does not give them.
 * TSTART and TSTOP are absolute in every file seen (they do not take TIMEZERO), hence a conversion of their own.
 *
 * @param toTt the file's time to TT seconds, without TIMEZERO
 */
export function timeLimits(file: FitsFile, hdu: FitsHdu, toTt: (x: number) => number): TimeLimits {
  const first = numericKeyword(file, 'TSTART', hdu)
  const last = numericKeyword(file, 'TSTOP', hdu)
  const start = first === undefined ? undefined : believable(toTt(first))
  const stop = last === undefined ? undefined : believable(toTt(last))
  if (start === undefined || stop === undefined || stop < start) return { earliest: YEAR_1970, latest: YEAR_2100, start: undefined, stop: undefined }
  return { earliest: start - DAY, latest: stop + DAY, start, stop }
}

function believable(time: number): number | undefined {
  return time >= YEAR_1970 && time <= YEAR_2100 ? time : undefined
}
