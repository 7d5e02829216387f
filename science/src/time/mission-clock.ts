import { HeavensError } from '@heavens/schemas'
import { MJD_ZERO, SECONDS_PER_DAY, TT_MINUS_TAI } from './leap-seconds.js'
import { ttFromUtcDay } from './mjd.js'

/** The zero of a mission's elapsed time and its scale, as in the keywords MJDREFI, MJDREFF and TIMESYS. */
export interface MissionClock {
  /** whole days of the reference MJD */
  mjdrefi: number
  /** rest of the reference MJD [d] */
  mjdreff: number
  /** time system of the reference MJD */
  timesys: string
  /** unit of elapsed time; seconds where absent */
  unit?: 's' | 'd'
}

/** 2001-01-01, 2010-01-01 and so on at 00:00:00 UTC: the rest of the day in TT is 32.184 s and the leap seconds of the year. */
const utcMidnight = (mjdrefi: number, leap: number): MissionClock => ({ mjdrefi, mjdreff: (leap + TT_MINUS_TAI) / SECONDS_PER_DAY, timesys: 'TT' })

// From the MJDREF keywords of each mission's event files, as their archives describe them. A file's own header goes first.
const CLOCKS: Readonly<Record<string, MissionClock>> = {
  fermi: utcMidnight(51910, 32),
  swift: utcMidnight(51910, 32),
  rxte: utcMidnight(49353, 28),
  suzaku: utcMidnight(51544, 32),
  maxi: utcMidnight(51544, 32),
  nustar: utcMidnight(55197, 34),
  hxmt: utcMidnight(55927, 34),
  // NICER's files name 2014-01-01 (35 leap seconds) and add TIMEZERO = −1 to their times; this is the sum of both.
  nicer: utcMidnight(56658, 34),
  ixpe: utcMidnight(57754, 37),
  xrism: utcMidnight(58484, 37),
  xmm: { mjdrefi: 50814, mjdreff: 0, timesys: 'TT' },
  chandra: { mjdrefi: 50814, mjdreff: 0, timesys: 'TT' },
  integral: { mjdrefi: 51544, mjdreff: 0, timesys: 'TT', unit: 'd' },
}

/** The clock of a mission by its lower-case name. @throws HeavensError not-found for a mission that is not listed */
export function missionClock(mission: string): MissionClock {
  const clock = Object.hasOwn(CLOCKS, mission.toLowerCase()) ? CLOCKS[mission.toLowerCase()] : undefined
  if (!clock) throw new HeavensError('not-found', { what: 'clock of the mission', id: mission })
  return clock
}

/**
 * Offset of an epoch: internal time of MJD `whole` + `rest` in a time system.
 * TDB and TCB's relatives are not modelled: TDB is taken as TT, wrong by less than 2 ms at any time.
 *
 * @returns seconds, or undefined for a time system that is not known (TT, TDT, ET, TDB, TAI, IAT, UTC, UT are)
 */
export function epochTt(whole: number, rest: number, timesys: string): number | undefined {
  const day = Math.floor(whole)
  const seconds = (whole - day + rest) * SECONDS_PER_DAY
  switch (timesys.trim().toUpperCase()) {
    case 'TT':
    case 'TDT':
    case 'ET':
    case 'TDB':
      return (day - MJD_ZERO) * SECONDS_PER_DAY + seconds
    case 'TAI':
    case 'IAT':
      return (day - MJD_ZERO) * SECONDS_PER_DAY + seconds + TT_MINUS_TAI
    case 'UTC':
    case 'UT': {
      const more = Math.floor(seconds / SECONDS_PER_DAY)
      return ttFromUtcDay(day + more, seconds - more * SECONDS_PER_DAY)
    }
    default:
      return undefined
  }
}

function clockZero(clock: MissionClock): number {
  const zero = epochTt(clock.mjdrefi, clock.mjdreff, clock.timesys)
  if (zero === undefined) throw new HeavensError('bad-time', { value: clock.timesys, reason: 'the time system is not known' })
  return zero
}

/**
 * Internal time from mission elapsed time. Elapsed seconds are SI seconds also for a UTC reference.
 * @throws HeavensError bad-time for an unknown time system
 */
export function ttFromMet(met: number, clock: MissionClock): number {
  return (clock.unit === 'd' ? met * SECONDS_PER_DAY : met) + clockZero(clock)
}

/** Mission elapsed time, in the unit of the clock. @throws HeavensError bad-time for an unknown time system */
export function metFromTt(t: number, clock: MissionClock): number {
  const elapsed = t - clockZero(clock)
  return clock.unit === 'd' ? elapsed / SECONDS_PER_DAY : elapsed
}

/** Day of the clock correction of CGRO, and how far its clock was ahead before: COM-RP-UNH-DRG-037. */
const CGRO_CORRECTED = 8798 + 28_800_000 / 691_200_000
const CGRO_AHEAD = 2.042144

/**
 * Internal time from the Truncated Julian Day (MJD − 40000, UTC) and tics (1/8 ms) of CGRO/COMPTEL. Before
 * 8798:28800000 (1992-06-25) the clock of the observatory ran 2.042144 s ahead; this is taken off.
 *
 * @param tjd  whole days
 * @param tics eighths of a millisecond since the start of the day, 0 … 691 200 000
 */
export function ttFromTjdTics(tjd: number, tics: number): number {
  const ahead = tjd + tics / 691_200_000 < CGRO_CORRECTED ? CGRO_AHEAD : 0
  return ttFromUtcDay(tjd + 40000, tics / 8000) - ahead
}
