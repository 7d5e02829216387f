import { MJD_ZERO, SECONDS_PER_DAY, TT_MINUS_TAI, taiMinusUtc, utcDayLength, utcFromTaiSecond } from './leap-seconds.js'

/** MJD of 1970-01-01, the zero of Unix time. */
const UNIX_ZERO_MJD = 40587

/** Internal time [TT seconds since MJD 51544.0 TT] from a Modified Julian Date in TT [d]. */
export function ttFromMjdTt(mjd: number): number {
  return (mjd - MJD_ZERO) * SECONDS_PER_DAY
}

/** Modified Julian Date in TT [d]; resolves 0.6 µs at present dates. */
export function mjdTtFromTt(t: number): number {
  return MJD_ZERO + t / SECONDS_PER_DAY
}

/** Internal time from INTEGRAL Julian Date: days (TT) since MJD 51544.0 TT. */
export function ttFromIjd(ijd: number): number {
  return ijd * SECONDS_PER_DAY
}

/** INTEGRAL Julian days (from MJD 51544.0 TT) of TT seconds. */
export function ijdFromTt(t: number): number {
  return t / SECONDS_PER_DAY
}

/** Internal time of a second (0 ≤ second < 86401) of the UTC day whose MJD is `day`. Whole numbers are added first. */
export function ttFromUtcDay(day: number, second: number): number {
  const whole = Math.floor(second)
  return (day - MJD_ZERO) * SECONDS_PER_DAY + taiMinusUtc(day) + 32 + whole + (second - whole + (TT_MINUS_TAI - 32))
}

/**
 * The UTC day of an internal time.
 * @returns [MJD (UTC) of the day, second of the day, in [86400, 86401) within a leap second]
 */
export function utcDayFromTt(t: number): [day: number, second: number] {
  const whole = Math.floor(t)
  // TAI = TT − 32.184 s; with whole and fractional parts apart nothing is lost to the size of `t`.
  const part = t - whole + (33 - TT_MINUS_TAI)
  const carry = Math.floor(part)
  const [day, second] = utcFromTaiSecond(whole - 33 + carry)
  return [day, second + (part - carry)]
}

/**
 * Internal time from a Modified Julian Date in UTC. On the day of a leap second the day is 86401 s long and the date is
 * stretched (the convention of SOFA and astropy).
 */
export function ttFromMjdUtc(mjd: number): number {
  const day = Math.floor(mjd)
  return ttFromUtcDay(day, (mjd - day) * utcDayLength(day))
}

/** Modified Julian Date in UTC, stretched on the day of a leap second. */
export function mjdUtcFromTt(t: number): number {
  const [day, second] = utcDayFromTt(t)
  return day + second / utcDayLength(day)
}

/** Internal time from Unix time [ms]. Unix time has no leap seconds: it knows none of them. */
export function ttFromUnix(ms: number): number {
  const days = Math.floor(ms / 86_400_000)
  return ttFromUtcDay(UNIX_ZERO_MJD + days, (ms - days * 86_400_000) / 1000)
}

/** Unix time [ms] of an internal time; it stands still at the coming midnight during a leap second. */
export function unixFromTt(t: number): number {
  const [day, second] = utcDayFromTt(t)
  return (day - UNIX_ZERO_MJD) * 86_400_000 + Math.min(second, SECONDS_PER_DAY) * 1000
}
