import { turn } from './geometry.js'

const RADIAN = Math.PI / 180

/**
 * Position of the Sun seen from the Earth's centre, right to 0.01° from 1950 to 2050: the low-precision formulae of the
 * Astronomical Almanac (section C). Its longitude is of date; the precession since J2000 is taken off (50.29″ a year).
 *
 * @param t internal time [TT seconds since MJD 51544.0 TT]
 * @returns [right ascension, declination] of J2000, degrees
 */
export function sunPosition(t: number): [ra: number, dec: number] {
  // Days since J2000.0, which is MJD 51544.5.
  const days = t / 86400 - 0.5
  const anomaly = (357.528 + 0.9856003 * days) * RADIAN
  const ofDate = 280.46 + 0.9856474 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)
  const longitude = (ofDate - (50.29 / 3600) * (days / 365.25)) * RADIAN
  const obliquity = 23.4393 * RADIAN
  return [turn(Math.atan2(Math.cos(obliquity) * Math.sin(longitude), Math.cos(longitude)) / RADIAN), Math.asin(Math.sin(obliquity) * Math.sin(longitude)) / RADIAN]
}
