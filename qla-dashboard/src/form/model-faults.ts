import type { AnalysisRequestInput } from '@heavens/schemas'
import type { Fault } from './check-request.js'

const PLACE = 'products.spectrum.fit'

/** What is wrong with the model of a request, in the words of its grammar, and names that are none of its parameters. The grammar is loaded when the first model is typed. */
export async function modelFaults({ products }: AnalysisRequestInput): Promise<Fault[]> {
  const fit = products?.spectrum?.fit
  if (!fit?.model) return []
  const { parseModel } = await import('@heavens/science/spectra')
  let names: string[]
  try {
    names = parseModel(String(fit.model)).parameters.map((p) => p.name)
  } catch (error) {
    // The field's name stands before it.
    return [{ path: `${PLACE}.model`, message: (error as Error).message.replace(/^The model "[^"]*" /, '') }]
  }
  const unknown = (given: readonly string[], field: string): Fault[] => given.filter((name) => !names.includes(name)).map((name) => ({ path: `${PLACE}.${field}`, message: `${name} is none of ${names.join(', ')}` }))
  return [...unknown(Object.keys(fit.start ?? {}), 'start'), ...unknown(fit.frozen ?? [], 'frozen')]
}
