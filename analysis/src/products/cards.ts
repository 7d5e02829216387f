import { isoFromMjdTt } from './date-text.js'
import type { CardInput } from '@heavens/science/fits'
import type { Interval } from '../selection/intervals.js'
import type { ProductContext } from './product-context.js'
import { shapeText } from '../selection/shape-text.js'

/** Times in products are what they are inside: TT seconds since MJD 51544.0 (TT). */
const EPOCH_MJD = 51544

/** Seconds as they are written: 0.1 µs is what float64 holds at today's date. */
export function seconds(value: number): number {
  return Number(value.toFixed(7))
}

/** Modified Julian Date (TT), to the microsecond that float64 holds. */
function mjd(tt: number): number {
  return Number((EPOCH_MJD + tt / 86_400).toFixed(11))
}

/** First start and last stop. */
export function span(intervals: readonly Interval[]): Interval {
  return [intervals[0]?.[0] ?? 0, intervals.at(-1)?.[1] ?? 0]
}

/** Whether any of the data are of a simulated run. */
export function isSimulated(context: ProductContext): boolean {
  return context.whole.inputs.some(({ run }) => run.startsWith('simulated'))
}

/** Who observed what: the keywords that every HDU carries. */
export function originCards(context: ProductContext, group?: string): CardInput[] {
  const { descriptor } = context.whole
  const { target } = context.used
  return [
    ['TELESCOP', descriptor.mission, 'mission'],
    ['INSTRUME', descriptor.name, 'instrument'],
    ...(group === undefined ? [] : [['DETNAM', group, 'detector group'] satisfies CardInput]),
    ['FILTER', 'none', 'no filter'],
    ...(isSimulated(context) ? [['SIMDATA', true, 'the telemetry is simulated'] satisfies CardInput] : []),
    ...(target === undefined
      ? []
      : [
          ['OBJECT', target.name ?? 'target', 'name of the target'] satisfies CardInput,
          ['RA_OBJ', target.ra, '[deg] right ascension of the target'] satisfies CardInput,
          ['DEC_OBJ', target.dec, '[deg] declination of the target'] satisfies CardInput,
          ['RADESYS', 'ICRS', 'frame of the positions'] satisfies CardInput,
        ]),
    ['ORIGIN', 'HEAVENS', 'who made this file'],
    ['CREATOR', `HEAVENS Quick-Look ${context.version}`, 'software that made this file'],
  ]
}

/** When: FITS time keywords of a stretch of time. Dates are in the scale of TIMESYS, as FITS 4.0 section 9 wants. */
export function timeCards([start, stop]: Interval): CardInput[] {
  return [
    ['DATE', isoFromMjdTt(stop, 0), 'end of the data (no clock goes into products)'],
    ['DATE-OBS', isoFromMjdTt(start, 6), 'start, TT'],
    ['DATE-END', isoFromMjdTt(stop, 6), 'end, TT'],
    ['MJD-OBS', mjd(start), '[d] start, TT'],
    ['MJD-END', mjd(stop), '[d] end, TT'],
    ['DATEREF', '2000-01-01', 'reference epoch, TT'],
    ['MJDREFI', EPOCH_MJD, '[d] reference epoch, integer part'],
    ['MJDREFF', 0, '[d] reference epoch, fraction'],
    ['TIMESYS', 'TT', 'time scale'],
    ['TIMEREF', 'LOCAL', 'times as measured at the spacecraft'],
    ['TIMEUNIT', 's', 'unit of times'],
    ['TIMEZERO', 0, '[s] to be added to times'],
    ['TSTART', seconds(start), '[s] start'],
    ['TSTOP', seconds(stop), '[s] end'],
    ['TELAPSE', seconds(stop - start), '[s] end - start'],
  ]
}

/** Intervals that headers list; a list of good time may hold thousands. */
const MOST_INTERVALS = 20

/** From what, by what: keywords and HISTORY of the primary header. */
export function provenanceCards(context: ProductContext, calibration: readonly { file: string; sha256: string }[] = []): CardInput[] {
  const { whole, used } = context
  const lines = [
    `Request (sha256 ${context.requestSha256})`,
    ...(used.request.label === '' ? [] : [`Label: ${used.request.label}`]),
    ...used.intervalsUtc.slice(0, MOST_INTERVALS).map(([start, stop], i) => `Interval ${i + 1}: ${start} - ${stop ?? 'open end'} UTC`),
    ...(used.intervalsUtc.length > MOST_INTERVALS ? [`and ${used.intervalsUtc.length - MOST_INTERVALS} intervals more, which request.json lists`] : []),
    ...whole.inputs.map((input) => `Input ${input.topic} offsets ${input.firstOffset}-${input.lastOffset}, ${input.events} events`),
    ...whole.sources.map((source) => `Source ${source}`),
    ...calibration.map(({ file, sha256 }) => `Calibration ${file} sha256 ${sha256}`),
    'A channel belongs to the band that holds sqrt(E_MIN*E_MAX), lower edge included.',
    ...(context.shape === undefined ? [] : [`Events in the ${shapeText(context.shape)}.`]),
    ...(context.radius === undefined ? [] : [`Events within ${context.radius} deg of the target.`]),
  ]
  return [['REQHASH', context.requestSha256, 'sha256 of the request as used'], ...lines.map((line): CardInput => ['HISTORY', line])]
}

/** HDUCLASS OGIP and its levels. */
export function classCards(...levels: readonly string[]): CardInput[] {
  return [['HDUCLASS', 'OGIP', 'format conforms to OGIP standards'], ...levels.map((level, i): CardInput => [`HDUCLAS${i + 1}`, level])]
}
