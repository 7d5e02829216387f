import { HeavensError } from '@heavens/schemas'
import type { FitsValue } from '../fits/types.js'
import { epochTt } from './mission-clock.js'

/** What the times of a FITS table mean: internal time is x · scale + offset for every time system. */
export interface TimeReference {
  /** internal time [TT seconds since MJD 51544.0 TT] of a value of the TIME column; TIMEZERO is in it, TIMEPIXR is not */
  toTt(x: number): number
  /** value of the TIME column at an internal time */
  fromTt(t: number): number
  /** internal time of x = 0 [s]; TIMEZERO is in it */
  offset: number
  /** seconds per unit of TIME */
  scale: number
  /** TIMEZERO [unit of TIME], 0 where absent */
  timezero: number
  /** where in its bin a TIME points: 0 start, 0.5 middle (also where absent), 1 end */
  timepixr: number
  /** TIMEDEL [unit of TIME], 0 where absent */
  timedel: number
  /** TIMESYS in capitals; TT where absent */
  timesys: string
}

const UNITS: Readonly<Record<string, number>> = { s: 1, sec: 1, second: 1, seconds: 1, d: 86400, day: 86400, days: 86400, h: 3600, hr: 3600, min: 60, ms: 1e-3, us: 1e-6, a: 31557600, yr: 31557600 }

/**
 * Reads MJDREF or MJDREFI + MJDREFF, TIMESYS, TIMEUNIT and TIMEZERO (or TIMEZERI + TIMEZERF), TIMEPIXR and TIMEDEL.
 * MJD(TT) = MJDREF + (TIME + TIMEZERO) · unit. A UTC reference is converted once; what elapses since is SI seconds
 * (FITS 4.0, section 9). TDB is read as TT, which is wrong by less than 2 ms.
 *
 * @param header any header: `get` returns undefined where a keyword is absent
 * @throws HeavensError file-unusable when the reference date is absent, or a keyword has no meaning here
 */
export function timeReference(header: { get(keyword: string): FitsValue | undefined }): TimeReference {
  const number = (keyword: string): number | undefined => {
    const value = header.get(keyword)
    if (value === undefined || value === null || value === '') return undefined
    const read = typeof value === 'boolean' ? Number.NaN : Number(value)
    if (!Number.isFinite(read)) throw unusable(header, `${keyword} is not a number`)
    return read
  }
  const mjdrefi = number('MJDREFI')
  const mjdreff = number('MJDREFF')
  const mjdref = number('MJDREF')
  if (mjdrefi === undefined && mjdref === undefined) throw unusable(header, 'its times have no reference date: MJDREFI and MJDREF are absent')
  const timesys = text(header.get('TIMESYS')).toUpperCase() || 'TT'
  const zero = mjdrefi !== undefined ? epochTt(mjdrefi, mjdreff ?? 0, timesys) : epochTt(mjdref!, mjdreff ?? 0, timesys)
  if (zero === undefined) throw unusable(header, `TIMESYS ${timesys} is not known`)
  const unit = text(header.get('TIMEUNIT')).toLowerCase() || 's'
  const scale = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined
  if (scale === undefined) throw unusable(header, `TIMEUNIT ${unit} is not known`)
  const timezero = number('TIMEZERO') ?? (number('TIMEZERI') ?? 0) + (number('TIMEZERF') ?? 0)
  const offset = zero + timezero * scale
  return {
    toTt: (x) => x * scale + offset,
    fromTt: (t) => (t - offset) / scale,
    offset,
    scale,
    timezero,
    timepixr: number('TIMEPIXR') ?? 0.5,
    timedel: number('TIMEDEL') ?? 0,
    timesys,
  }
}

function text(value: FitsValue | undefined): string {
  return typeof value === 'string' ? value.trim() : ''
}

function unusable(header: { get(keyword: string): FitsValue | undefined }, reason: string): HeavensError {
  const name = text(header.get('EXTNAME'))
  return new HeavensError('file-unusable', { file: name ? `The extension ${name}` : 'The file', reason })
}
