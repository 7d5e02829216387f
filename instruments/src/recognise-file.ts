import { HeavensError } from '@heavens/schemas'
import type { FitsFile } from '@heavens/science/fits'
import { INSTRUMENTS } from './generated/index.js'
import type { FileKind, Instrument } from './instrument.js'
import { keyword } from './reading/keyword.js'

export interface RecognisedFile {
  instrument: Instrument
  kind: FileKind
}

/** Asks every instrument whose the file is. Throws file-unknown, saying what the file calls itself and holds. */
export function recogniseFile(file: FitsFile): RecognisedFile {
  for (const instrument of INSTRUMENTS) {
    const kind = instrument.recognise(file)
    if (kind !== undefined) return { instrument, kind }
  }
  const extensions = file.hdus.slice(1).map(hdu => hdu.name || '(nameless)')
  const reason = `TELESCOP ${keyword(file, 'TELESCOP') || 'absent'}, INSTRUME ${keyword(file, 'INSTRUME') || 'absent'}, extensions ${extensions.join(', ') || 'none'}`
  throw new HeavensError('file-unknown', { file: file.name, reason })
}
