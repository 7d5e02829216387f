import { HeavensError } from '@heavens/schemas'
import { turn } from './geometry.js'

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*(?:d|deg|°)?$/i
// Up to three parts set apart by colons, spaces or unit letters; only the last has decimals.
const PARTS = /^([+-]?)(\d+)\s*(?::|\s|h|d|°)\s*(\d+(?:\.\d*)?)(?:\s*(?::|\s|m|'|′)\s*(\d+(?:\.\d*)?)?\s*(?:s|"|″)?)?(?:\s*m)?$/i

/**
 * Degrees of an angle as people write it: `83.6331`, `05:34:31.9`, `05h34m31.9s`, `05 34 31.9`, `+22d00m52s`, `-28 56 10`.
 *
 * @param kind 'ra': sexagesimal parts are hours unless a `d` follows the first; the result is 0 ≤ ra < 360.
 *             'dec': parts are degrees, the result is −90 … 90.
 * @throws HeavensError bad-position for another form, minutes or seconds of 60 or more, or a value out of range
 */
export function parseAngle(text: string, kind: 'ra' | 'dec'): number {
  const given = text.trim().replace(/[−–]/g, '-')
  const refuse = (reason: string): HeavensError => new HeavensError('bad-position', { reason: `"${text}" ${reason}` })
  const value = DECIMAL.test(given) ? Number.parseFloat(given) : sexagesimal(given, kind, refuse)
  if (kind === 'dec') {
    if (Math.abs(value) > 90) throw refuse('is not a declination from −90 to 90 degrees')
    return value
  }
  if (value < -180 || value > 360) throw refuse('is not a right ascension from 0 to 360 degrees, or 24 hours')
  return turn(value)
}

function sexagesimal(given: string, kind: 'ra' | 'dec', refuse: (reason: string) => HeavensError): number {
  const parts = PARTS.exec(given)
  if (!parts) throw refuse(kind === 'ra' ? 'is not a right ascension: write 83.6331 or 05:34:31.9' : 'is not a declination: write 22.0145 or +22:00:52')
  const [first, minutes, seconds] = [Number(parts[2]), Number(parts[3]), Number(parts[4] ?? 0)]
  if (minutes >= 60 || seconds >= 60) throw refuse('has minutes or seconds of 60 or more')
  if (kind === 'dec' && /h/i.test(given)) throw refuse('gives a declination in hours')
  const hours = kind === 'ra' && !/[d°]/i.test(given)
  const size = (first + minutes / 60 + seconds / 3600) * (hours ? 15 : 1)
  return parts[1] === '-' ? -size : size
}

/** Right ascension as `05h34m31.94s`. @param ra [deg], any turn; @param digits decimals of the second, 0 … 6 */
export function formatRa(ra: number, digits = 2): string {
  const [hours, minutes, seconds] = split(turn(ra) / 15, digits)
  return `${pad(hours % 24)}h${pad(minutes)}m${pad(seconds, digits)}s`
}

/** Declination as `+22d00m52.2s`. @param dec [deg], −90 … 90; @param digits decimals of the arcsecond, 0 … 6 */
export function formatDec(dec: number, digits = 1): string {
  const [degrees, minutes, seconds] = split(Math.abs(dec), digits)
  const zero = degrees === 0 && minutes === 0 && seconds === 0
  return `${dec < 0 && !zero ? '-' : '+'}${pad(degrees)}d${pad(minutes)}m${pad(seconds, digits)}s`
}

/** Whole units, minutes and seconds of a size; rounded in the last digit first, so that no part reads 60. */
function split(size: number, digits: number): [whole: number, minutes: number, seconds: number] {
  const unit = 10 ** digits
  const ticks = Math.round(size * 3600 * unit)
  const whole = Math.floor(ticks / (3600 * unit))
  const minutes = Math.floor((ticks - whole * 3600 * unit) / (60 * unit))
  return [whole, minutes, (ticks - whole * 3600 * unit - minutes * 60 * unit) / unit]
}

function pad(value: number, digits = 0): string {
  return value.toFixed(digits).padStart(digits > 0 ? digits + 3 : 2, '0')
}
