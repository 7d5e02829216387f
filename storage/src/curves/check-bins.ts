import { HeavensError, type CurveBins, type CurveKey } from '@heavens/schemas'
import { withinTimes } from './time-limits.js'

/** Longest name of a part of a key. */
const LONGEST = 200

/**
 * What every curve store asks of bins before it takes any of them, so that one refuses what the other would: names that can be written, a width of a nanosecond
 * at least, times in the years 1677 to 2262 (curve-unfit); whole numbers in ascending order and all columns of one length (internal: anything else would be
 * lost later, unseen).
 */
export function checkBins(key: CurveKey, bins: CurveBins): void {
  const { index } = bins
  const curve = [key.instrument, key.run, key.group, key.band, key.width].join('/')
  const unfit = (reason: string): HeavensError => new HeavensError('curve-unfit', { curve, reason })
  for (const name of ['instrument', 'run', 'group', 'band'] as const) {
    if (key[name] === '') throw unfit(`its ${name} is empty`)
    if (key[name].length > LONGEST) throw unfit(`its ${name} has ${key[name].length} characters, at most ${LONGEST} are kept`)
    if (/[\\\p{Cc}]/u.test(key[name])) throw unfit(`its ${name} has a backslash or a control character`)
  }
  if (!(key.width * 1e9 >= 1 && key.width < Infinity)) throw unfit(`its bins are ${key.width} s wide, and a nanosecond is the least`)
  const wrong = (reason: string): HeavensError => new HeavensError('internal', { reason: `bins of ${curve}: ${reason}` })
  for (const name of ['counts', 'exposure', 'background', 'revision', 'completeness', 'flags'] as const) {
    if (bins[name].length !== index.length) throw wrong(`${name} has ${bins[name].length} values for ${index.length} bins`)
  }
  for (let i = 0; i < index.length; i++) {
    if (!Number.isSafeInteger(index[i])) throw wrong(`index ${index[i]} is not a whole number`)
    if (i > 0 && index[i]! <= index[i - 1]!) throw wrong(`index ${index[i]} does not follow on ${index[i - 1]}`)
  }
  for (const end of index.length > 0 ? [index[0]!, index.at(-1)!] : []) if (!withinTimes(key, end)) throw unfit(`bin ${end} lies outside the years 1677 to 2262`)
  if (!Number.isFinite(bins.phase)) throw unfit(`its phase is ${bins.phase}`)
}
