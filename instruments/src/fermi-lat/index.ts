import type { Instrument } from '../instrument.js'
import { eventListCards } from './event-list-cards.js'
import { decode, recognise } from './decode.js'
import { descriptor } from './descriptor.js'
import { pointResponse } from './point-response.js'
import { simulate } from './simulate.js'

/** Fermi Large Area Telescope: photons with energy and direction, and the attitude of the spacecraft. */
export const instrument: Instrument = { descriptor, recognise, decode, pointResponse, simulate, eventListCards }
