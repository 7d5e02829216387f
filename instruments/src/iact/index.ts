import type { Instrument } from '../instrument.js'
import { eventListCards } from './event-list-cards.js'
import { decode, recognise } from './decode.js'
import { descriptor } from './descriptor.js'

/** Imaging atmospheric Cherenkov telescopes in the common form GADF: the event lists of runs, with good time and responses. */
export const instrument: Instrument = { descriptor, recognise, decode, eventListCards }
