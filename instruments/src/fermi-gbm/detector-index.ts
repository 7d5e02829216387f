import { HeavensError } from '@heavens/schemas'
import type { FitsFile } from '@heavens/science/fits'
import { keyword } from '../reading/keyword.js'

/** Index into the detectors from DETNAM: NAI_00 … NAI_11 are 0 … 11, BGO_00 and BGO_01 are 12 and 13. Throws file-unusable. */
export function detectorIndex(file: FitsFile): number {
  const name = keyword(file, 'DETNAM')
  const match = /^(NAI|BGO)_(\d\d)$/.exec(name)
  const number = match === null ? Number.NaN : Number(match[2])
  const index = match?.[1] === 'NAI' ? (number < 12 ? number : Number.NaN) : 12 + (number < 2 ? number : Number.NaN)
  if (Number.isNaN(index)) {
    throw new HeavensError('file-unusable', { file: file.name, reason: name === '' ? 'no DETNAM says which detector it is of' : `DETNAM ${name} is not a detector of GBM` })
  }
  return index
}

/** DETNAM of a detector: NAI_00 … NAI_11, BGO_00, BGO_01. */
export function detectorName(index: number): string {
  return index < 12 ? `NAI_${String(index).padStart(2, '0')}` : `BGO_0${index - 12}`
}
