import { HeavensError, type CurveBins, type CurveKey } from '@heavens/schemas'

/** The measurement of bins, and of the names of curves that have any. */
export const BINS = 'curve'
export const NAMES = 'curve_name'

/** 2000-01-01T00:00:00 [ns since 1970]: TT seconds since MJD 51544.0 are kept as if they were UTC of that epoch. */
export const EPOCH_NS = 946_684_800_000_000_000n
/** First and last time that InfluxDB takes [ns since 1970]. */
export const FIRST_NS = -9_223_372_036_854_775_806n
export const LAST_NS = 9_223_372_036_854_775_806n

/** Bits of `state`: the low byte holds the bin's flags; those above say which fields are NaN, which InfluxDB does not take. */
export const NAN_BITS = { counts: 1 << 8, exposure: 1 << 9, background: 1 << 10, completeness: 1 << 11 } as const

/** Width of a bin [ns], a whole number. */
export const widthNs = (key: CurveKey): bigint => BigInt(Math.round(key.width * 1e9))

/**
 * Time label of a bin [ns since 1970]: index · width, both whole, so that no bin falls into its neighbour. The phase of the grid is a field: a
 * bin of the same index that is put again replaces the one before, whatever its phase.
 */
export function timeNs(key: CurveKey, index: number): bigint {
  const at = EPOCH_NS + BigInt(index) * widthNs(key)
  if (at < FIRST_NS || at > LAST_NS) throw new HeavensError('internal', { reason: `bin ${index} of ${key.width} s lies outside the years 1677 to 2262` })
  return at
}

const escaped = (value: string): string => value.replace(/[ ,=\\]/g, (c) => `\\${c}`)

/** Tags of a curve; empty ones cannot be written and are left out. */
export function tagsOf(key: CurveKey): string {
  return `instrument=${escaped(key.instrument)},run=${escaped(key.run)},group=${escaped(key.group)},band=${escaped(key.band)},width=${key.width}`
}

/**
 * Line protocol of bins, one line each with all fields, as fields that are left out would keep their old values. A field has one type for ever:
 * counts, exposure, rate, error, background, completeness, phase float; revision, state integer.
 */
export function curveLines(key: CurveKey, bins: CurveBins): string[] {
  const head = `${BINS},${tagsOf(key)} `
  const lines = new Array<string>(bins.index.length)
  for (let i = 0; i < bins.index.length; i++) {
    const counts = bins.counts[i]!
    const exposure = bins.exposure[i]!
    const background = bins.background[i]!
    const completeness = bins.completeness[i]!
    let state = bins.flags[i]!
    if (Number.isNaN(counts)) state |= NAN_BITS.counts
    if (Number.isNaN(exposure)) state |= NAN_BITS.exposure
    if (Number.isNaN(background)) state |= NAN_BITS.background
    if (Number.isNaN(completeness)) state |= NAN_BITS.completeness
    const live = exposure > 0 && counts >= 0
    lines[i] = `${head}counts=${counts || 0},exposure=${exposure || 0},rate=${live ? counts / exposure : 0},error=${live ? Math.sqrt(counts) / exposure : 0},background=${background || 0},`
      + `completeness=${completeness || 0},phase=${bins.phase},revision=${bins.revision[i]}i,state=${state}i ${timeNs(key, bins.index[i]!)}`
  }
  return lines
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
