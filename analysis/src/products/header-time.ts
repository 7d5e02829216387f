import type { FitsHeader } from '@heavens/science/fits'

/** A time keyword of a header in TT seconds since MJD 51544.0, by its MJDREF; undefined where it or its reference is absent. */
export function ttFromHeader(header: FitsHeader, keyword: string): number | undefined {
  const value = header.number(keyword, NaN)
  const whole = header.number('MJDREFI', header.number('MJDREF', NaN))
  const fraction = header.number('MJDREFF', 0)
  const tt = (whole - 51_544) * 86_400 + fraction * 86_400 + value
  return Number.isFinite(tt) ? tt : undefined
}
