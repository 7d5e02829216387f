import { HeavensError } from '@heavens/schemas'
import { TT_MINUS_TAI, utcDayLength, utcFromTaiSecond } from './leap-seconds.js'
import { ttFromUtcDay } from './mjd.js'

// date [ (T or space) hh:mm [ :ss [ .fraction ] ] ] [ Z or a zero offset ]
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d*)?))?)?(?:Z|[+-]00:?00)?$/i
const MS_PER_DAY = 86_400_000
const UNIX_ZERO_MJD = 40587

/**
 * Internal time [TT seconds since MJD 51544.0 TT] of a UTC date and time: `2008-08-26`, `2008-08-26T01:52`,
 * `2008-08-26T01:52:13.123456789Z`; with or without Z; `:60` within a leap second.
 * @throws HeavensError bad-time for another form, a day or time that does not exist, or a date before 1972 (no leap-second UTC)
 */
export function ttFromUtcIso(text: string): number {
  const refuse = (reason: string): HeavensError => new HeavensError('bad-time', { value: text, reason })
  const match = ISO.exec(text.trim())
  if (!match) throw refuse('write UTC as 2008-08-26T01:52:13.5Z')
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const ms = Date.UTC(year, month - 1, date)
  const made = new Date(ms)
  if (made.getUTCMonth() !== month - 1 || made.getUTCDate() !== date) throw refuse('there is no such day')
  if (year < 1972) throw refuse('UTC is read from 1972 on')
  const day = UNIX_ZERO_MJD + ms / MS_PER_DAY
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)]
  if (hour > 23 || minute > 59) throw refuse('there is no such time of day')
  // Only the last minute of a day can be longer, where a leap second ends it.
  const limit = hour === 23 && minute === 59 ? 60 + utcDayLength(day) - 86400 : 60
  if (second >= limit) throw refuse(second < 61 ? 'no leap second was inserted there' : 'there is no such second')
  return ttFromUtcDay(day, hour * 3600 + minute * 60 + second)
}

/**
 * UTC date and time of an internal time, `2008-08-26T01:52:13.123456Z`, rounded to the nearest last digit; a leap second
 * reads `23:59:60`.
 *
 * @param digits decimals of the second, 0 … 9
 * @throws HeavensError bad-time when `t` is not finite or outside the years 0 … 9999
 */
export function utcIsoFromTt(t: number, digits = 6): string {
  const unit = 10 ** digits
  const whole = Math.floor(t)
  const ticks = Math.round((t - whole + (33 - TT_MINUS_TAI)) * unit)
  const carry = Math.floor(ticks / unit)
  // The carry is made in TAI, where every second is alike; only then is it a UTC second.
  const [day, second] = utcFromTaiSecond(whole - 33 + carry)
  const ms = (day - UNIX_ZERO_MJD) * MS_PER_DAY
  if (!(Math.abs(ms) < 8e15) || ms < -62167219200000 || ms >= 253402300800000) throw new HeavensError('bad-time', { value: t, reason: 'it is outside the years 0 to 9999' })
  const minutes = Math.min(Math.floor(second / 60), 1439)
  const two = (n: number): string => String(n).padStart(2, '0')
  const fraction = digits > 0 ? `.${String(ticks - carry * unit).padStart(digits, '0')}` : ''
  return `${new Date(ms).toISOString().slice(0, 10)}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(second - minutes * 60)}${fraction}Z`
}
