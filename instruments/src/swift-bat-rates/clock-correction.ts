import { taiMinusUtc, utcDayFromTt } from '@heavens/science/time'
import type { FitsHeader } from '@heavens/science/fits'

/** TAI − UTC at 2001-01-01, the zero of Swift's clock [s] */
const AT_EPOCH = 32

/**
 * What to add to Swift's times [s]. The spacecraft clock is not steered and has drifted by more than ten seconds since
 * launch; where CLOCKAPP is false that is still in the times. The header then gives UTCFINIT, with
 * UTC = 2001-01-01T00:00:00 + TIME + UTCFINIT, the leap seconds since 2001 included; so the clock is off by UTCFINIT + leap seconds.
 * 0 where the correction is applied already or nothing is given.
 *
 * @param near TT of the data, for the number of leap seconds
 */
export function clockCorrection(table: FitsHeader, primary: FitsHeader | undefined, near: number): number {
  const applied = table.get('CLOCKAPP') ?? primary?.get('CLOCKAPP')
  if (applied === true) return 0
  const given = table.get('UTCFINIT') ?? primary?.get('UTCFINIT')
  if (typeof given !== 'number' || !Number.isFinite(given)) return 0
  return given + taiMinusUtc(utcDayFromTt(near)[0]) - AT_EPOCH
}
