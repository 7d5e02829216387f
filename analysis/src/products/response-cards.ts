import type { CardInput } from '@heavens/science/fits'
import type { ProductContext } from './product-context.js'

/** What exposures rest on: response functions, spectrum, and the cuts of photons and exposure alike. None where there is no such response. */
export function responseCards({ response, photonIndex, limits }: ProductContext): CardInput[] {
  if (response === undefined) return []
  return [
    ['IRFNAME', response.name, 'response functions'],
    ['IRFUSED', response.files.length > 0, response.files.length > 0 ? 'read from files' : 'none configured: round figures are assumed'],
    ['SPECINDX', photonIndex, 'areas are averaged over dN/dE ~ E**-SPECINDX'],
    ...(limits === undefined ? [] : [['THETAMAX', limits.fieldOfView, '[deg] largest angle from the boresight'] satisfies CardInput]),
    ...(limits?.zenith === undefined ? [] : [['ZENMAX', limits.zenith, '[deg] largest angle from the zenith'] satisfies CardInput]),
  ]
}
