import { HeavensError } from '@heavens/schemas'
import { INSTRUMENTS } from './generated/index.js'
import type { Instrument } from './instrument.js'

/** The instrument of an id. Throws unknown-instrument, which names those that are known. */
export function findInstrument(id: string): Instrument {
  const found = INSTRUMENTS.find(instrument => instrument.descriptor.id === id)
  if (found === undefined) {
    throw new HeavensError('unknown-instrument', { id, known: INSTRUMENTS.map(instrument => instrument.descriptor.id).join(', ') })
  }
  return found
}
