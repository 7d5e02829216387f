import type { CardInput } from '@heavens/science/fits'
import type { EventListOrigin } from '../instrument.js'
import { detectorName } from './detector-index.js'

/** Time-tagged events of a detector. */
export function eventListCards({ group }: EventListOrigin): CardInput[] {
  return [['TELESCOP', 'GLAST', 'mission'], ['DETNAM', detectorName(group), 'detector'], ['DATATYPE', 'TTE', 'time-tagged events']]
}
