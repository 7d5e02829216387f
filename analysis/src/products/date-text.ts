/**
 * Calendar text in the TT scale of TT seconds since MJD 51544.0 (TT), without a zone: a FITS date for TIMESYS = 'TT'.
 *
 * @param tt       TT seconds
 * @param decimals of the seconds, 0…6
 */
export function isoFromMjdTt(tt: number, decimals: number): string {
  const units = 10 ** decimals
  const ticks = Math.round(tt * units)
  const whole = Math.floor(ticks / units)
  // 1970-01-01 is MJD 40587; a TT day always has 86400 s, as have JavaScript's.
  const text = new Date((whole + (51_544 - 40_587) * 86_400) * 1000).toISOString().slice(0, 19)
  return decimals === 0 ? text : `${text}.${String(ticks - whole * units).padStart(decimals, '0')}`
}
