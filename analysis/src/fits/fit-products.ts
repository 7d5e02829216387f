import { posix } from 'node:path'
import { HeavensError, type Product, type Quote, type SpectralFit } from '@heavens/schemas'
import { fitPreview } from '../plots/fit-preview.js'
import { refusal } from '../plan.js'
import { fitAnswer, type NamedSpectrum } from './fit-answer.js'
import { loadSpectrum, type ReadProduct } from './load-spectrum.js'

export type FitFile = Pick<Product, 'path' | 'kind' | 'instrument' | 'group'> & { bytes: Uint8Array }

const PASSED = new Set(['no-data', 'file-unusable', 'bad-usage', 'not-found'])

/**
 * Fits of the spectra among products: of each alone, of all groups of an instrument together, and of several instruments together.
 * Each gives `fit.json` (a FitAnswer) and a picture, beside what it is of.
 *
 * @returns the files, and why a fit could not be made
 */
export async function fitProducts(products: readonly Product[], fit: SpectralFit, read: ReadProduct): Promise<{ files: FitFile[]; refused: Quote['refused'] }> {
  const files: FitFile[] = []
  const refused: Quote['refused'] = []
  const made = (spectra: readonly NamedSpectrum[], folder: string, of: Pick<Product, 'instrument' | 'group'>): void => {
    const done = attempt(of.instrument, refused, () => fitAnswer(spectra, fit))
    if (done === undefined) return
    const place = (name: string): string => posix.join(folder, name)
    files.push({ path: place('fit.json'), kind: 'fit', ...of, bytes: new TextEncoder().encode(`${JSON.stringify(done)}\n`) })
    files.push({ path: place('fit.png'), kind: 'preview', ...of, bytes: fitPreview(done) })
  }
  const loaded: (NamedSpectrum & { instrument: string })[] = []
  for (const { path, instrument, group } of products.filter(({ kind }) => kind === 'spectrum')) {
    try {
      const one = { path, instrument, set: await loadSpectrum(path, read) }
      loaded.push(one)
      made([one], posix.dirname(path), { instrument, ...(group === undefined ? {} : { group }) })
    } catch (cause) {
      note(instrument, refused, cause)
    }
  }
  const instruments = [...new Set(loaded.map(({ instrument }) => instrument))]
  for (const id of instruments) {
    const own = loaded.filter(({ instrument }) => instrument === id)
    if (own.length > 1) made(own, id, { instrument: id })
  }
  if (instruments.length > 1) made(loaded, '', { instrument: instruments.join('+') })
  return { files, refused }
}

function attempt<T>(instrument: string, refused: Quote['refused'], action: () => T): T | undefined {
  try {
    return action()
  } catch (cause) {
    note(instrument, refused, cause)
    return undefined
  }
}

/** A fit that cannot be made costs no other product; what is no refusal is an error of the whole. */
function note(instrument: string, refused: Quote['refused'], cause: unknown): void {
  if (!(cause instanceof HeavensError) || !PASSED.has(cause.code)) throw cause
  refused.push(refusal(instrument, 'no-product', { instrument, product: 'fit', reason: cause.message }))
}
