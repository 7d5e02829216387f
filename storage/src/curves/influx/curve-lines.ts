import type { CurveBins, CurveKey } from '@heavens/schemas'
import { EPOCH_NS, widthNs } from '../time-limits.js'

/** The measurement of bins, and of the names of curves that have any. */
export const BINS = 'curve'
export const NAMES = 'curve_name'

/** Bits of `state`: the low byte holds the bin's flags; those above say which fields are NaN, and which infinite (with the sign of what stands in the field): InfluxDB takes neither. */
export const NAN_BITS = { counts: 1 << 8, exposure: 1 << 9, background: 1 << 10, completeness: 1 << 11 } as const
export const INFINITE = 4

/**
 * Time label of a bin [ns since 1970]: index · width, both whole, so that no bin falls into its neighbour. The phase of the grid is a field: a
 * bin of the same index that is put again replaces the one before, whatever its phase.
 */
export const timeNs = (key: CurveKey, index: number): bigint => EPOCH_NS + BigInt(index) * widthNs(key)

const escaped = (value: string): string => value.replace(/[ ,=]/g, (c) => `\\${c}`)

/** Tags of a curve. Names that InfluxDB cannot keep (empty ones, backslashes) have been refused by `checkBins`. */
export function tagsOf(key: CurveKey): string {
  return `instrument=${escaped(key.instrument)},run=${escaped(key.run)},group=${escaped(key.group)},band=${escaped(key.band)},width=${key.width}`
}

/**
 * Line protocol of bins, one line each with all fields, as fields that are left out would keep their old values. A field has one type for ever:
 * counts, exposure, rate, error, background, completeness, phase float; revision, state integer.
 */
export function curveLines(key: CurveKey, bins: CurveBins): string[] {
  const head = `${BINS},${tagsOf(key)} `
  const phase = written(bins.phase + 0)
  const lines = new Array<string>(bins.index.length)
  for (let i = 0; i < bins.index.length; i++) {
    const counts = bins.counts[i]!
    const exposure = bins.exposure[i]!
    const background = bins.background[i]!
    const completeness = bins.completeness[i]!
    const state = bins.flags[i]! | odd(counts, NAN_BITS.counts) | odd(exposure, NAN_BITS.exposure) | odd(background, NAN_BITS.background) | odd(completeness, NAN_BITS.completeness)
    const live = exposure > 0 && counts >= 0 && counts < Infinity
    lines[i] = `${head}counts=${written(counts)},exposure=${written(exposure)},rate=${live ? written(counts / exposure) : 0},error=${live ? written(Math.sqrt(counts) / exposure) : 0},background=${written(background)},`
      + `completeness=${written(completeness)},phase=${phase},revision=${bins.revision[i]}i,state=${state}i ${timeNs(key, bins.index[i]!)}`
  }
  return lines
}

/** The bit of a value that cannot be written as it is. */
const odd = (value: number, nan: number): number => (Number.isFinite(value) ? 0 : Number.isNaN(value) ? nan : nan << INFINITE)

/** A value as text; −0 keeps its sign, so that what is read back is the same to the bit. */
function written(value: number): string | number {
  if (value === 0) return Object.is(value, -0) ? '-0' : 0
  return Number.isFinite(value) ? value : value > 0 ? 1 : value < 0 ? -1 : 0
}

/** What a line begins with, measurement and tags: lines of one curve begin alike. */
export function headOf(line: string): string {
  let end = line.indexOf(' ')
  while (line[end - 1] === '\\') end = line.indexOf(' ', end + 1)
  return line.slice(0, end + 1)
}

/** The line that says that a curve exists. */
export function nameLine(key: CurveKey): string {
  return `${NAMES},${tagsOf(key)} known=1i ${EPOCH_NS}`
}

/** Nanoseconds since 1970 of an RFC 3339 time as InfluxDB answers it, all digits kept. */
export function nsOf(time: string): bigint {
  const dot = time.indexOf('.')
  const whole = BigInt(Date.parse(dot < 0 ? time : `${time.slice(0, dot)}Z`)) * 1_000_000n
  return dot < 0 ? whole : whole + BigInt(time.slice(dot + 1, -1).padEnd(9, '0'))
}
