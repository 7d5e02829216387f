import type { CardInput } from '@heavens/science/fits'
import type { EventListOrigin } from '../instrument.js'

/** A run of level DL3 looks at one place all the time. */
export function eventListCards({ pointings }: EventListOrigin): CardInput[] {
  const at = pointings.find(({ count }) => count > 0)
  return [
    ['HDUCLASS', 'GADF', 'common form of gamma-ray data'], ['HDUVERS', '0.3', 'version of the form'],
    ...(at ? [['RA_PNT', at.ra[0]!, '[deg] pointing'], ['DEC_PNT', at.dec[0]!, '[deg] pointing'], ['DEADC', at.livetime[0]!, 'live share']] satisfies CardInput[] : []),
  ]
}
