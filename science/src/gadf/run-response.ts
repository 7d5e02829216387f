import { HeavensError } from '@heavens/schemas'
import type { FitsFile } from '../fits/index.js'
import { readResponseTable } from './response-table.js'
import type { ResponseTable } from './response-table.js'

/** Background over the field: events per energy, time and solid angle. */
export interface FieldBackground {
  /** (x, y, energy) around the pointing, or (energy, offset) */
  table: ResponseTable
  /** sky: y is towards north; mount: x and y turn against the sky; round: the same in all directions */
  aligned: 'sky' | 'mount' | 'round'
}

/**
 * The responses of one run of a Cherenkov telescope in the common form GADF 0.2 (gamma-astro-data-formats): AEFF_2D,
 * EDISP_2D, PSF_TABLE, BKG_2D or BKG_3D. The energies between which the array is trusted are LO_THRES … HI_THRES of AEFF.
 */
export interface RunResponse {
  file: string
  /** (energy, offset) */
  area: ResponseTable
  /** (energy, migra, offset): dP/dmigra */
  dispersion: ResponseTable | undefined
  /** (energy, offset, radius): sr⁻¹ */
  spread: ResponseTable | undefined
  background: FieldBackground | undefined
  /** false: the area already counts only what falls into the region of its RAD_MAX */
  fullEnclosure: boolean
  /** keV; 0 and Infinity where the file does not say */
  lowest: number
  highest: number
}

const KEV_PER_TEV = 1e9

/** @throws HeavensError file-unusable: no AEFF, or a table that is not of the form */
export async function readRunResponse(file: FitsFile): Promise<RunResponse> {
  const area = await readResponseTable(file, 'AEFF', ['ENERG', 'THETA'], 'EFFAREA')
  const header = file.hdu('AEFF')?.header
  if (area === undefined || header === undefined) throw new HeavensError('file-unusable', { file: file.name, reason: 'it has no AEFF table' })
  const enclosure = header.string('HDUCLAS3', 'FULL-ENCLOSURE').trim().toUpperCase()
  return {
    file: file.name, area, fullEnclosure: enclosure !== 'POINT-LIKE',
    dispersion: await readResponseTable(file, 'EDISP', ['ENERG', 'MIGRA', 'THETA'], 'MATRIX'),
    spread: file.hdu('PSF')?.header.string('HDUCLAS4', '').trim().toUpperCase() === 'PSF_TABLE' ? await readResponseTable(file, 'PSF', ['ENERG', 'THETA', 'RAD'], 'RPSF') : undefined,
    background: await readBackground(file),
    lowest: header.number('LO_THRES', 0) * KEV_PER_TEV,
    highest: header.number('HI_THRES', Infinity) * KEV_PER_TEV,
  }
}

async function readBackground(file: FitsFile): Promise<FieldBackground | undefined> {
  const header = file.hdu('BKG')?.header
  const kind = header?.string('HDUCLAS4', '').trim().toUpperCase()
  if (header === undefined || (kind !== 'BKG_2D' && kind !== 'BKG_3D')) return undefined
  const table = await readResponseTable(file, 'BKG', kind === 'BKG_2D' ? ['ENERG', 'THETA'] : ['DETX', 'DETY', 'ENERG'], 'BKG')
  if (table === undefined) return undefined
  // The form wants FOVALIGN where it matters; without it the axes are those of the sky.
  return { table, aligned: kind === 'BKG_2D' ? 'round' : header.string('FOVALIGN', 'RADEC').trim().toUpperCase() === 'ALTAZ' ? 'mount' : 'sky' }
}
