import { HeavensError } from '@heavens/schemas'
import type { AnalysisRequestInput, TargetShape } from '@heavens/schemas'
import { valuesOf } from '../form-scope.js'

/** hc [keV m]: a wavelength of this many metres is 1 keV. */
const HC = 1.239841984e-9
/** Stands for an energy without an upper end [keV]. */
const HIGHEST = 1e12

/** A circle, or a shape that is none. */
export type Place = { ra: number; dec: number; radius: number } | { shape: TargetShape }

/** What SODA parameters say of an analysis; what they do not say is absent. */
export interface SodaParameters {
  label?: string
  target?: Place
  /** MJD in TT; an end may be infinite */
  intervals: [number, number][]
  bands: { min: number; max: number }[]
  instruments: string[]
}

/**
 * Read POS, CIRCLE, POLYGON (one place), TIME, BAND, ENERGY and INSTRUMENT (repeatable), LABEL.
 *
 * @throws HeavensError bad-request with the parameter as path
 */
export function sodaParameters(parameters: URLSearchParams): SodaParameters {
  const places = [
    ...valuesOf(parameters, 'POS').map(posOf), ...valuesOf(parameters, 'CIRCLE').map((text) => circleOf('CIRCLE', text)),
    ...valuesOf(parameters, 'POLYGON').map((text) => polygonOf('POLYGON', text)),
  ]
  if (places.length > 1) throw bad('POS', 'one place at a time: POS, CIRCLE or POLYGON once')
  const [target] = places
  const [label] = [...valuesOf(parameters, 'LABEL'), ...valuesOf(parameters, 'RUNID')]
  const open = (text: string, name: string): [number, number] => {
    const [low, high] = numbers(name, text, 2, true) as [number, number]
    if (!(high > low)) throw bad(name, `${name} must be two numbers, the second above the first`)
    return [low, high]
  }
  return {
    ...(label === undefined ? {} : { label }), ...(target === undefined ? {} : { target }),
    intervals: valuesOf(parameters, 'TIME').map((text) => open(text, 'TIME')),
    bands: [
      ...valuesOf(parameters, 'ENERGY').map((text) => open(text, 'ENERGY')).map(([min, max]) => ({ min: Math.max(0, min), max: Math.min(HIGHEST, max) })),
      ...valuesOf(parameters, 'BAND').map((text) => open(text, 'BAND')).map(([short, long]) => ({ min: HC / long, max: short > HC / HIGHEST ? HC / short : HIGHEST })),
    ],
    instruments: valuesOf(parameters, 'INSTRUMENT'),
  }
}

/** The fields of an analysis that parameters give. Throws bad-request where a time has no end: such a request is followed, not waited for. */
export function requestFields({ label, target, intervals, bands, instruments }: SodaParameters): Partial<AnalysisRequestInput> {
  if (!intervals.flat().every(Number.isFinite)) throw bad('TIME', 'TIME needs a start and a stop here')
  return {
    ...(label === undefined ? {} : { label }), ...(target === undefined ? {} : { target }), ...(intervals.length === 0 ? {} : { time: { format: 'mjd' as const, scale: 'tt' as const, intervals } }),
    ...(bands.length === 0 ? {} : { energy: { unit: 'keV' as const, bands } }), ...(instruments.length === 0 ? {} : { instruments: instruments.map((id) => ({ id })) }),
  }
}

function posOf(text: string): Place {
  const [, shape = '', rest = ''] = /^\s*(\w+)\s+(.*)$/s.exec(text) ?? []
  if (shape.toUpperCase() === 'CIRCLE') return circleOf('POS', rest)
  if (shape.toUpperCase() === 'POLYGON') return polygonOf('POS', rest)
  if (shape.toUpperCase() !== 'RANGE') throw bad('POS', 'POS must be CIRCLE ra dec radius, RANGE ra1 ra2 dec1 dec2 or POLYGON ra1 dec1 ra2 dec2 ra3 dec3 …')
  const [west, east, south, north] = numbers('POS', rest, 4, true) as [number, number, number, number]
  const dec: [number, number] = [Math.max(-90, south), Math.min(90, north)]
  if (!(dec[1] > dec[0])) throw bad('POS', 'POS RANGE: the second declination must be above the first')
  const [from, to] = Number.isFinite(west) && Number.isFinite(east) ? [west, east] : [0, 360]
  return { shape: { range: [from, to, ...dec] } }
}

function circleOf(name: string, text: string): Place {
  const [ra, dec, radius] = numbers(name, text, 3, false) as [number, number, number]
  return { ra, dec, radius }
}

function polygonOf(name: string, text: string): Place {
  const values = numbers(name, text, undefined, false)
  if (values.length < 6 || values.length % 2 !== 0) throw bad(name, 'a polygon needs three corners or more, each a ra and a dec')
  return { shape: { polygon: Array.from({ length: values.length / 2 }, (_, i): [number, number] => [values[2 * i]!, values[2 * i + 1]!]) } }
}

function numbers(name: string, text: string, count: number | undefined, infinite: boolean): number[] {
  const values = text.trim().split(/\s+/).map((word) => (/^[+-]?inf(inity)?$/i.test(word) ? (word.startsWith('-') ? -Infinity : Infinity) : Number(word)))
  if ((count !== undefined && values.length !== count) || text.trim() === '' || values.some((v) => Number.isNaN(v) || (!infinite && !Number.isFinite(v)))) {
    throw bad(name, `${name} must be ${count ?? 'some'} numbers with spaces between`)
  }
  return values
}

function bad(path: string, reason: string): HeavensError {
  return new HeavensError('bad-request', { reason }, { path })
}
