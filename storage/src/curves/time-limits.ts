import type { CurveKey } from '@heavens/schemas'

/** 2000-01-01T00:00:00 [ns since 1970]: TT seconds since MJD 51544.0 are kept as if they were UTC of that epoch. */
export const EPOCH_NS = 946_684_800_000_000_000n
/** First and last time of a bin [ns since 1970], in the years 1677 and 2262: what 64 bits hold, and InfluxDB takes. */
export const FIRST_NS = -9_223_372_036_854_775_806n
export const LAST_NS = 9_223_372_036_854_775_806n

/** Width of a bin [ns], a whole number. */
export const widthNs = (key: CurveKey): bigint => BigInt(Math.round(key.width * 1e9))

/** Whether a bin of this index lies within the times that every curve store keeps. */
export function withinTimes(key: CurveKey, index: number): boolean {
  const at = EPOCH_NS + BigInt(index) * widthNs(key)
  return at >= FIRST_NS && at <= LAST_NS
}
