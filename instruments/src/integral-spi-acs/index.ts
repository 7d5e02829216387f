import type { Instrument } from '../instrument.js'
import { decode, recognise } from './decode.js'
import { descriptor } from './descriptor.js'
import { simulate } from './simulate.js'

/** The anticoincidence shield of SPI on INTEGRAL: one count rate of the whole sky. */
export const instrument: Instrument = { descriptor, recognise, decode, simulate }
