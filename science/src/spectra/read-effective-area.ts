import type { FitsFile } from '../fits/index.js'
import { areas, energies } from './column-numbers.js'
import { areaHdu, unusable } from './spectrum-hdus.js'
import type { EffectiveArea } from './types.js'

/** Reads an ancillary response (CAL/GEN/92-002, SPECRESP). Throws file-unusable where there is none, or it holds no numbers. */
export async function readEffectiveArea(file: FitsFile): Promise<EffectiveArea> {
  const hdu = areaHdu(file) ?? unusable(file, 'it has no SPECRESP table')
  const area = await areas(file, hdu, 'SPECRESP')
  if (!area.every(Number.isFinite)) unusable(file, 'its effective area holds values that are not numbers')
  return { file: file.name, energyLow: await energies(file, hdu, 'ENERG_LO'), energyHigh: await energies(file, hdu, 'ENERG_HI'), area }
}
