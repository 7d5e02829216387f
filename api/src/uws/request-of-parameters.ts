import { HeavensError } from '@heavens/schemas'
import { valuesOf } from '../form-scope.js'
import { requestFields, sodaParameters } from '../soda/soda-parameters.js'

/**
 * The analysis that UWS parameters ask for: REQUEST, our own JSON, or the parameters of SODA: a place (POS, CIRCLE or POLYGON), TIME (two
 * MJD in TT), ENERGY (two keV) or BAND (two wavelengths in metres), INSTRUMENT, LABEL. Throws bad-request with the parameter as path.
 */
export function requestOfParameters(parameters: URLSearchParams): unknown {
  const [request] = valuesOf(parameters, 'REQUEST')
  if (request !== undefined) {
    try {
      return JSON.parse(request) as unknown
    } catch (error) {
      throw new HeavensError('bad-request', { reason: `REQUEST is not JSON: ${error instanceof Error ? error.message : String(error)}` }, { path: 'REQUEST', cause: error })
    }
  }
  const fields = requestFields(sodaParameters(parameters))
  if (fields.time === undefined) throw new HeavensError('bad-request', { reason: 'REQUEST, or TIME (two MJD in TT) with POS, ENERGY or BAND, INSTRUMENT, is needed' }, { path: 'TIME' })
  return fields
}
