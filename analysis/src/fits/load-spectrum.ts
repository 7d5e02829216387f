import { posix } from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { bytesSource, openFits, type FitsFile } from '@heavens/science/fits'
import { readEffectiveArea, readResponse, readSpectrum, type SpectrumSet } from '@heavens/science/spectra'

/** Bytes of the product at a path; undefined where there is none. */
export type ReadProduct = (path: string) => Promise<Uint8Array | undefined>

/**
 * A spectrum among products with its response, area and background, as its header names them: RESPFILE, ANCRFILE and BACKFILE are names of
 * files in its own folder.
 *
 * @throws not-found; no-data where it has no response; file-unusable
 */
export async function loadSpectrum(path: string, read: ReadProduct): Promise<SpectrumSet> {
  const beside = async (name: string | undefined): Promise<FitsFile | undefined> => {
    if (name === undefined) return undefined
    const place = posix.join(posix.dirname(path), posix.basename(name))
    const bytes = await read(place)
    if (bytes === undefined) throw new HeavensError('not-found', { what: 'product', id: place })
    return openFits(bytesSource(bytes), place)
  }
  const fits = (await beside(posix.basename(path)))!
  const alone = await readSpectrum(fits)
  const matrix = await beside(alone.responseFile)
  if (matrix === undefined) throw new HeavensError('no-data', { reason: `${path} has no response: no calibration of the instrument is there for this time, so no model can be folded` })
  const response = await readResponse(matrix)
  const spectrum = await readSpectrum(fits, response.channelLow.length)
  const [area, background] = [await beside(spectrum.arfFile), await beside(spectrum.backgroundFile)]
  return {
    spectrum, response,
    ...(area === undefined ? {} : { area: await readEffectiveArea(area) }),
    ...(background === undefined ? {} : { background: await readSpectrum(background, response.channelLow.length) }),
  }
}
