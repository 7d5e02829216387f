import type { Instrument } from '../instrument.js'
import { decode, recognise } from './decode.js'
import { descriptor } from './descriptor.js'

/** Rates of the Burst Alert Telescope on Swift, 64 ms in four bands. */
export const instrument: Instrument = { descriptor, recognise, decode }
