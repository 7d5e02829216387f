/**
 * TAI − UTC since 1972, by the MJD (UTC) of the day from which each value holds.
 * Source: IERS Bulletin C and the IERS file Leap_Second.dat; no leap second has been announced since 2016-12-31.
 */
const FIRST_DAYS: readonly number[] = [
  41317, 41499, 41683, 42048, 42413, 42778, 43144, 43509, 43874, 44239, 44786, 45151, 45516, 46247, 47161, 47892, 48257, 48804,
  49169, 49534, 50083, 50630, 51179, 53736, 54832, 56109, 57204, 57754,
]
const FIRST_OFFSET = 10

/** MJD (UTC) of 2027-06-28, up to which the IERS file guarantees the table. */
const EXPIRES_MJD = 61584

/** TT − TAI [s], exact by definition. */
export const TT_MINUS_TAI = 32.184

/** MJD (TT) of the zero of internal time. */
export const MJD_ZERO = 51544

export const SECONDS_PER_DAY = 86400

/**
 * TAI − UTC on a UTC day.
 *
 * @param day MJD (UTC) of the day, integer. Before 1972 the value of 1972 is used: UTC had no whole leap seconds then.
 * @returns   whole seconds
 */
export function taiMinusUtc(day: number): number {
  for (let k = FIRST_DAYS.length - 1; k > 0; k--) if (day >= FIRST_DAYS[k]!) return FIRST_OFFSET + k
  return FIRST_OFFSET
}

/** Length of a UTC day [s]: 86401 where a leap second ends it, else 86400. `day` is its MJD (UTC). */
export function utcDayLength(day: number): number {
  return SECONDS_PER_DAY + taiMinusUtc(day + 1) - taiMinusUtc(day)
}

/**
 * The UTC day and the second in it that hold a whole TAI second.
 *
 * @param tai whole TAI seconds since MJD 51544.0 TAI
 * @returns   [MJD (UTC) of the day, second of the day 0 … 86399, or 86400 in a leap second]
 */
export function utcFromTaiSecond(tai: number): [day: number, second: number] {
  for (let k = FIRST_DAYS.length - 1; k > 0; k--) {
    const start = (FIRST_DAYS[k]! - MJD_ZERO) * SECONDS_PER_DAY + FIRST_OFFSET + k
    if (tai >= start) return splitDay(tai - FIRST_OFFSET - k)
    if (tai === start - 1) return [FIRST_DAYS[k]! - 1, SECONDS_PER_DAY]
  }
  return splitDay(tai - FIRST_OFFSET)
}

function splitDay(seconds: number): [day: number, second: number] {
  const day = Math.floor(seconds / SECONDS_PER_DAY)
  return [day + MJD_ZERO, seconds - day * SECONDS_PER_DAY]
}

/** The time (TT seconds) until which the leap-second table is guaranteed: 2027-06-28T00:00:00 UTC. */
export function leapSecondsExpire(): number {
  return (EXPIRES_MJD - MJD_ZERO) * SECONDS_PER_DAY + taiMinusUtc(EXPIRES_MJD) + TT_MINUS_TAI
}

/** Whether UTC at `t` (TT seconds) could be off by a leap second that this table does not know. */
export function pastLeapSecondTable(t: number): boolean {
  return t >= leapSecondsExpire()
}
