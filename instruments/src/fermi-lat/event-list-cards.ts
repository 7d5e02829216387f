import type { CardInput } from '@heavens/science/fits'
import type { EventListOrigin } from '../instrument.js'

/** The cuts of the source as gtselect writes them: data subspace keywords. */
export function eventListCards({ cuts }: EventListOrigin): CardInput[] {
  const entries: [type: string, unit: string, value: string][] = []
  if (cuts?.eMin !== undefined || cuts?.eMax !== undefined) entries.push(['ENERGY', 'keV', `${cuts.eMin ?? ''}:${cuts.eMax ?? ''}`])
  for (const { ra, dec, radius } of cuts?.discs ?? []) entries.push(['POS(RA,DEC)', 'deg', `CIRCLE(${ra},${dec},${radius})`])
  if (cuts?.zenith !== undefined) entries.push(['ZENITH_ANGLE', 'deg', `0:${cuts.zenith}`])
  return entries.flatMap(([type, unit, value], i): CardInput[] => [[`DSTYP${i + 1}`, type], [`DSUNI${i + 1}`, unit], [`DSVAL${i + 1}`, value]])
}
