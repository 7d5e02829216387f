import type { FitAnswer, FitRequest } from '@heavens/schemas'
import { asCrossed, type Crossed } from '../jobs/crossed-error.js'
import { fitAnswer } from './fit-answer.js'
import { loadSpectrum } from './load-spectrum.js'

export interface FitTask {
  request: FitRequest
  /** all files that may be needed, by path */
  files: Record<string, Uint8Array>
}

/** One fit in a worker thread. */
export default async function run({ request, files }: FitTask): Promise<{ answer: FitAnswer } | { error: Crossed }> {
  try {
    const spectra = []
    for (const path of request.spectra) spectra.push({ path, set: await loadSpectrum(path, async (name) => files[name]) })
    try {
      return { answer: fitAnswer(spectra, request.fit) }
    } catch (cause) {
      // A fit speaks of its own settings; here they stand in `fit`.
      const error = asCrossed(cause)
      return { error: { ...error, path: error.path === undefined ? 'fit' : `fit.${error.path}` } }
    }
  } catch (cause) {
    return { error: asCrossed(cause) }
  }
}
