import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { areaHdu, eboundsHdu, matrixHdus, spectrumHdu } from '@heavens/science/spectra'
import type { FitsFile } from '@heavens/science/fits'
import { openFitsFile } from './open-fits-file.js'

/** A FITS file that belongs to a spectrum, and which of its matrices, or of its spectra, is meant. */
export interface Companion {
  fits: FitsFile
  version?: number
}

/** `name{2}` is the second matrix, or spectrum, of a file. */
export function numbered(name: string): { plain: string; version?: number } {
  const [, plain = name, version] = /^(.*?)(?:\{(\d+)\})?$/.exec(name) ?? []
  return { plain, ...(version === undefined ? {} : { version: Number(version) }) }
}

/** A file named in a header or an option: `name`, `name.gz`, or with a number. */
async function named(folder: string, name: string): Promise<Companion | undefined> {
  const { plain, version } = numbered(name)
  const file = [path.resolve(folder, plain), path.resolve(folder, `${plain}.gz`), path.join(folder, path.basename(plain))].find((candidate) => existsSync(candidate))
  if (file === undefined) return undefined
  return { fits: await openFitsFile(file), ...(version === undefined ? {} : { version }) }
}

/** As `named`, of an option: what the user names must be there. */
export async function givenCompanion(name: string): Promise<Companion> {
  const found = await named('.', name)
  if (found === undefined) throw new HeavensError('file-missing', { file: path.basename(name), reason: 'there is no such file' })
  return found
}

/** The file that a header names, beside the spectrum; undefined where it names none or the file is not there. */
export async function headerCompanion(spectrum: string, name: string | undefined): Promise<Companion | undefined> {
  return name === undefined ? undefined : named(path.dirname(spectrum), name)
}

const FITS_NAME = /\.(fits?|pha|pi|bak|bkg|rmf|rsp2?|arf)(\.gz)?$/i
const BACKGROUND_NAME = /(^|[-_.])(bkg|bgd?|back|background)[-_.]/i
const LARGEST = 2 ** 27
const MOST = 200

export type CompanionKind = 'response' | 'arf' | 'background'

/**
 * The only file in the spectrum's folder that can be its response (MATRIX and EBOUNDS, with its number of channels), its ARF
 * (SPECRESP and no matrix, with the response's number of energies) or its background (a spectrum with its number of
 * channels that calls itself background, in HDUCLAS2 or its name). undefined where there is none.
 *
 * @param size channels, or energies for an ARF
 * @throws file-unusable where several can be
 */
export async function siblingCompanion(spectrum: string, kind: CompanionKind, size: number): Promise<Companion | undefined> {
  const folder = path.dirname(spectrum)
  const names = (await readdir(folder)).filter((name) => FITS_NAME.test(name) && name !== path.basename(spectrum)).toSorted().slice(0, MOST)
  const found: FitsFile[] = []
  for (const name of names) {
    const file = path.join(folder, name)
    const { size: bytes } = await stat(file)
    if (bytes > LARGEST) continue
    const fits = await openFitsFile(file).catch((error: unknown) => {
      // Other files of the folder are not asked for: a damaged one is no companion, and no reason to stop.
      if (error instanceof HeavensError) return undefined
      throw error
    })
    if (fits !== undefined && fitting(fits, kind, size)) found.push(fits)
  }
  if (found.length > 1) throw new HeavensError('file-unusable', { file: path.basename(spectrum), reason: `its header names no ${kind} that is there, and several files beside it could be one: ${found.map(({ name }) => name).join(', ')}; name one with --${kind}` })
  return found.length === 1 ? { fits: found[0]! } : undefined
}

function fitting(fits: FitsFile, kind: CompanionKind, size: number): boolean {
  const rows = (hdu: { header: FitsFile['hdus'][number]['header'] } | undefined): number => hdu?.header.number('NAXIS2', 0) ?? -1
  if (kind === 'response') return matrixHdus(fits).length > 0 && rows(eboundsHdu(fits)) === size
  if (kind === 'arf') return matrixHdus(fits).length === 0 && rows(areaHdu(fits)) === size
  const hdu = spectrumHdu(fits)
  if (hdu === undefined || rows(hdu) !== size) return false
  return String(hdu.header.get('HDUCLAS2') ?? '').trim().toUpperCase() === 'BKG' || BACKGROUND_NAME.test(fits.name)
}
