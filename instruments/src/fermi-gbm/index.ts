import type { Instrument } from '../instrument.js'
import { eventListCards } from './event-list-cards.js'
import { decode, recognise } from './decode.js'
import { descriptor } from './descriptor.js'
import { simulate } from './simulate.js'

/** Fermi Gamma-ray Burst Monitor: time-tagged events of 12 NaI and 2 BGO detectors. */
export const instrument: Instrument = { descriptor, recognise, decode, simulate, eventListCards }
