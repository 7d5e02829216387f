import { HeavensError } from '@heavens/schemas'

/** hc [keV m]: a wavelength of this many metres is 1 keV. */
const HC = 1.239841984e-9

/**
 * The analysis that UWS or SODA parameters ask for: REQUEST, our own JSON, or POS=CIRCLE ra dec radius (or CIRCLE), TIME (two MJD in TT),
 * ENERGY (two keV) or BAND (two wavelengths in metres), INSTRUMENT (repeatable), LABEL. Names are not case-sensitive. Throws bad-request with the parameter as path.
 */
export function requestOfParameters(parameters: URLSearchParams): unknown {
  const all = (name: string): string[] => [...parameters].filter(([key]) => key.toUpperCase() === name).map(([, value]) => value)
  const [request] = all('REQUEST')
  if (request !== undefined) {
    try {
      return JSON.parse(request) as unknown
    } catch (error) {
      throw new HeavensError('bad-request', { reason: `REQUEST is not JSON: ${error instanceof Error ? error.message : String(error)}` }, { path: 'REQUEST', cause: error })
    }
  }
  const numbers = (name: string, text: string, count: number): number[] => {
    const values = text.trim().split(/\s+/).map(Number)
    if (values.length !== count || values.some(Number.isNaN)) throw new HeavensError('bad-request', { reason: `${name} must be ${count} numbers with spaces between` }, { path: name })
    return values
  }
  const [pos] = all('POS')
  if (pos !== undefined && !/^CIRCLE\s/i.test(pos)) throw new HeavensError('bad-request', { reason: 'POS must be CIRCLE ra dec radius' }, { path: 'POS' })
  const circle = pos?.replace(/^CIRCLE\s/i, '') ?? all('CIRCLE')[0]
  const times = all('TIME').map((text) => numbers('TIME', text, 2))
  if (times.length === 0) throw new HeavensError('bad-request', { reason: 'REQUEST, or TIME (two MJD in TT) with POS, ENERGY or BAND, INSTRUMENT, is needed' }, { path: 'TIME' })
  const bands = [
    ...all('ENERGY').map((text) => numbers('ENERGY', text, 2)).map(([min, max]) => ({ min, max })),
    ...all('BAND').map((text) => numbers('BAND', text, 2)).map(([short, long]) => ({ min: HC / long!, max: HC / short! })),
  ]
  const instruments = all('INSTRUMENT').map((id) => ({ id }))
  const place = circle === undefined ? undefined : numbers('CIRCLE', circle, 3)
  const [label] = [...all('LABEL'), ...all('RUNID')]
  return {
    ...(label === undefined ? {} : { label }), ...(place ? { target: { ra: place[0], dec: place[1], radius: place[2] } } : {}),
    time: { format: 'mjd', scale: 'tt', intervals: times }, ...(bands.length > 0 ? { energy: { unit: 'keV', bands } } : {}), ...(instruments.length > 0 ? { instruments } : {}),
  }
}
