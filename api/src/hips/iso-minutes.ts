import { utcIsoFromTt } from '@heavens/science/time'

/** UTC of TT seconds as FITS writes it, without a zone. */
export function isoFromSeconds(tt: number, decimals: number): string {
  return utcIsoFromTt(tt, decimals).replace('Z', '')
}

/** UTC of TT seconds to the minute, as HiPS writes it. */
export function isoMinutes(tt: number): string {
  return `${utcIsoFromTt(tt, 0).slice(0, 16)}Z`
}
