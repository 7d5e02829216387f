import type { Instrument } from '../instrument.js'
import { decode, recognise } from './decode.js'
import { descriptor } from './descriptor.js'

/** The HEGRA telescopes on La Palma: published light curves of nights. */
export const instrument: Instrument = { descriptor, recognise, decode }
