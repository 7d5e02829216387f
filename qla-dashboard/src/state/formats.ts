import { mjdTtFromTt, utcIsoFromTt } from '@heavens/science/time'
import { toFrame } from '../sky/frames.js'

/** Ways to write a position; a click on one goes to the next. */
export const POSITION_FORMS = ['degrees', 'sexagesimal', 'galactic'] as const
export type PositionForm = (typeof POSITION_FORMS)[number]
export const TIME_FORMS = ['utc', 'mjd', 'seconds'] as const
export type TimeForm = (typeof TIME_FORMS)[number]

/** A position (ICRS degrees) as text with its frame; `finer` digits more for pictures of small pixels. */
export function positionText(ra: number, dec: number, form: PositionForm, finer = 0): string {
  if (form === 'sexagesimal') return `${sexagesimal(ra / 15, 2 + finer, 'hms')} ${dec < 0 ? '−' : '+'}${sexagesimal(Math.abs(dec), 1 + finer, '°′″')} ICRS`
  if (form === 'galactic') {
    const { lon, lat } = toFrame('galactic', ra, dec)
    return `l ${lon.toFixed(2 + finer)}° b ${signed(lat, 2 + finer)}°`
  }
  return `${ra.toFixed(3 + finer)}° ${signed(dec, 3 + finer)}° ICRS`
}

/** Hours or degrees in three parts, rounded before they are split so that no 60 appears. */
export function sexagesimal(value: number, digits: number, marks: string): string {
  const unit = 10 ** digits
  const total = Math.round(value * 3600 * unit)
  const [a, b, c] = [...marks]
  const seconds = (total % (60 * unit)) / unit
  const minutes = Math.floor(total / (60 * unit)) % 60
  return `${String(Math.floor(total / (3600 * unit))).padStart(2, '0')}${a}${String(minutes).padStart(2, '0')}${b}${seconds.toFixed(digits).padStart(digits ? 3 + digits : 2, '0')}${c}`
}

/** A number with its sign, a true minus. */
export function signed(value: number, digits: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`
}

/** `2026-05-30 10:19:08` and so many digits, UTC, of TT s. */
export function utcText(t: number, digits = 0): string {
  return utcIsoFromTt(t, digits).replace('T', ' ').replace('Z', '')
}

/** A time (TT s) as text with its scale. */
export function timeText(t: number, form: TimeForm, digits = 2): string {
  if (form === 'mjd') return `MJD ${mjdTtFromTt(t).toFixed(6)} TT`
  if (form === 'seconds') return `${t.toFixed(3)} s TT since MJD 51544`
  return `${utcText(t, digits)} UTC`
}

/** Seconds as people say them: 64 ms, 5.2 s, 12 min, 3.4 h, 2 d. */
export function durationText(seconds: number): string {
  const s = Math.abs(seconds)
  if (s < 1) return `${trim(s * 1000)} ms`
  if (s < 120) return `${trim(s)} s`
  if (s < 7200) return `${trim(s / 60)} min`
  if (s < 172_800) return `${trim(s / 3600)} h`
  return `${trim(s / 86_400)} d`
}

/** 1234567 → 1.23 M; counts below 10,000 as they are. */
export function countText(n: number): string {
  if (n < 10_000) return String(Math.round(n))
  if (n < 1e6) return `${trim(n / 1000)} k`
  if (n < 1e9) return `${trim(n / 1e6)} M`
  return `${trim(n / 1e9)} G`
}

/** Bytes in powers of 1000. */
export function bytesText(n: number): string {
  return n < 1000 ? `${n} B` : n < 1e6 ? `${trim(n / 1000)} kB` : `${trim(n / 1e6)} MB`
}

const trim = (v: number): string => String(Number(v.toPrecision(v >= 100 ? 4 : 3)))
