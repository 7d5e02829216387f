import { timeReference } from '@heavens/science/time'
import type { TimeReference } from '@heavens/science/time'
import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import { timeLimits } from './time-limits.js'
import type { TimeLimits } from './time-limits.js'

export interface TimesOfFile {
  reference: TimeReference
  /** a value of the TIME column → TT seconds; TIMEZERO is in it */
  toTt(x: number): number
  limits: TimeLimits
}

/**
 * The clock of an HDU. Where its header has no reference date, that of the first HDU with one is used: some files give
 * it in the primary header only. Throws file-unusable where none has it.
 */
export function timesOfFile(file: FitsFile, hdu: FitsHdu): TimesOfFile {
  const dated = [hdu, ...file.hdus].find(each => each.header.has('MJDREFI') || each.header.has('MJDREF')) ?? hdu
  const reference = timeReference(dated.header)
  const withoutZero = reference.offset - reference.timezero * reference.scale
  return { reference, toTt: reference.toTt, limits: timeLimits(file, hdu, x => x * reference.scale + withoutZero) }
}
